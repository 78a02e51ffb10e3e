"""Two indexes, with and without hidden documents: what an actor sees is the same in both."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Access, Entry, Index, Request, Results, search
from tests.indexer.regulations import entry, fill

WORDS = ["hội", "nghị", "hòa", "giải", "kế", "hoạch", "ma", "mã", "túy", "mật", "lưu", "trữ", "secret"]
LISTS = (1, 2, 3)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    made = []
    for document in range(1, draw(st.integers(1, 8)) + 1):
        access = draw(st.sampled_from(LISTS))
        shared = {
            "access": access,
            "doc_type": draw(st.sampled_from(["", "Luật", "Kế hoạch"])),
            "issuer": draw(st.sampled_from(["", "Sở", "Bộ"])),
            "number": draw(st.sampled_from(["", "1/KH-SGDĐT", "2/2020/NĐ-CP"])),
            "folder": draw(st.integers(0, 2)),
            "folder_label": f"thư mục của {document}",
        }
        for order in range(draw(st.integers(1, 3))):
            text = " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=8)))
            title = " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=2)))
            made.append(entry(document, text, title=title, anchor=f"dieu-{order}", order=order, **shared))
    return made


WORLD = entries()
QUERY = st.one_of(
    st.lists(st.sampled_from([*WORDS, '"hội nghị"', '"kế hoạch lưu"', "-mật", "ke", "hoi", "nghix", "1/KH", "lưz"]),
             max_size=6).map(" ".join),
    st.sampled_from(["1/KH-SGDĐT", "2/2020", "secrt", ""]),
)  # fmt: skip


def answer(world: list[Entry], request: Request, access: Access) -> Results:
    with tempfile.TemporaryDirectory() as folder:
        store = fill(Index(Path(folder) / "index").create(), world)
        return replace(search(store, request, access), took_ms=0.0)


@settings(max_examples=50, deadline=None)
@given(
    world=WORLD,
    query=QUERY,
    lists=st.frozensets(st.sampled_from(LISTS)),
    without=st.frozensets(st.integers(1, 8), max_size=3),
    kind=st.sampled_from([(), ("Luật",)]),
    sort=st.sampled_from(["relevance", "date"]),
)
def test_hidden_documents_leave_no_trace(
    world: list[Entry],
    query: str,
    lists: frozenset[int],
    without: frozenset[int],
    kind: tuple[str, ...],
    sort: str,
) -> None:
    request = Request(query, filters={"type": kind} if kind else {}, sort=sort, time_limit_seconds=60)  # type: ignore[arg-type]
    access = Access(lists, without)
    visible = [one for one in world if one.access in lists and one.document not in without]
    assert answer(world, request, access) == answer(visible, request, Access(None))


def test_a_missing_word_is_told_even_where_a_hidden_document_has_it(store: Index) -> None:
    fill(store, [entry(1, "kế hoạch", access=1), entry(2, "bí mật kế hoạch", access=2)])
    own = search(store, Request("kế hoạch mật"), Access(frozenset({1})))
    assert own.missing_words == ("mật",) and [hit.document for hit in own.hits] == [1]
    assert search(store, Request("mật"), Access(frozenset({1}))).total == 0
    assert search(store, Request("mật"), Access(frozenset({2}))).total == 1
    assert search(store, Request("mật"), Access(frozenset({2}), frozenset({2}))).total == 0
