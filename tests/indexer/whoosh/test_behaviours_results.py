"""Behaviours of results from Whoosh's documentation, checked on an index of ours: order, facets, pages, collectors."""

from datetime import date

import pytest
from whoosh import collectors, query, sorting

from indexer.whoosh.index import LiveIndex


def term(text: str) -> query.Term:
    return query.Term("words", text)


def documents(hits: object) -> list[int]:
    return [hit["document"] for hit in hits]  # type: ignore[attr-defined]


def test_the_best_comes_first(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        hits = searcher.search(term("alfa"))
        assert documents(hits)[0] == 3  # the word occurs in it twice
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert [hit.rank for hit in hits] == [0, 1, 2]


def test_a_limit_cuts_hits_and_not_the_total(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        hits = searcher.search(term("alfa"), limit=1)
        assert documents(hits) == [3] and len(hits) == 3 and not hits.is_empty()
        assert searcher.search(term("zulu")).is_empty()


def test_sorting_by_a_column(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        assert documents(searcher.search(query.Every(), sortedby="issued")) == [3, 6, 1, 4, 2, 5]
        assert documents(searcher.search(query.Every(), sortedby="document", reverse=True)) == [6, 5, 4, 3, 2, 1]
        newest = sorting.FieldFacet("issued", reverse=True)
        assert documents(searcher.search(query.Every(), sortedby=newest)) == [5, 2, 4, 1, 6, 3]


def test_sorting_by_several_columns(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        both = sorting.MultiFacet(["folder", sorting.FieldFacet("document", reverse=True)])
        assert documents(searcher.search(query.Every(), sortedby=both)) == [6, 4, 2, 5, 3, 1]


def test_sorting_by_score_among_others(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        both = sorting.MultiFacet([sorting.ScoreFacet(), sorting.FieldFacet("document")])
        assert documents(searcher.search(term("alfa"), sortedby=both))[0] == 3


def test_groups(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        hits = searcher.search(query.Every(), groupedby="issuer", limit=None)
        column = {hit.docnum: hit["document"] for hit in hits}
        groups = {name: sorted(column[one] for one in own) for name, own in hits.groups("issuer").items()}
        assert groups == {"Luật": [1, 3, 5], "Nghị định": [2, 6], "Kế hoạch": [4]}
        assert list(hits.facet_names()) == ["issuer"]


def test_counted_groups(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        counted = searcher.search(query.Every(), groupedby="folder", maptype=sorting.Count, limit=1).groups("folder")
        assert counted == {0: 3, 1: 3}


def test_groups_by_query(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        facet = sorting.QueryFacet({"low": query.NumericRange("document", 1, 2), "high": query.NumericRange("document", 3, 6)})
        groups = searcher.search(query.Every(), groupedby={"half": facet}, limit=None).groups("half")
        assert {name: len(own) for name, own in groups.items()} == {"low": 2, "high": 4}


def test_collapsing_keeps_the_best_of_each(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        hits = searcher.search(term("alfa"), collapse="issuer", collapse_limit=1)
        assert documents(hits) == [3]


def test_pages(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        page = searcher.search_page(query.Every(), 2, pagelen=4, sortedby="document")
        assert documents(page) == [5, 6] and (page.total, page.pagecount, page.offset) == (6, 2, 4)
        assert page.is_last_page()


def test_stored_fields(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        hit = searcher.search(term("foxtrot"), sortedby="document")[0]
        assert (hit["text"], hit["issuer"], hit["issued"]) == ("delta echo foxtrot", "Kế hoạch", date(2021, 1, 4))
        assert hit["effective_to"] is None and hit["folder"] == 0 and hit["anchor"] == ""
        assert "text" in hit and "words" not in hit and hit.get("words", 1) == 1
        assert searcher.document(document=2)["text"] == "bravo charlie delta"
        assert searcher.document(document=99) is None
        assert sorted(one["document"] for one in searcher.documents(issuer="Luật")) == [1, 3, 5]


def test_document_numbers(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        numbers = list(searcher.document_numbers(issuer="Luật"))
        assert numbers == [0, 2, 4] and searcher.document_number(document=3) == 2
        assert searcher.reader().stored_fields(4)["document"] == 5


def test_matched_terms(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        hits = searcher.search(query.Or([term("alfa"), term("golf"), term("zulu")]), terms=True)
        assert hits.matched_terms() == {("words", b"alfa"), ("words", b"golf")}
        assert {hit["document"]: set(hit.matched_terms()) for hit in hits}[6] == {("words", b"golf")}
        assert not searcher.search(term("alfa")).has_matched_terms()


def test_results_are_joined(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        ours, theirs = searcher.search(term("golf")), searcher.search(term("foxtrot"))
        ours.extend(theirs)
        assert sorted(documents(ours)) == [4, 5, 6]
        both = searcher.search(term("golf"))
        both.filter(searcher.search(term("foxtrot")))
        assert documents(both) == [5]


def test_a_collector_of_ones_own(ix: LiveIndex) -> None:
    class Seen(collectors.Collector):  # type: ignore[misc]
        def prepare(self, top_searcher: object, q: object, context: object) -> None:
            super().prepare(top_searcher, q, context)
            self.seen: list[int] = []

        def sort_key(self, sub_docnum: int) -> int:
            return 0

        def collect(self, sub_docnum: int) -> None:
            self.seen.append(self.offset + sub_docnum)

    with ix.searcher() as searcher:
        collector = Seen()
        searcher.search_with_collector(term("alfa"), collector)
        assert collector.seen == [0, 2, 4]


def test_an_unlimited_collector(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        collector = searcher.collector(limit=None)
        searcher.search_with_collector(query.Every(), collector)
        assert len(collector.results()) == 6


def test_a_time_limit(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        limited = collectors.TimeLimitCollector(searcher.collector(limit=None), timelimit=10.0)
        searcher.search_with_collector(term("alfa"), limited)
        assert len(limited.results()) == 3


def test_key_terms(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        assert "golf" in dict(searcher.key_terms_from_text("words", "golf golf alfa", numterms=1))


def test_an_unknown_field_is_no_column(ix: LiveIndex) -> None:
    with ix.searcher() as searcher, pytest.raises(KeyError):
        searcher.search(term("alfa"), sortedby="nowhere")
