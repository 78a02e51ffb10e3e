"""Where nothing is found as typed, what was probably meant is searched at once, with a way back."""

import pytest

from indexer import Access, Index, Request, search
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found

READER = Access(frozenset({1}), public=frozenset({1}))


@pytest.fixture
def office(store: Index) -> Index:
    return fill(store, [entry(1, "Giáo viên và hội đồng trường."), entry(2, "Hội đồng nhân dân.", doc_type="Luật")])


@pytest.mark.parametrize(
    ("typed", "read", "back", "documents"),
    [
        ("đồnng", "đồng", '"đồnng"', [1, 2]),
        ("Đồnng loại:luật", "đồng loại:luật", '"Đồnng" loại:luật', [2]),
        ('"hội đồnng"', None, None, []),
        ("giáo viênn", "giáo viên", 'giáo "viênn"', [1]),
        ("giáo viêng", None, None, [1]),
        ("qqzzw", None, None, []),
    ],
)
def test_nothing_as_typed(
    office: Index, typed: str, read: str | None, back: str | None, documents: list[int]
) -> None:
    answer = ask(office, typed)
    taken = answer.query.typed
    assert (taken and taken.text, taken and taken.as_typed) == (read, back)
    assert sorted(found(answer)) == documents
    assert read is None or (answer.suggestion is None and answer.missing_words == ())


def test_what_cannot_be_taken_back_is_only_offered(office: Index) -> None:
    assert ask(office, '"hội đồnng"').suggestion == '"hội đồng"'
    back = ask(office, '"đồnng"')
    assert back.query.typed is None and back.total == 0 and back.suggestion == '"đồng"'


def test_hidden_texts_neither_make_nor_prevent_it(office: Index) -> None:
    before = search(office, Request("đồnng"), READER).query.typed
    fill(office, [entry(9, "Đồnng. Đồnm đồnm.", access=2)])
    assert search(office, Request("đồnng"), READER).query.typed == before
    assert search(office, Request("đồnng"), EVERYTHING).query.typed is None
    assert search(office, Request("đồnn"), READER).query.text == "đồng"
