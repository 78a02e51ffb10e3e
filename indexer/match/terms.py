"""The terms of a query (each syllable and each pair of neighbours), with the terms of every segment that match them.

This module decides which terms of a segment match, with diacritics or without regard to them.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indexer.analysis.analyzer import pair
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Snapshot
from indexer.store.ragged import places_from
from legaltext.text import forms

# Ascending. It is a tuple because most query terms have only one.
Terms = tuple[int, ...]
# The number of query terms cached for a generation, some 500 bytes each and 50 more per segment. This covers most
# words that people type.
_MOST_KNOWN = 2_000


class QueryTerm(NamedTuple):
    """A syllable of a query, or a pair of neighbouring syllables, looked up in every segment.

    `words` are the syllables as the query spells them. `folded` says for each of them whether its diacritics are ignored.
    `terms` holds for each segment the numbers of the terms that match. `counts` says how many postings these terms have
    together. `asked` is how often the query has the term; a boost multiplies it."""

    words: tuple[str, ...]
    folded: tuple[bool, ...]
    terms: tuple[Terms, ...]
    counts: tuple[int, ...]
    asked: float = 1

    @property
    def single(self) -> bool:
        """Whether the query term is one syllable, not a pair."""
        return len(self.words) == 1

    @property
    def text(self) -> str:
        """The syllable or pair as text. Where diacritics are ignored, it is without them."""
        spelled = [forms(word)[1] if free else word for word, free in zip(self.words, self.folded, strict=True)]
        return pair(*spelled) if len(spelled) == 2 else spelled[0]


def word_terms(held: SegmentData, word: str, folded: bool) -> Terms:
    """Find the terms of the segment `held` that match the syllable `word`. Returns their numbers; () for none. With `folded`
    True diacritics are ignored."""
    if folded:
        return tuple(sorted(held.spelled(forms(word)[1]).tolist()))
    number = held.numbers.get(word)
    return () if number is None else (number,)


def pair_terms(held: SegmentData, firsts: Terms, seconds: Terms) -> Terms:
    """Find the pairs of the segment `held` whose first word is in `firsts` and whose second word is in `seconds`. Both hold
    word numbers. Returns the numbers of the pairs among the terms; () for none."""
    if len(firsts) == len(seconds) == 1:
        term = held.pair(firsts[0], seconds[0])
        return () if term < 0 else (term,)
    wanted = np.zeros(len(held.words), bool)
    wanted[list(seconds)] = True
    own = np.array(firsts, np.int64)
    begins = held.second_starts[own].astype(np.int64)
    at = places_from(begins, held.second_starts[own + 1] - begins)
    return tuple((len(held.words) + at[wanted[held.seconds[at]]]).tolist())


class QueryTerms:
    """The query terms looked up in one generation of the index. They do not depend on an actor's rights. A
    limited number of them is cached."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._known: dict[tuple[tuple[str, ...], tuple[bool, ...]], QueryTerm] = {}

    def of(self, words: tuple[str, ...], folded: tuple[bool, ...], asked: float = 1) -> QueryTerm:
        """Look up the query term of one syllable, or of two neighbours. `folded` says for each of `words` whether its
        diacritics are ignored. `asked` is how often the query has the term."""
        key = (words, folded)
        if (known := self._known.get(key)) is None:
            terms, counts = [], []
            for segment in self.snapshot.segments:
                own = self._terms(segment.held, words, folded)
                terms.append(own)
                counts.append(segment.held.total(own) if own else 0)
            known = QueryTerm(words, folded, tuple(terms), tuple(counts))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = known
        return known if asked == 1 else known._replace(asked=asked)

    @staticmethod
    def _terms(held: SegmentData, words: tuple[str, ...], folded: tuple[bool, ...]) -> Terms:
        first = word_terms(held, words[0], folded[0])
        if len(words) == 1 or not first:
            return first
        second = word_terms(held, words[1], folded[1])
        return pair_terms(held, first, second) if second else ()


def kept_slots(snapshot: Snapshot) -> QueryTerms:
    """The cached query terms of the generation of `snapshot`, shared by all queries."""
    return snapshot.keep(("slots",), lambda: QueryTerms(snapshot))


def terms_of(
    slots: QueryTerms,
    runs: Sequence[tuple[str, ...]],
    others: Sequence[tuple[str, ...]],
    folded: dict[str, bool],
    boosts: Sequence[tuple[float, ...]] = (),
) -> tuple[QueryTerm, ...]:
    """Look up all syllables and pairs of neighbouring syllables of a query, each once, in the order of the query. `slots`
    looks them up. `runs` are the stretches of neighbouring words of the query. `folded` maps each word to True where its
    diacritics are ignored.

    `boosts` says how often each syllable of `runs` counts; () means once each. A pair counts as often as the lesser of its
    syllables. `others` are other names of words in the query. Their terms follow, and each counts once."""
    asked: dict[tuple[str, ...], float] = {}
    if boosts:
        for run, worth in zip(runs, boosts, strict=True):
            singles, pairs = zip(zip(run), worth, strict=True), zip(pairwise(run), map(min, worth, worth[1:]), strict=True)
            for words, often in (*singles, *pairs):
                asked[words] = asked.get(words, 0) + often
    else:
        # Few queries have boosts, and counting alone takes half as long.
        for run in runs:
            for words in (*zip(run), *pairwise(run)):
                asked[words] = asked.get(words, 0) + 1
    for other in others:
        for words in (*zip(other), *pairwise(other)):
            asked.setdefault(words, 1)
    return tuple(
        [slots.of(words, tuple([folded[word] for word in words]), count) for words, count in asked.items()]
    )
