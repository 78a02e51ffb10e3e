"""Scores and highlights obtained through Whoosh are those of the engine."""

import time
from dataclasses import replace

import numpy as np
import pytest
from whoosh import highlight, query
from whoosh.analysis.acore import Token
from whoosh.scoring import Frequency

from indexer import Access, Batch, Fragment, Index, open_index
from indexer.index.segment import SegmentData
from indexer.match import bm25, statistics
from indexer.match.terms import QueryTerms
from indexer.search.scoring import EngineScoring
from indexer.trees import evaluation
from indexer.whoosh.highlighting import FragmentFormatter
from indexer.whoosh.schema import SCHEMA
from indexer.whoosh.searcher import searcher
from tests.indexer.regulations import REGULATIONS, entry, fill

ASKED = ("kế", "hoạch", "kế hoạch", "văn", "văn bản", "công", "dân chủ")


def term(text: str) -> query.Term:
    return query.Term("pairs" if " " in text else "words", text)


@pytest.fixture
def several(store: Index) -> Index:
    """An index with several segments, and a deleted entry in one of them."""
    fill(store, REGULATIONS[:3])
    fill(store, [entry(8, "kế hoạch " * 30 + "dân chủ", title="Văn bản"), entry(8, "dân", order=2)])
    writer = open_index(store.path).writer()
    writer.delete_by_term("number", "05/QyĐ-SGDĐT")
    writer.commit(merge=False)
    folder = store._current()
    folder.change(lambda snapshot: np.zeros(snapshot.size, bool), _arrays(store), merge=False)
    return store


def _arrays(store: Index) -> SegmentData | None:
    batch = Batch()
    for one in [*REGULATIONS[4:], replace(REGULATIONS[4], document=12, access=2, text="Kế hoạch " * 9)]:
        batch.add(one)
    return batch.arrays(store._current().model)


@pytest.mark.parametrize("access", [Access(None), Access(None, public=frozenset({1}))])
def test_scores_are_those_of_the_engine(several: Index, access: Access) -> None:
    snapshot = several.snapshot()
    assert len(snapshot.segments) > 1 and not snapshot.alive.all()
    known, readable = statistics.of(snapshot, access), snapshot.readable(Access(None))
    slots = [QueryTerms(snapshot).of(tuple(text.split()), (False,) * len(text.split())) for text in ASKED]
    wanted = bm25.score_all(snapshot, known, bm25.weigh(snapshot, readable, known, slots), time.monotonic() + 60)
    asked = query.Or([term(text) for text in ASKED])
    with searcher(snapshot, evaluation.matching_entries, weighting=EngineScoring(access)) as searching:
        hits = searching.search(asked, limit=None)
        assert len(hits) > 3
        for hit in hits:
            assert hit.score == pytest.approx(float(wanted[hit.docnum]), rel=1e-5)
        assert [hit.docnum for hit in searching.search(asked, limit=3)] == [hit.docnum for hit in hits][:3]


def test_conditions_decide_and_score_nothing(regulations: Index) -> None:
    with open_index(regulations.path).searcher() as searching:
        alone = {hit.docnum: hit.score for hit in searching.search(term("kế"))}
        both = searching.search(query.And([term("kế"), query.Term("type", "Nghị định")]))
        assert len(both) == 1 < len(alone) and both[0].score == pytest.approx(alone[both[0].docnum])
        assert [hit.score for hit in searching.search(query.Term("type", "Nghị định"), limit=1)] == [0.0]


def test_a_term_asked_twice_counts_twice(regulations: Index) -> None:
    with open_index(regulations.path).searcher() as searching:
        child = searching.subsearchers[0][0] if searching.subsearchers else searching
        matcher = child.reader().postings("words", "văn")
        once, twice = (EngineScoring().scorer(child, "words", "văn".encode(), qf).score(matcher) for qf in (1, 2))
        assert twice == pytest.approx(2 * once) and once > 0


def test_a_limit_loses_no_better_entry_behind_worse_ones(store: Index) -> None:
    fill(store, [entry(number, "văn " * number + "thư " * 9) for number in range(1, 30)])
    with open_index(store.path).searcher() as searching:
        assert [hit["document"] for hit in searching.search(term("văn"), limit=2)] == [29, 28]


def test_another_weighting_may_be_given(regulations: Index) -> None:
    with open_index(regulations.path).searcher(weighting=Frequency()) as searching:
        assert searching.search(term("văn"))[0].score == 1 + 6 + 3  # text, heading, document title


def test_hits_mark_each_text(regulations: Index) -> None:
    with open_index(regulations.path).searcher() as searching:
        hit = searching.search(query.And([term("soạn"), term("văn")]))[0]
        assert hit.highlights("title") == '<b class="match term0">Soạn</b> thảo <b class="match term1">văn</b> bản'
        assert '">Văn</b> bản được <b ' in hit.highlights("text")
        assert hit.highlights("text", text="Hoà thuận, van") == ""
        with pytest.raises(KeyError):
            hit.highlights("words")


def test_spellings_of_one_syllable_are_marked(regulations: Index) -> None:
    with open_index(regulations.path).searcher() as searching:
        hit = searching.search(term("hòa"))[0]
        assert hit["text"].startswith("Hoà") and hit.highlights("text").startswith("<b class=")


def test_the_formatter_gives_fragments_of_the_product(regulations: Index) -> None:
    with open_index(regulations.path).searcher() as searching:
        results = searching.search(query.Or([term("soạn"), term("bản")]))
        results.formatter = FragmentFormatter()
        extracts = results[0].highlights("title")
        assert extracts == ((Fragment("Soạn", True), Fragment(" thảo văn ", False), Fragment("bản", True)),)


def test_overlapping_matches_are_one_highlight() -> None:
    tokens = []
    for start, end in ((4, 7), (2, 5)):
        token = Token(chars=True)
        token.startchar, token.endchar, token.text = start, end, ""
        tokens.append(token)
    made = FragmentFormatter().format([highlight.Fragment("a bcd efg", tokens, 1, 8)])
    assert made == ((Fragment(" ", False), Fragment("bcd e", True), Fragment("f", False)),)


def test_key_terms_count_positions() -> None:
    assert [item[:3] for item in SCHEMA["words"].index("Dân chủ, dân")] == [("dân".encode(), 2, 2.0), ("chủ".encode(), 1, 1.0)]
    assert SCHEMA["words"].format.decode_positions(next(SCHEMA["words"].index("Dân chủ, dân"))[3]) == [0, 2]
    assert list(SCHEMA["pairs"].index("Dân chủ"))[0] == ("dân chủ".encode(), 1, 1.0, b"")
