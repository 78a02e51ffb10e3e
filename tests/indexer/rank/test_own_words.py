"""Every provision matches the title of its document. Provisions that contain the words themselves come first, and
only these are counted.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Index, Request
from indexer.search.explain import explain
from indexer.types import Hit
from tests.indexer.regulations import EVERYTHING, ask, entry, fill

TITLED: dict[str, Any] = {
    "doc_title": "Thực hiện dân chủ ở cơ sở",
    "doc_type": "Luật",
    "number": "10/2022/QH15",
}
TEXTS = (
    "Đại diện dân cư và chủ đầu tư cùng giám sát.",
    "Trách nhiệm thi hành.",
    "Người dân được bàn việc thực hiện dân chủ tại nơi ở.",
    "Giải thích từ ngữ.",
    "Công khai thu chi.",
    "Quyền dân chủ được bảo đảm.",
    "Kinh phí hằng năm.",
)


@pytest.fixture
def law(store: Index) -> Index:
    """A law with its subject in the title, and one more article in another document."""
    own = [
        entry(1, text, anchor=f"dieu-{n}", label=f"Điều {n}", order=n, **TITLED)
        for n, text in enumerate(TEXTS, 1)
    ]
    return fill(
        store,
        [
            *own,
            entry(2, "Công khai dân chủ.", anchor="dieu-1", label="Điều 1", order=1, doc_title="Việc khác"),
        ],
    )


def of_law(hits: Sequence[Hit]) -> Hit:
    return next(hit for hit in hits if hit.document == 1)


def anchors(hit: Hit) -> list[str]:
    return [one.anchor for one in hit.provisions]


@pytest.mark.parametrize("query", ["dân chủ", "dan chu", "dân chủ loại:luật", "Dân  CHỦ"])
def test_articles_that_say_it_come_before_those_that_the_title_speaks_for(law: Index, query: str) -> None:
    hit = of_law(ask(law, query, provisions_per_document=5).hits)
    assert {*anchors(hit)[:2]} == {"dieu-3", "dieu-6"}
    assert anchors(hit)[2:] == ["dieu-1"] and hit.more == 0


def test_only_they_count(law: Index) -> None:
    hit = of_law(ask(law, "dân chủ", provisions_per_document=1).hits)
    assert (len(hit.provisions), hit.more) == (1, 2)
    hit = of_law(ask(law, '"dân chủ"', provisions_per_document=1).hits)
    assert (len(hit.provisions), hit.more) == (1, 1)


def test_what_the_title_lacks_was_found_by_itself(law: Index) -> None:
    hit = of_law(ask(law, "công khai dân chủ").hits)
    assert anchors(hit) == ["dieu-5"]
    hit = of_law(ask(law, '"dân chủ" công khai').hits)
    assert anchors(hit) == ["dieu-5"]


def test_the_explanation_tells_it(law: Index) -> None:
    def itself(query: str, article: int) -> bool:
        told = explain(law, Request(query), EVERYTHING, 1, f"dieu-{article}")
        return told is not None and told.itself

    assert [itself("dân chủ", article) for article in range(1, 8)] == [True, False, True, False, False, True, False]
    assert not itself("công khai dân chủ", 5)
    # In a document found by its number, no provision is preferred.
    assert not any(itself("10/2022/QH15", article) for article in range(1, 8))


def test_a_title_that_alone_says_it_keeps_its_articles(law: Index) -> None:
    hit = of_law(ask(law, "cơ sở", provisions_per_document=2).hits)
    assert (len(hit.provisions), hit.more) == (2, len(TEXTS) - 2)


@pytest.mark.parametrize(
    ("query", "found"),
    [('"dân chủ"', {"dieu-3", "dieu-6"}), ("cơ sở", set()), ("thực*", {"dieu-3"}), ("luật", set())],
)
def test_within_a_document_its_title_is_no_answer(law: Index, query: str, found: set[str]) -> None:
    (hit,) = ask(law, query, document=1, provisions_per_document=1).hits
    assert len(hit.provisions) + hit.more == len(found)
    (hit,) = ask(law, query, document=1, provisions_per_document=50).hits
    assert set(anchors(hit)) == found


def test_the_name_of_a_heading_alone_does_not_push_the_articles_away(store: Index) -> None:
    own = [
        entry(1, "Chương I. Dân chủ", anchor="chuong-I", label="Chương I", title="Dân chủ", order=1, **TITLED)
    ]
    own += [
        entry(1, text, anchor=f"dieu-{n}", label=f"Điều {n}", order=n, **TITLED)
        for n, text in ((2, TEXTS[1]), (3, TEXTS[3]))
    ]
    (hit,) = ask(fill(store, own), "dân chủ").hits
    assert set(anchors(hit)) == {"chuong-I", "dieu-2", "dieu-3"}


WORDS = st.sampled_from(["dân", "chủ", "cơ", "sở", "quyền"])


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.lists(WORDS, max_size=6), min_size=1, max_size=6),
    title=st.lists(WORDS, min_size=1, max_size=5),
    query=st.lists(WORDS, min_size=1, max_size=3, unique=True),
)
def test_they_are_those_that_reading_the_texts_finds(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], title: list[str], query: list[str]
) -> None:
    own = [
        entry(1, " ".join(text), anchor=f"a-{n}", order=n, doc_title=" ".join(title))
        for n, text in enumerate(texts)
    ]
    store = fill(Index(tmp_path_factory.mktemp("own") / "index").create(), own)
    hits = ask(store, " ".join(query), provisions_per_document=10).hits
    saying = {f"a-{n}" for n, text in enumerate(texts) if set(query) <= set(text)}
    if set(query) <= set(title):
        assert set(anchors(hits[0])) == (saying or {one.anchor for one in own})
    elif saying:
        assert saying <= set(anchors(hits[0]))
    together = [n for n, text in enumerate(texts) if f" {' '.join(query)} " in f" {' '.join(text)} "]
    if set(query) <= set(title) and together:
        assert {*anchors(hits[0])[: len(together)]} == {f"a-{n}" for n in together}


def test_a_law_asked_for_by_its_name_shows_what_it_has(store: Index) -> None:
    titled: dict[str, Any] = {"doc_title": "Viên chức", "doc_type": "Luật", "number": "58/2010/QH12"}
    own = [
        entry(1, text, anchor=f"dieu-{n}", label=f"Điều {n}", order=n, **titled)
        for n, text in enumerate(("Phạm vi điều chỉnh.", "Luật viên chức này áp dụng cho mọi viên chức."), 1)
    ]
    (hit,) = ask(fill(store, own), "luật viên chức").hits
    assert hit.named and set(anchors(hit)) == {"dieu-1", "dieu-2"}
    told = explain(store, Request("luật viên chức"), EVERYTHING, 1, "dieu-2")
    assert told is not None and not told.itself
