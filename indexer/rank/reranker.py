"""Prepares the second stage of ranking for a query and its best entries.

This module decides which terms of the query count there. Words typed without diacritics get their likely diacritics,
although the first stage may match every spelling."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_model
from indexer.analysis.diacritics import RestoredWords, restore
from indexer.index import vectors
from indexer.index.snapshot import Floats, Segment, Snapshot
from indexer.match import bm25, everyday
from indexer.match.bm25 import WeightedTerm
from indexer.match.bound_query import BoundQuery
from indexer.match.terms import kept_slots, terms_of
from indexer.rank import amounts, definitions, feature_matrix
from indexer.rank.candidates import CandidateBlock, word_worth
from indexer.rank.features import QueryFigures as Figured
from indexer.store.ragged import Numbers

# How many log-odds make a score e times as large. With this value the hits of a page are within some tenths of the
# best.
_SPREAD = 4.0


def _restored(asked: BoundQuery) -> list[RestoredWords]:
    """Restore missing diacritics in the query. Returns one item per run of neighbouring words."""
    free = [[asked.folded.get(word, False) for word in run] for run in asked.query.as_spoken]
    return [restore(run, own) for run, own in zip(asked.query.as_spoken, free, strict=True)]


def _weighted(
    snapshot: Snapshot, asked: BoundQuery, runs: Sequence[RestoredWords], entries: Numbers, scores: Floats
) -> tuple[Sequence[WeightedTerm], Floats]:
    """Choose the terms for the second stage, from `runs` with restored diacritics. Returns (terms with their weights,
    one score for each of `entries`)."""
    if not any(asked.folded.values()):
        return asked.weighted, scores
    folded: dict[str, bool] = {}
    for run in runs:
        for word, sure in zip(run.words, run.sure, strict=True):
            folded[word] = folded.get(word, False) or not sure
    folded |= {
        word: asked.folded.get(word, False) for other in asked.others for word in other if word not in folded
    }
    slots = terms_of(kept_slots(snapshot), [run.words for run in runs], asked.others, folded, asked.query.ranking_boosts)
    weighted = bm25.weigh(snapshot, snapshot.readable(asked.access), asked.statistics, slots)
    weighted += everyday.beside(weighted, asked.law)
    return weighted, bm25.score_some(snapshot, asked.statistics, weighted, entries)


def _figured(
    runs: Sequence[RestoredWords], asked: BoundQuery, weighted: Sequence[WeightedTerm], long: bool
) -> tuple[Figured, list[WeightedTerm]]:
    """Convert the query to the figures from which features are computed. Returns (figures, single words as terms),
    both in the same order. Terms with the idf 0 are left out."""
    singles = [one for one in weighted if one.slot.single and one.idf]
    place = {one.slot.words[0]: number for number, one in enumerate(singles)}
    pairs = [one for one in weighted if not one.slot.single and one.idf and place.keys() >= {*one.slot.words}]
    figured = Figured(
        runs=(*(run.words for run in runs), *asked.others, *(one.law for one in asked.query.expansions)),
        idf=np.array([one.idf for one in singles], np.float64),
        counts=np.array([one.slot.asked for one in singles], np.float64),
        pairs=tuple((place[one.slot.words[0]], place[one.slot.words[1]]) for one in pairs),
        pair_idf=np.array([one.idf for one in pairs], np.float64),
        long=long,
    )
    return figured, singles


def _table(segment: Segment, used: language_model.LanguageModel) -> tuple[NDArray[np.int32], Floats]:
    rows, sizes = segment.cached(("embedding",), lambda: vectors.word_table(segment.held, used))
    return rows, sizes


def _worth(segment: Segment, used: language_model.LanguageModel) -> Floats:
    (worth,) = segment.cached(("worth",), lambda: (word_worth(segment.held, used),))
    return worth


def features(
    snapshot: Snapshot, asked: BoundQuery, entries: Numbers, scores: Floats, long: bool | None = None
) -> tuple[feature_matrix.FeatureMatrix, NDArray[np.int64]]:  # fmt: skip
    """Compute the features of `entries` for the query `asked`. There must be at least one entry; `scores` are their
    first-stage scores. `long` says whether the features are those of a long question; None leaves it to the query. Returns
    (features, order). Row i of the features belongs to the entry at position `order[i]` of
    `entries`, because rows are grouped by segment."""
    runs = _restored(asked)
    weighted, scores = _weighted(snapshot, asked, runs, entries, scores)
    long = feature_matrix.is_long(asked.query) if long is None else long
    figured, singles = _figured(runs, asked, weighted, long)
    groups, order = [], []
    for number, (segment, place) in enumerate(snapshot.parts()):
        own = np.flatnonzero((entries >= place.start) & (entries < place.stop))
        if len(own):
            slots = [one.slot.terms[number] for one in singles]
            groups.append(
                CandidateBlock(
                    segment.held, entries[own] - place.start, scores[own], slots, *_table(segment, snapshot.model),
                    amounts.kinds(segment) if asked.query.question.kind == "amount" else None,
                    _worth(segment, snapshot.model) if long else None,
                )  # fmt: skip
            )
            order.append(own)
    places = np.concatenate(order)
    known = definitions.defined(snapshot, asked, entries)
    defining = definitions.Defined(known.levels[places], known.glossary[places]) if known else None
    return feature_matrix.features(figured, groups, snapshot.model, defining), places


def values(snapshot: Snapshot, asked: BoundQuery, entries: Numbers, scores: Floats) -> NDArray[np.float64] | None:
    """Compute the score of each of `entries` in the second stage of ranking. It is on the scale of their first-stage
    `scores`. Returns None where the base model has no weights for features, or where `entries` is empty. Returns None
    also where every word of the query `asked` has the idf 0."""
    weights = feature_matrix.weights(asked.query)
    if not weights or not len(entries) or not any(one.idf for one in asked.weighted):
        return None
    made, order = features(snapshot, asked, entries, scores)
    odds = np.empty(len(entries))
    odds[order] = made.score(weights)
    found: NDArray[np.float64] = float(scores.max()) * np.exp((odds - odds.max()) / _SPREAD)
    return found
