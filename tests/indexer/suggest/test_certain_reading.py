"""Glued and split words: one certain reading is searched at once, and the way back searches what was typed."""

import pytest

from indexer import Access, Index
from indexer.search.diagnosis import diagnose
from indexer.search.search import rank_provisions
from indexer.types import Request
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found

TEXTS = (
    "Quy chế thực hiện dân chủ ở cơ sở.",
    "Trợ cấp thất nghiệp của người lao động.",
    "Nghị định về công tác văn thư.",
    "Giấy chứng nhận quyền sử dụng đất.",
    "Con chó đi lạc.",
)


@pytest.fixture
def office(store: Index) -> Index:
    """Five documents; the third is Decree 30/2020/NĐ-CP."""
    numbered = {3: {"number": "30/2020/NĐ-CP", "doc_type": "Nghị định"}}
    return fill(store, [entry(place, text, **numbered.get(place, {})) for place, text in enumerate(TEXTS, 1)])


@pytest.mark.parametrize(
    ("typed", "read", "document"),
    [
        ("quychế", "quy chế", 1),
        ("Quychế dân chủ", "quy chế dân chủ", 1),
        ("quyche", "quy che", 1),
        ("trợcấp thất nghiệp", "trợ cấp thất nghiệp", 2),
        ("trợ cấp thấtnghiệp", "trợ cấp thất nghiệp", 2),
        ("nghị dinh30", "nghị dinh 30", 3),
        ("qu y chế", "quy chế", 1),
        ("quy ch ế dân chủ", "quy chế dân chủ", 1),
        ("người l ao động", "người lao động", 2),
        ("quyềnsửdụngđất", "quyền sử dụng đất", 4),
        ('"quychế"', None, None),
        ("-quychế dân chủ", None, None),
        ("quy chế", None, None),
        ("chó", None, None),
        ("ông Tèo", None, None),
        ("vitamin b12", None, None),
        ("covid19", None, None),
        ("SGDĐT", None, None),
        ("QUYCHẾ", None, None),
        ("xyzxyz", None, None),
        ("quych*", None, None),
    ],
)
def test_spaces_are_put_right_where_one_reading_is_certain(
    office: Index, typed: str, read: str | None, document: int | None
) -> None:
    answer = ask(office, typed)
    assert (answer.query.typed and answer.query.typed.text) == read
    if read is not None:
        assert answer.query.typed.method == "read_as" and answer.query.text == read
        assert found(answer)[0] == document and answer.missing_words == ()


def test_the_way_back_searches_what_was_typed(office: Index) -> None:
    back = ask(office, "quychế dân chủ").query.typed.as_typed
    assert back == '"quychế" dân chủ'
    fill(office, [entry(9, "Quychế dân chủ viết liền.")])
    assert found(ask(office, back)) == [9]


def test_a_short_foreign_word_that_a_text_has_stays(office: Index) -> None:
    fill(office, [entry(9, "Logo của công ty.")])
    answer = ask(office, "logo công ty")
    assert answer.query.typed is None and found(answer) == [9]


def test_capitals_beside_glued_words_stay(office: Index) -> None:
    read = ask(office, "quychế dân chủ ĐỒNNG").query.typed
    assert read is not None and read.text == "quy chế dân chủ ĐỒNNG"


def test_what_a_text_has_is_searched_as_typed(office: Index) -> None:
    fill(office, [entry(9, "Quychế viết liền.")])
    answer = ask(office, "quychế")
    assert answer.query.typed is None and found(answer) == [9]


def test_a_hidden_text_does_not_prevent_the_reading(office: Index) -> None:
    fill(office, [entry(9, "Quychế viết liền.", access=2)])
    answer = ask(office, "quychế", Access(frozenset({1}), public=frozenset({1})))
    assert answer.query.typed is not None and found(answer) == [1]


def test_everything_else_reads_it_alike(office: Index) -> None:
    request = Request("quychế")
    assert [one.document for one in rank_provisions(office, request, EVERYTHING)] == [1]
    told = diagnose(office, request, EVERYTHING, 1)
    assert told.answered and told.query.text == "quy chế"
