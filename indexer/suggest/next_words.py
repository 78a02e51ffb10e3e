"""Finds the syllables that follow given syllables in public texts. They continue a query whose last word is complete.

Public texts are those that every signed-in person may read. This module decides how much text is read, and how long a
continuation is. It never ends within a word: not "công khai tài", because "tài" is only half of "tài chính" (finance).
The result depends neither on hidden documents nor on the division into segments."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_model
from indexer.analysis.compounds import is_linked, is_perhaps_linked, together
from indexer.index.segment import RUNS, TEXT, SegmentData
from indexer.index.snapshot import Segment, Snapshot
from indexer.match import statistics
from indexer.match.statistics import Statistics
from indexer.store.ragged import places_from
from indexer.suggest.function_words import AT, CONNECTING, SECOND_HALVES, trails_off
from indexer.types import Access
from legaltext.syllable import sound

# How many entries with the words are read, how many words of each, and the greatest length of a continuation in
# words.
_READ, _MOST_WORDS, _LONGEST = 200, 5_000, 5
# How many places of one entry are read.
_MOST_PLACES = 3
# The share of occurrences from which on a next word is taken if it belongs to the word before.
_MOSTLY = 0.5
# A word that is so much rarer than the likeliest one is not offered.
_SELDOM = 20
# A syllable is only the first half of a word where in this share of its occurrences it forms a word with the next one.
_HALF = 0.5
# A phrase that is read less often says nothing.
_LEAST = 2
# So many words are offered that begin with such a half: "chính phủ", "chính quyền".
_MOST_WORDS_OF_HALF = 2
Ints = NDArray[np.int64]
Words = tuple[str, ...]


def ways_on(snapshot: Snapshot, access: Access, said: Words, limit: int) -> Iterator[Words]:
    """Find continuations of `said`, normalised syllables, in texts that every signed-in person may read. `access` says
    which texts these are. Yields at most `limit` tuples of following syllables, best first. Yields nothing where `said`
    is a single function word."""
    if len(said) == 1 and said[0] in CONNECTING:
        return iter(())
    counted = statistics.of(snapshot, access)
    behind = _behind(snapshot, counted, said[-3:], alone=len(said) <= 3)
    behind = behind or _behind(snapshot, counted, said[-2:], alone=False)
    return islice(_likeliest(behind, said[-1]), limit)


def to_phrase_ends(snapshot: Snapshot, access: Access, before: Words, begun: Sequence[str], limit: int) -> Iterator[Words]:
    """Continue words of `begun` to the end of a phrase, as they occur behind the syllables `before` in texts that every
    signed-in person may read. `access` says which texts these are. Yields at most `limit` tuples of syllables that follow
    `before`, the most frequent first. A word without a sensible end yields nothing."""
    counted, wanted = statistics.of(snapshot, access), frozenset(begun) - CONNECTING
    if not wanted:
        return
    behind = _behind(snapshot, counted, before[-2:], len(before) <= 2, wanted)
    if not behind and len(before) > 1:
        # No text has these words side by side. A word that forms one with the last of them is the best guess.
        wanted = frozenset(word for word in wanted if is_linked(before[-1], word)) or wanted
        behind = _behind(snapshot, counted, before[-1:], False, wanted)
    phrases = _Phrases(behind, "".join(before[-1:]))
    often = {word: behind[(word,)] for word in begun if behind[(word,)]}
    most = max(often.values(), default=0)
    likely = (word for word in sorted(often, key=lambda word: -often[word]) if often[word] * _SELDOM >= most)
    yield from islice(chain.from_iterable(map(phrases.from_word, likely)), limit)


def _behind(
    snapshot: Snapshot, counted: Statistics, said: Words, alone: bool, begun: frozenset[str] = frozenset()
) -> Counter[Words]:  # fmt: skip
    """Count what directly follows the syllables `said` (at most three) in public texts. Returns how often each sequence
    of syllables occurs. `alone` says whether `said` is the whole query. With `begun`, only sequences count that begin with
    one of these words; then `said` may be empty."""
    held = list(_holding(snapshot, counted, said, begun))
    every = np.concatenate([np.empty(0, np.int64), *(entries + place.start for _, place, entries in held)])
    order = snapshot.integers["document"][every].astype(np.uint64) << np.uint64(20)
    order += snapshot.integers["order"][every].astype(np.uint64)
    # Spread evenly over all documents by a hash (multiplicative: Knuth, The Art of Computer Programming 6.4).
    order *= np.uint64(0x9E3779B97F4A7C15)
    bound = np.partition(order, _READ)[_READ] if len(order) > _READ else np.uint64(2**64 - 1)
    chosen = every[order <= bound]
    rows: list[tuple[bool, Words]] = []
    for segment, place, _ in held:
        own = chosen[(chosen >= place.start) & (chosen < place.stop)] - place.start
        rows += _rows_behind(segment.held, own, said, begun, alone)
    # In "nhân dân | tối cao", "dân" is a part of another word. So this is no continuation of "dân", if "dân" also
    # occurs alone.
    rows = alone and [one for one in rows if one[0]] or rows
    return Counter(row[:length] for _, row in rows for length in range(1, len(row) + 1))


def _holding(
    snapshot: Snapshot, counted: Statistics, said: Words, begun: frozenset[str]
) -> Iterator[tuple[Segment, slice, Ints]]:  # fmt: skip
    """Find the public entries that contain the syllables `said` side by side, two by two, and behind them a word of
    `begun`, if there are any. Yields for each segment: (segment, its slice of the snapshot's entries, entry numbers within
    the segment)."""
    for (segment, place), whole in zip(snapshot.parts(), counted.whole, strict=True):
        held = segment.held
        numbers = [held.numbers.get(word, -1) for word in said]
        if min(numbers, default=0) < 0:
            continue
        terms = [held.pair(*both) for both in pairwise(numbers)] or numbers
        if min(terms, default=0) < 0:
            continue
        holding = [held.postings(term)[0] for term in terms]
        if begun:
            nexts = [held.numbers[word] for word in sorted(begun) if word in held.numbers]
            nexts = [held.pair(numbers[-1], word) for word in nexts] if numbers else nexts
            following = np.zeros(held.size, bool)
            following[held.gathered([term for term in nexts if term >= 0])[0]] = True
            holding.append(np.flatnonzero(following))
        entries = holding[0].astype(np.int64)
        for others in holding[1:]:
            found = np.zeros(held.size, bool)
            found[others] = True
            entries = entries[found[entries]]
        yield segment, place, entries if whole else entries[counted.public[place][entries]]


def _rows_behind(
    held: SegmentData, entries: Ints, said: Words, begun: frozenset[str], judged: bool
) -> Iterator[tuple[bool, Words]]:  # fmt: skip
    """Find the places where `said` occurs in the texts of `entries`, and behind it a word of `begun`, if there are any.
    Yields (whole, following) for each place. `following` are the next syllables of the line. With `judged` True, `whole` is
    False where `said` begins within a word, as "dân" in "nhân dân" does."""
    begins = held.runs[RUNS * entries + TEXT].astype(np.int64)
    lengths = np.minimum(held.runs[RUNS * entries + TEXT + 1].astype(np.int64) - begins, _MOST_WORDS)
    at = places_from(begins, lengths)
    begins, ends = np.repeat(begins, lengths), np.repeat(begins + lengths, lengths)
    asked = [np.array([held.numbers[word]]) for word in said]
    if begun:
        asked.append(np.array([held.numbers[word] for word in begun if word in held.numbers], np.int64))
    for ahead, words in enumerate(asked):
        near = at + ahead < ends
        tokens = held.tokens[np.where(near, at + ahead, at)]
        fits = near & (tokens == words[0] if len(words) == 1 else np.isin(tokens, words))
        at, begins, ends = at[fits], begins[fits], ends[fits]
    # A long provision says the same again and again.
    opens = np.flatnonzero(np.diff(begins, prepend=-1))
    told = np.arange(len(at)) - np.repeat(opens, np.diff(opens, append=len(at))) < _MOST_PLACES
    at, begins, ends = at[told], begins[told], ends[told]
    first = at + len(said)
    ends = np.minimum(np.minimum(ends, _line_ends(held, np.maximum(first - 1, at))), first + _LONGEST + 1)
    before = np.where(at > begins, held.tokens[np.maximum(at - 1, begins)].astype(np.int64), -1)
    opening = held.tokens[at]
    columns = (before.tolist(), opening.tolist(), first.tolist(), ends.tolist())
    for front, own, start, end in zip(*columns, strict=True):
        apart = not judged or front < 0 or not is_linked(held.words[front], held.words[own])
        yield apart, tuple(held.words[word] for word in held.tokens[start:end].tolist())


def _line_ends(held: SegmentData, places: Ints) -> Ints:
    """Return for each position in `places` the position at which the next line begins. Positions are those in
    `held.tokens`."""
    # The type must be that of `lines`; otherwise numpy would first convert the whole array.
    following = held.lines.searchsorted(places.astype(held.lines.dtype), side="right")
    begun = np.flatnonzero(following < len(held.lines))
    ends = np.full(len(places), len(held.tokens))
    ends[begun] = held.lines[following[begun]]
    return ends


def _likeliest(behind: Counter[Words], last: str) -> Iterator[Words]:
    """Yield continuations, best first: they are frequent here and rare elsewhere. `behind` says how often each sequence of
    following syllables occurs. `last` is the syllable before them."""
    base, phrases = language_model.base(), _Phrases(behind, last)
    worth = {}
    for row, count in behind.items():
        if len(row) == 1 and count > 1 and (row[0] not in CONNECTING or row[0] == AT) and sound(row[0]):
            held = int(base.word_counts[base.numbers[row[0]]]) if row[0] in base.numbers else 0
            worth[row[0]] = count * math.log((base.documents + 1) / (held + 1))
    for word in sorted(worth, key=lambda word: (-worth[word], word)):
        yield from phrases.from_word(word)


class _Phrases:
    """The phrases in sequences of syllables. `behind` says how often each sequence occurs. `last` is the syllable before all of
    them, "" for none. A phrase ends neither within a word, nor in a function word such as "của". It goes on as far as its
    syllables probably belong to one word or name."""

    def __init__(self, behind: Counter[Words], last: str) -> None:
        self._behind, self._last = behind, last
        self._longer: dict[Words, list[Words]] = {}
        # The most frequent extension of each sequence by one syllable comes first.
        told = (row for row, count in behind.items() if len(row) < 3 or count >= _LEAST)
        for row in sorted(told, key=lambda row: (-behind[row], row)):
            self._longer.setdefault(row[:-1], []).append(row)

    def from_word(self, word: str) -> list[Words]:
        """Return the phrases that begin with `word`, the likeliest first. There are several where `word` is the first half
        of several words, and none where every phrase would end badly."""
        grown = self._grown((word,))
        ways = [grown] if not self._is_half(grown) else []
        if grown == (word,) and not ways:
            words = (one for one in self._words_of_half(grown) if self._behind[one] >= _LEAST)
            ways = [self._grown(one) for one in islice(words, _MOST_WORDS_OF_HALF)]
        ended = (self._well_ended(one) for one in ways)
        return [one for one in ended if one]

    def _words_of_half(self, row: Words) -> list[Words]:
        """Return `row` extended to the words of which its last syllable is the first half, the most frequent first. It belongs
        to the next syllable rather than to the one before."""
        before = row[-2] if len(row) > 1 else self._last
        bound = together(before, row[-1]) if before else 0.0
        longer = self._longer.get(row, ())
        return [one for one in longer if is_linked(*one[-2:]) and together(*one[-2:]) > bound]

    def _is_half(self, row: Words) -> bool:
        """Whether the last syllable of `row` is mostly the first half of a word."""
        count = sum(self._behind[one] for one in self._words_of_half(row))
        return count >= _LEAST and count > _HALF * self._behind[row]

    def _grown(self, row: Words) -> Words:
        """Extend `row` by the syllables that mostly follow and probably belong to its last word."""
        while len(row) < _LONGEST and (longer := self._next(row)):
            row = longer
        # A last syllable that does not complete a word is dropped: "trang thông | tin".
        longer = self._next(row)
        if longer and len(row) > 1 and together(*longer[-2:]) > together(*row[-2:]):
            row = row[:-1]
        return row

    def _next(self, row: Words) -> Words:
        """Extend `row` by the syllable that mostly follows, if it probably belongs to its last word; () for none."""
        best = next(iter(self._longer.get(row, ())), ())
        if not best or self._behind[best] < max(_LEAST, _MOSTLY * self._behind[row]):
            return ()
        if best[-1] in CONNECTING and best[-1] != AT and not (best[-1] in SECOND_HALVES and is_linked(*best[-2:])):
            return ()
        return best if is_perhaps_linked(*best[-2:]) else ()

    def _well_ended(self, row: Words) -> Words:
        """Return `row` without the function words at its end; () where it then ends within a word."""
        kept = row
        while kept and trails_off(kept[-1]) and not (len(kept) > 1 and kept[-1] in SECOND_HALVES and is_linked(*kept[-2:])):
            kept = kept[:-1]
        return kept if kept == row or (kept and not self._is_half(kept)) else ()
