"""The year in a document number counts where the day of issue is unknown, and how many documents have all words."""

from datetime import date

import pytest

from indexer import Access, Index
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found

PAPERS = [
    entry(1, "họp giao ban", number="30/2020/NĐ-CP"),
    entry(2, "họp giao ban", number="7/KH-UBND", issued_on=date(2021, 5, 1)),
    entry(3, "họp giao ban", number="8/2019/QĐ-TTg", issued_on=date(2022, 1, 1)),
    entry(4, "họp giao ban", number="9/KH-UBND"),
    entry(5, "họp giao ban", number="1/2021/TT-BNV"),
]


def test_the_year_of_the_number_counts_where_the_day_is_unknown(store: Index) -> None:
    fill(store, PAPERS)
    years = {one.value: one.count for one in ask(store, "họp").facets["year"]}
    assert years == {"2022": 1, "2021": 2, "2020": 1}
    assert found(ask(store, "họp năm:2020")) == found(ask(store, "họp", filters={"year": ("2020",)})) == [1]
    assert sorted(found(ask(store, "họp năm:2021"))) == [2, 5]
    # What is printed as the day of issue counts before the number.
    assert found(ask(store, "họp năm:2019")) == []


def test_sorting_by_date_takes_the_year_for_its_first_day(store: Index) -> None:
    fill(store, PAPERS)
    assert found(ask(store, "họp", sort="date")) == [3, 2, 5, 1, 4]


@pytest.mark.parametrize("segments", [1, 4])
def test_documents_that_have_all_words_are_counted_by_themselves(store: Index, segments: int) -> None:
    """Words may stand in different provisions of a document; what may not be read does not count."""
    papers = [
        [entry(1, "một hai ba bốn năm sáu bảy tám")],
        [entry(2, "một hai ba bốn"), entry(2, "năm sáu bảy tám", order=1)],
        [entry(3, "một hai ba bốn năm sáu")],
        [entry(4, "một hai ba bốn"), entry(4, "năm sáu bảy tám", order=1, access=2)],
    ]
    for part in range(segments):
        fill(store, [one for own in papers[part::segments] for one in own])
    question = "một hai ba bốn năm sáu bảy tám"
    assert (ask(store, question).whole, ask(store, question).total) == (3, 4)
    assert ask(store, question, Access(frozenset({1}))).whole == 2
    assert ask(store, f"{question} zzz").whole == 3
    assert ask(store, "một hai").whole == ask(store, "một hai").total == 4
    assert ask(store, "").whole == 4
    assert search_without(store).whole == 0


def test_a_document_that_is_named_needs_the_words_beside_its_number(store: Index) -> None:
    decree = {"number": "30/2020/NĐ-CP", "doc_type": "Nghị định"}
    papers = [entry(1, "công tác văn thư", **decree), entry(2, "một hai theo nghị định 30/2020/NĐ-CP"), entry(3, "một hai")]
    fill(store, papers)
    for query, whole in (("nghị định 30/2020/NĐ-CP văn thư", 1), ("nghị định 30/2020/NĐ-CP một hai", 1), ("30/2020/NĐ-CP", 2)):
        results = ask(store, query)
        assert (results.hits[0].document, results.whole) == (1, whole), query
    laws = [entry(5, "thửa đất", doc_type="Luật", doc_title="Đất đai", number="31/2024/QH15"), entry(6, "luật về đất đai"), entry(7, "năm 2024")]
    fill(store, laws)
    assert ask(store, "luật đất đai 2024").hits[0].named and ask(store, "luật đất đai 2024").whole == 1


def search_without(store: Index):
    """A question whose words no document has together."""
    fill(store, [entry(9, "chín mười")])
    return ask(store, "một hai ba bốn năm chín mười", EVERYTHING)
