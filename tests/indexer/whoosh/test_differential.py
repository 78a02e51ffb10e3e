"""The same documents in Whoosh's own codec and in ours: the same hits, scores and positions, after random changes.

Four answers to each query are compared: a simple evaluation of the entries (`meant`), Whoosh with its own codec,
Whoosh with our files, and our evaluator. Known wrong answers of Whoosh itself are in `test_known_faults_of_whoosh`.
"""

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh
from whoosh.scoring import BM25F, WeightingModel

from indexer import Access, Entry, Index
from indexer.index.snapshot import Snapshot
from indexer.match import bm25, boolean, statistics
from indexer.match.terms import QueryTerms
from indexer.trees import evaluation
from indexer.whoosh.schema import RUN_BITS
from indexer.whoosh.searcher import searcher as searcher_of
from tests.indexer.regulations import entry
from tests.indexer.whoosh.by_whoosh import matching_entries
from tests.indexer.whoosh.whoosh_peer import GAP, Joint, Key, Peer
from tests.indexer.whoosh.whoosh_questions import (
    WORDS,
    Question,
    Step,
    entries_after,
    for_us,
    for_whoosh,
    index_after,
    meant,
    questions,
    steps,
)

# The number of random corpora. Each gets some twenty queries. `make bench` uses more.
ROUNDS = int(os.environ.get("DOCMGR_DIFFERENTIAL_ROUNDS", "80"))
QUESTIONS = 20
# By the number of words in a term: its field, and the factor k + 1 of BM25.
FIELDS, GAINS = ("", "words", "pairs"), (0.0, 2.2, 1.5)


@dataclass(frozen=True)
class World:
    """One state of the documents in both indexes."""

    documents: dict[int, list[Entry]]
    snapshot: Snapshot
    peer: Peer

    @property
    def entries(self) -> dict[Key, Entry]:
        """The entries that are not deleted, by their keys."""
        return {(one.document, one.order): one for entries in self.documents.values() for one in entries}

    @property
    def keys(self) -> list[Key]:
        """The key of each entry of the snapshot."""
        columns = (self.snapshot.integers[name].tolist() for name in ("document", "order"))
        return list(zip(*columns, strict=True))


@contextmanager
def world_after(steps_: list[Step]) -> Iterator[World]:
    """Both indexes after these changes. True in a step merges all segments."""
    peer = Peer()
    for changes, joined in steps_:
        peer.change(changes, optimize=joined)
    with index_after(steps_) as store:
        yield World(entries_after(steps_), store.snapshot(), peer)


Scores = dict[Key, float]


def _ask(searcher: Any, keys: list[Key], asked: Question) -> Scores:
    hits = searcher.search(for_whoosh(asked), limit=None)
    return {keys[hit.docnum]: hit.score for hit in hits}


def _evaluated(world: World, asked: Question) -> set[Key] | None:
    node = for_us(asked)
    if node is None:
        return None
    reading = boolean.Evaluation({}, marked=True, deadline=time.monotonic() + 60)
    mask = boolean.mask(world.snapshot, node, reading, world.snapshot.alive)
    return {world.keys[place] for place in np.flatnonzero(mask).tolist()}


def _found(searcher: Any, keys: list[Key], asked: Question) -> set[Key]:
    mask = matching_entries(searcher, for_whoosh(asked))
    return {keys[place] for place in np.flatnonzero(mask).tolist()}


def _negative(asked: Question) -> bool:
    return asked[0] in ("not", "butnot") or any(
        _negative(each)
        for part in asked[1:]
        if isinstance(part, tuple)
        for each in part
        if isinstance(each, tuple)
    )


@contextmanager
def _searchers(world: World, weighting: WeightingModel) -> Iterator[tuple[Any, Any]]:
    """Two searchers of Whoosh, one over its own files and one over ours."""
    with world.peer.index.searcher(weighting=weighting) as theirs:
        with searcher_of(world.snapshot, evaluation.matching_entries, weighting=weighting) as ours:
            yield theirs, ours


