"""Which entries answer a question at all, and in which order: the step between scores and a page of
documents.

Decides what words, phrases, exclusions and document numbers demand. Short questions ask for all their words
in one provision, and for any of them only where nothing has all; longer ones ask for a share of their
weight. Phrases must stand in the provision (its text, heading or document title), excluded ones must not.
What goes first by rule (all words, the title, the number, the Điều asked for) has the higher score to show.
"""

import re
import time
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer import ranking, titles
from indexer.numbers import NumberQuery, number_matches
from indexer.query import Query
from indexer.ranking import Scores
from indexer.schema import TONED
from indexer.snapshot import Bools, Readable, Snapshot
from indexer.text import fold, phrase_pattern

_ARTICLE = re.compile(r"\bdieu (\d{1,4}[a-z]?)\b")
_MOST_LABELS = 2_000
_ALL_WORDS = 4
_ALL_FIRST = 6
_SHARE = 0.3
# Steps in the order, each more than any score with its bonus.
_BEFORE, _NUMBERED, _ASKED = 1, 2, 2


@dataclass(frozen=True)
class Matched:
    """Entries that answer, as a mask; `key` orders them and is the score to show, `scores` are of words only."""

    mask: Bools
    key: NDArray[np.float64]
    scores: Scores
    truncated: bool


def match(snapshot: Snapshot, readable: Readable, query: Query, scope: Bools, deadline: float) -> Matched:
    """Match within `scope` (entries the actor may read and the request allows)."""
    scores = ranking.score(snapshot, readable, query, deadline)
    allowed, cut = _strict(snapshot, query, scores, scope, deadline)
    words = len(query.words)
    whole = scores.found >= words if words else np.ones(snapshot.size, bool)
    mask = _enough(allowed, whole, scores, words)
    key, step = scores.score.copy(), max(scores.ceiling, 1.0) * (1 + titles.MOST)
    if 0 < words <= _ALL_FIRST:
        key[whole] += step * _BEFORE
        if query.number is None:
            asked = tuple(word for run in query.runs for word in run)
            gains, late = titles.bonus(snapshot, asked, scores, allowed & whole, deadline)
            key, cut = key + gains, cut or late
    if query.number is not None:
        numbered = numbered_documents(snapshot, query.number)[snapshot.document_of] & allowed
        key[numbered] += step * _NUMBERED
        key[_articles(snapshot, query.number, numbered)] += step * _ASKED
        mask = mask | numbered
    return Matched(mask, key, scores, cut or scores.truncated)


def _articles(snapshot: Snapshot, number: NumberQuery, numbered: Bools) -> list[int]:
    """The entries of the documents asked for that are the Điều asked for beside the number; one of an annex
    only where the document itself has no such Điều."""
    asked = _ARTICLE.search(fold(number.rest))
    if not asked:
        return []
    own: list[int] = []
    others: list[int] = []
    for entry in np.flatnonzero(numbered)[:_MOST_LABELS].tolist():
        anchor, label, *_ = snapshot.row(entry)
        if fold(label).strip(" .:") == asked.group():
            (own if anchor == f"dieu-{asked[1]}" else others).append(entry)
    held = set(snapshot.document_of[own].tolist())
    return own + [entry for entry in others if snapshot.document_of[entry] not in held]


def _enough(allowed: Bools, whole: Bools, scores: Scores, words: int) -> Bools:
    if not words:
        return allowed
    if words <= _ALL_WORDS and (allowed & whole).any():
        return allowed & whole
    mask: Bools = allowed & (scores.share >= _SHARE)
    return mask if mask.any() else allowed & (scores.score > 0)


def _strict(
    snapshot: Snapshot, query: Query, scores: Scores, scope: Bools, deadline: float
) -> tuple[Bools, bool]:  # fmt: skip
    allowed, cut = scope, False
    for phrase in query.phrases:
        held, late = phrase_entries(snapshot, phrase, scores.spelling, allowed, deadline)
        allowed, cut = allowed & held, cut or late
    for unwanted in query.excluded:
        spelling = dict.fromkeys(unwanted, TONED) if query.marked else {}
        held, late = phrase_entries(snapshot, unwanted, spelling, scope, deadline, unread=True)
        allowed, cut = allowed & ~held, cut or late
    return allowed, cut


def phrase_entries(
    snapshot: Snapshot,
    phrase: tuple[str, ...],
    spelling: dict[str, str],
    scope: Bools,
    deadline: float,
    unread: bool = False,
) -> tuple[Bools, bool]:
    """(entries within scope that hold the syllables side by side, whether time ran out before all were read).

    One or two syllables are a term of the index; longer phrases are looked up in the texts that hold all
    their pairs. `unread` tells whether texts that were not reached in time count.
    """
    first_word = ranking.word_term(phrase[0], spelling)
    terms = [ranking.pair_term(*words, spelling) for words in pairwise(phrase)] or [first_word]
    lists = sorted((snapshot.postings(term.field, term.text)[0] for term in terms), key=len)
    common = reduce(lambda left, right: np.intersect1d(left, right, assume_unique=True), lists)
    candidates = common[scope[common]]
    mask = np.zeros(snapshot.size, bool)
    mask[candidates] = len(phrase) <= 2 or unread
    if len(phrase) <= 2:
        return mask, False
    pattern = phrase_pattern(phrase, all(term.field == TONED for term in terms))
    for entry in candidates.tolist():
        if time.monotonic() > deadline:
            return mask, True
        _, label, title, text, doc_type, doc_title = snapshot.row(entry)
        mask[entry] = any(map(pattern.search, (text, title, f"{doc_type} {doc_title}", label)))
    return mask, False


def numbered_documents(snapshot: Snapshot, number: NumberQuery) -> Bools:
    """The documents that bear the number asked for."""
    held = snapshot.names_of_documents("number")
    codes = [place for place, parts in enumerate(snapshot.number_parts) if parts and parts.no == number.no]
    mask = np.zeros(len(snapshot.documents), bool)
    types = snapshot.names_of_documents("type")
    for document in np.flatnonzero(np.isin(held.codes, codes)).tolist():
        parts = snapshot.number_parts[held.codes[document]]
        year = int(snapshot.years[document]) or None
        if parts and number_matches(number, parts, year, fold(types.values[types.codes[document]])):
            mask[document] = True
    return mask
