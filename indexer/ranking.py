"""How well entries answer a question: BM25 over syllables and adjacent pairs with one joint length.

score = Σ qtf · idf^.8 · (k+1)·tf / (tf + k·(1-b + b·length)), tf and length summed over text, heading (6)
and document title (3); k 1.2, b .60 for syllables and k .5, b .75 for pairs. idf and mean length come from
readable entries only.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import pair
from indexer.query import Query
from indexer.schema import FOLDED, TONED
from indexer.snapshot import Postings, Readable, Snapshot
from indexer.text import fold

_SYLLABLE_GAIN, _PAIR_GAIN, _IDF_POWER = 2.2, 1.5, 0.8


@dataclass(frozen=True)
class Term:
    """A term of the index asked for; `word` is the syllable it stands for, "" for a pair."""

    field: str
    text: str
    word: str


@dataclass(frozen=True)
class Scores:
    """Per entry: score (below `ceiling`), share of the question's weight found, number of distinct words found.

    `weights` tells what each syllable and pair of the question is worth (0: nowhere readable), `spelling`
    the field that answers for a word, `missing` the words that occur nowhere the actor may read.
    """

    score: NDArray[np.float64]
    share: NDArray[np.float64]
    found: NDArray[np.int16]
    weights: dict[Term, float]
    spelling: dict[str, str]
    missing: tuple[str, ...]
    truncated: bool
    ceiling: float


def readable_count(snapshot: Snapshot, readable: Readable, field: str, text: str) -> int:
    """In how many readable entries a term occurs."""
    return int(np.count_nonzero(readable.entries[snapshot.postings(field, text)[0]]))


def choose_fields(
    snapshot: Snapshot, readable: Readable, query: Query
) -> tuple[dict[str, str], tuple[str, ...]]:
    """(word → field that answers for it, words found nowhere): with tones where typed and found, else
    folded."""
    spelling, missing = {}, []
    for word in query.words:
        if query.marked and readable_count(snapshot, readable, TONED, word):
            spelling[word] = TONED
            continue
        spelling[word] = FOLDED
        if not readable_count(snapshot, readable, FOLDED, fold(word)):
            missing.append(word)
    return spelling, tuple(missing)


def word_term(word: str, spelling: dict[str, str]) -> Term:
    """The term that answers for a word."""
    field = spelling.get(word, FOLDED)
    return Term(field, word if field == TONED else fold(word), word)


def pair_term(first: str, second: str, spelling: dict[str, str]) -> Term:
    """The term of two neighbouring words; folded as soon as one of them is."""
    if spelling.get(first) == spelling.get(second) == TONED:
        return Term(TONED, pair(first, second), "")
    return Term(FOLDED, pair(fold(first), fold(second)), "")


def terms_of(query: Query, spelling: dict[str, str]) -> Counter[Term]:
    """All terms of a question with how often each is asked."""
    asked: Counter[Term] = Counter()
    for run in query.runs:
        asked.update(word_term(word, spelling) for word in run)
        asked.update(pair_term(first, second, spelling) for first, second in pairwise(run))
    return asked


def _idf(count: int, frequency: int) -> float:
    return float(np.log1p((count - frequency + 0.5) / (frequency + 0.5)) ** _IDF_POWER) if frequency else 0.0


def score(snapshot: Snapshot, readable: Readable, query: Query, deadline: float) -> Scores:
    """Score every entry (hidden ones too; the caller masks them). Rare terms are read first; past the
    deadline
    (`time.monotonic`) the rest is left out and `truncated` set."""
    spelling, missing = choose_fields(snapshot, readable, query)
    asked = terms_of(query, spelling)
    read, truncated = _read(snapshot, asked, deadline)
    scores, mass = np.zeros(snapshot.size), np.zeros(snapshot.size)
    found = np.zeros(snapshot.size, np.int16)
    weights: dict[Term, float] = {}
    ceiling = 0.0
    # Summed in the order of the question: sums are then the same whatever else, hidden or not, is in the
    # index.
    for term in (term for term in asked if term in read):
        entries, frequencies = read[term]
        idf = _idf(readable.count, int(np.count_nonzero(readable.entries[entries])))
        weights[term] = idf
        gain, norm = (
            (_SYLLABLE_GAIN, readable.syllable_norm) if term.word else (_PAIR_GAIN, readable.pair_norm)
        )
        most = asked[term] * idf * gain
        scores[entries] += most * frequencies / (frequencies + norm[entries])
        ceiling += most
        if term.word:
            mass[entries] += idf
            found[entries] += 1
    total = sum(weight for term, weight in weights.items() if term.word)
    return Scores(scores, mass / max(total, 1e-9), found, weights, spelling, missing, truncated, ceiling)


def _read(snapshot: Snapshot, asked: Iterable[Term], deadline: float) -> tuple[dict[Term, Postings], bool]:
    """(postings of each term, whether time ran out), rare terms first."""
    read: dict[Term, Postings] = {}
    for term in sorted(asked, key=lambda term: (snapshot.count(term.field, term.text), term.text)):
        if time.monotonic() > deadline:
            return read, True
        read[term] = snapshot.postings(term.field, term.text)
    return read, False
