"""Reads what follows given syllables in public texts, to the end of their clause.

Public texts are those that every signed-in person may read. This module decides how much text is read, and what belongs to
one clause. The result depends neither on hidden documents nor on the division into segments."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.compounds import is_linked, leans_on, together
from indexer.index.segment import RUNS, TEXT, SegmentData
from indexer.index.snapshot import Segment, Snapshot
from indexer.match.statistics import Statistics
from indexer.store.ragged import places_from
from indexer.suggest.phrases import LONGEST, Followed, Words

# How many entries with the words are read, and how many words of each.
_READ, _MOST_WORDS = 200, 5_000
# How many places of one entry are read.
_MOST_PLACES = 3
# Two neighbours that stand side by side in such a share of the texts with the rarer one belong together even with a comma
# between them: "phòng, chống", "xã, phường".
_BOUND = 0.3
Ints = NDArray[np.int64]


class _Row(NamedTuple):
    """One place of a text where given syllables stand. `words` are the next syllables of the clause, and `ended` says whether
    it ends behind them. `apart` is False where the given syllables begin within a word, as "dân" in "nhân dân" does, and
    `within` where a clause ends between them."""

    apart: bool
    within: bool
    words: Words
    ended: bool


def following(
    snapshot: Snapshot, counted: Statistics, said: Words, alone: bool, begun: frozenset[str] = frozenset()
) -> Followed:  # fmt: skip
    """Count what directly follows the syllables `said` (at most three) in public texts, to the end of the clause. `alone`
    says whether `said` is the whole query. With `begun`, only sequences count that begin with one of these words; then
    `said` may be empty."""
    held = list(_holding(snapshot, counted, said, begun))
    every = np.concatenate([np.empty(0, np.int64), *(entries + place.start for _, place, entries in held)])
    order = snapshot.integers["document"][every].astype(np.uint64) << np.uint64(20)
    order += snapshot.integers["order"][every].astype(np.uint64)
    # Spread evenly over all documents by a hash (multiplicative: Knuth, The Art of Computer Programming 6.4).
    order *= np.uint64(0x9E3779B97F4A7C15)
    bound = np.partition(order, _READ)[_READ] if len(order) > _READ else np.uint64(2**64 - 1)
    chosen = every[order <= bound]
    rows: list[_Row] = []
    for segment, place, _ in held:
        own = chosen[(chosen >= place.start) & (chosen < place.stop)] - place.start
        rows += _rows_behind(segment.held, own, said, begun, alone)
    # In "nhân dân | tối cao", "dân" is a part of another word. So this is no continuation of "dân", if "dân" also
    # occurs alone.
    rows = alone and [one for one in rows if one.apart] or rows
    # In "đất đai, trụ sở", both words have nothing to do with each other. But where the texts have `said` mostly so, it is
    # what was meant.
    within = [one for one in rows if one.within]
    found = Followed()
    for row in within if 2 * len(within) >= len(rows) else rows:
        found.add(row.words, row.ended)
    return found


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
) -> Iterator[_Row]:  # fmt: skip
    """Find the places where `said` occurs in the texts of `entries`, and behind it a word of `begun`, if there are any. Only
    with `judged` True, it is looked whether `said` begins within a word."""
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
    ends = np.minimum(np.minimum(ends, _line_ends(held, np.maximum(first - 1, at))), first + LONGEST + 1)
    joined = (at > begins) & ~held.ends_clause(np.maximum(at - 1, 0))
    before = np.where(joined, held.tokens[np.maximum(at - 1, begins)].astype(np.int64), -1)
    opening = held.tokens[at]
    loose = [place for place, both in enumerate(pairwise(said)) if not _is_bound(*both)]
    within = ~held.ends_clause(at[:, None] + np.array(loose, np.int64)).any(1)
    # Whether a clause ends behind the last word of `said`, and behind each of the next words.
    stops = held.ends_clause(np.clip(first[:, None] + np.arange(-1, LONGEST + 1), 0, len(held.tokens) - 1))
    stops[:, 0] &= len(said) > 0
    columns = (before, opening, within, first, ends, stops)
    for front, own, whole, start, end, stop in zip(*(column.tolist() for column in columns), strict=True):
        apart = not judged or front < 0 or not _begins_within(held.words[front], held.words[own], said)
        words_on = tuple(held.words[word] for word in held.tokens[start:end].tolist())
        count, ended = _clause("".join(said[-1:]), words_on, stop)
        yield _Row(apart, whole, words_on[:count], ended)


def _begins_within(front: str, own: str, said: Words) -> bool:
    """Whether `own`, the first word of `said`, forms a word with `front` before it rather than with the next word of `said`."""
    return is_linked(front, own) and not (len(said) > 1 and leans_on(front, own, said[1]))


def _is_bound(first: str, second: str) -> bool:
    return together(first, second) >= _BOUND


def _clause(last: str, words: Words, stops: Sequence[bool]) -> tuple[int, bool]:
    """Find where the clause of the word `last` ends in `words`, which follow it. `stops` says for `last` and each of the words
    whether a clause ends behind it. Returns (how many words belong to the clause, whether it ends there)."""
    if True not in stops:
        return len(words), False
    for count, (before, stop) in enumerate(zip((last, *words), stops, strict=False)):
        if stop and not (count < len(words) and _is_bound(before, words[count])):
            return count, True
    return len(words), False


def _line_ends(held: SegmentData, places: Ints) -> Ints:
    """Return for each position in `places` the position at which the next line begins. Positions are those in
    `held.tokens`."""
    # The type must be that of `lines`; otherwise numpy would first convert the whole array.
    following = held.lines.searchsorted(places.astype(held.lines.dtype), side="right")
    begun = np.flatnonzero(following < len(held.lines))
    ends = np.full(len(places), len(held.tokens))
    ends[begun] = held.lines[following[begun]]
    return ends