MANY = settings(max_examples=ROUNDS, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=max(ROUNDS // 3, 10), suppress_health_check=list(HealthCheck))


@MANY
@given(steps(), st.lists(questions(), min_size=QUESTIONS, max_size=QUESTIONS))
def test_hits_and_scores(changes: list[Step], asked_for: list[Question]) -> None:
    weighting = Joint({("words", word): 1 + number / 7 for number, word in enumerate(WORDS)}, 20.0)
    with world_after(changes) as world, _searchers(world, weighting) as (theirs, ours):
        their_keys = world.peer.keys(theirs)
        for asked in asked_for:
            right = {key for key, one in world.entries.items() if meant(one, asked)}
            assert _found(ours, world.keys, asked) == right, asked
            assert _found(theirs, their_keys, asked) == right, asked
            if (evaluated := _evaluated(world, asked)) is not None:
                assert evaluated == {key for key, one in world.entries.items() if meant(one, asked, True)}, (
                    asked
                )
            if not _negative(asked):
                stock, own = _ask(theirs, their_keys, asked), _ask(ours, world.keys, asked)
                assert set(own) == set(stock) == right, asked
                assert own == pytest.approx(stock, abs=1e-4), asked
                assert list(own.values()) == pytest.approx(list(stock.values()), abs=1e-4), asked


@SOME
@given(steps(), st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=6, max_size=6))
def test_ranking_is_whooshs_sum(changes: list[Step], asked_for: list[list[str]]) -> None:
    """Our vectorised scores are equal to those of Whoosh's matchers with the same formula, over Whoosh's files and
    over ours."""
    with world_after(changes) as world:
        known, slots = statistics.of(world.snapshot, Access(None)), QueryTerms(world.snapshot)
        for words in asked_for:
            terms = [(word,) for word in dict.fromkeys(words)] + list(dict.fromkeys(pairwise(words)))
            worth = {(FIELDS[len(term)], " ".join(term)): 1 + place / 3 for place, term in enumerate(terms)}
            weighted = [
                bm25.WeightedTerm(slots.of(term, (False,) * len(term)), idf, idf * GAINS[len(term)])
                for term, idf in zip(terms, worth.values(), strict=True)
            ]
            scores = bm25.score_all(world.snapshot, known, weighted, math.inf)
            query_ = whoosh.Or([whoosh.Term(*term) for term in worth])
            with _searchers(world, Joint(worth, known.mean_length)) as (theirs, ours):
                for searcher, keys in ((theirs, world.peer.keys(theirs)), (ours, world.keys)):
                    expected = {keys[hit.docnum]: hit.score for hit in searcher.search(query_, limit=None)}
                    places = np.flatnonzero((scores > 0) & world.snapshot.alive).tolist()
                    assert {world.keys[place]: float(scores[place]) for place in places} == pytest.approx(
                        expected, abs=1e-4
                    ), words


@SOME
@given(steps())
def test_postings_positions_and_columns(changes: list[Step]) -> None:
    with world_after(changes) as world, _searchers(world, BM25F()) as (theirs, ours):
        sides = ((theirs, world.peer.keys(theirs), GAP), (ours, world.keys, 1 << RUN_BITS))
        read = [
            {
                (field, text, keys[number]): (weight, _places(searcher, field, value, gap))
                for searcher, keys, gap in [side]
                for field, text, number, weight, value in searcher.reader().iter_postings()
                if field in ("words", "pairs") and not searcher.reader().is_deleted(number)
            }
            for side in sides
        ]
        assert read[0] == read[1]
        for field in ("document", "issued", "type", "length") if world.entries else ():
            columns = [
                {keys[number]: column[number] for number in searcher.reader().all_doc_ids()}
                for searcher, keys, _ in sides
                for column in [searcher.reader().column_reader(field)]
            ]
            assert columns[0] == columns[1]


def _places(searcher: Any, field: str, value: bytes, gap: int) -> list[tuple[int, int]]:
    """(run, place) of each position. Pairs have no positions in our index."""
    if field == "pairs":
        return []
    return [divmod(position, gap) for position in searcher.schema[field].format.decode_positions(value)]


@SOME
@given(steps(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))
def test_whooshs_own_statistics(changes: list[Step], words: list[str]) -> None:
    """Where nothing is deleted, Whoosh's BM25F gives the same scores. Lengths are left out, because Whoosh rounds
    them."""
    with world_after(changes) as world, _searchers(world, BM25F(B=0.0)) as (theirs, ours):
        if theirs.reader().has_deletions() or not world.snapshot.alive.all():
            return
        any_of = whoosh.Or([whoosh.Term("words", word) for word in words])
        their_keys = world.peer.keys(theirs)
        stock = {their_keys[hit.docnum]: hit.score for hit in theirs.search(any_of, limit=None)}
        own = {world.keys[hit.docnum]: hit.score for hit in ours.search(any_of, limit=None)}
        assert own == pytest.approx(stock, abs=1e-4)
        for word in words:
            text = word.encode()
            assert ours.doc_frequency("words", text) == theirs.doc_frequency("words", text)
            assert ours.frequency("words", text) == theirs.frequency("words", text)


@SOME
@given(steps())
def test_terms_in_order(changes: list[Step]) -> None:
    with world_after(changes) as world, _searchers(world, BM25F()) as (theirs, ours):
        listed = list(ours.reader().all_terms())
        assert listed == sorted(set(listed))
        for field in ("words", "pairs", "type"):
            # Whoosh keeps the terms of deleted documents until segments are merged. So do we, but in other segments.
            alive = [
                {text for text in searcher.reader().field_terms(field) if _stands_in(searcher, field, text)}
                for searcher in (theirs, ours)
            ]
            assert alive[0] == alive[1]
        for word in WORDS:
            after = [term for term in listed if term >= ("words", word.encode())]
            assert list(ours.reader().terms_from("words", word)) == after


def _stands_in(searcher: Any, field: str, text: str) -> bool:
    return any(True for _ in searcher.docs_for_query(whoosh.Term(field, text)))


def test_known_faults_of_whoosh(tmp_path: Path) -> None:
    """The reason why `matching_entries` evaluates negations itself: Whoosh's AND NOT may return the first entry
    although it is excluded, and its NOT may return a deleted one."""
    store, peer = Index(tmp_path / "index").create(), Peer()
    documents = {number: [entry(number, text)] for number, text in enumerate(("bà", "ba bà", "30", "ba"), 1)}
    for changes in (documents, {3: []}):
        with store.write_batch() as batch:
            for document, entries in changes.items():
                batch.replace(document, entries)
        peer.change(changes)
    excluding = whoosh.AndNot(whoosh.Term("words", "ba"), whoosh.Term("words", "bà"))
    inverse = whoosh.Not(whoosh.Term("words", "bà"))
    with peer.index.searcher() as theirs, searcher_of(store.snapshot(), evaluation.matching_entries) as ours:
        keys, held = peer.keys(theirs), store.snapshot().integers["document"]
        for asked, wrong in ((excluding, {2, 4}), (inverse, {3, 4})):
            assert {keys[hit.docnum][0] for hit in theirs.search(asked, limit=None)} == wrong
            assert held[matching_entries(ours, asked)].tolist() == [4]
