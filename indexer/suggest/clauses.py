"""Reads what follows given syllables in public texts, to the end of their clause.

Public texts are those that every signed-in person may read. This module decides how much text is read, and what belongs to
one clause. The result depends neither on hidden documents nor on the division into segments."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.compounds import is_linked, leans_on, together
from indexer.index.segment import RUNS, TEXT, TITLE, SegmentData
from indexer.index.snapshot import Segment, Snapshot
from indexer.store.ragged import Numbers, places_from
from indexer.suggest.phrases import LONGEST, Followed, Words
from indexer.suggest.subject import Floats, Subject

# How many entries with the words are read, and how many words of each.
_READ, _MOST_WORDS = 120, 5_000
# How many places of one entry are read.
_MOST_PLACES = 3
# Two neighbours that stand side by side in such a share of the texts with the rarer one belong together even with a comma
# between them: "phòng, chống", "xã, phường".
_BOUND = 0.3
# What a text counts for that has nothing else of the query. One with all of it counts for one more.
_LEAST_WEIGHT = np.float32(0.02)
Ints = NDArray[np.int64]


class _Row(NamedTuple):
    """One place of a text where given syllables stand. `words` are the next syllables of the clause, and `ended` says whether
    it ends behind them. `apart` is False where the given syllables begin within a word, as "dân" in "nhân dân" does, and
    `within` where a clause ends between them. `weight` says how much the text is about the query."""

    apart: bool
    within: bool
    words: Words
    ended: bool
    weight: float


def following(asked: Subject, said: Words, alone: bool, begun: frozenset[str] = frozenset()) -> Followed:
    """Count what directly follows the syllables `said` (at most three) in public texts, to the end of the clause. `alone`
    says whether `said` is the whole query. With `begun`, only sequences count that begin with one of these words; then
    `said` may be empty."""
    held = list(_holding(asked, said, begun))
    every = np.concatenate([np.empty(0, np.int64), *(entries + place.start for _, place, entries, _ in held)])
    shares = np.concatenate([np.empty(0, np.float32), *(own for *_, own in held)])
    taken = _spread(asked.snapshot, every, shares)
    chosen, shares = every[taken], shares[taken]
    rows: list[_Row] = []
    for segment, place, *_ in held:
        own = (chosen >= place.start) & (chosen < place.stop)
        weights = shares[own] ** 2 + (_LEAST_WEIGHT if said else np.float32(1))
        rows += _rows_behind(segment.held, chosen[own] - place.start, weights, said, begun, alone)
    # In "nhân dân | tối cao", "dân" is a part of another word. So this is no continuation of "dân", if "dân" also
    # occurs alone.
    rows = alone and [one for one in rows if one.apart] or rows
    # In "đất đai, trụ sở", both words have nothing to do with each other. But where the texts have `said` mostly so, it is
    # what was meant.
    within = [one for one in rows if one.within]
    found = Followed()
    for row in within if 2 * len(within) >= len(rows) else rows:
        found.add(row.words, row.ended, row.weight)
    return found


def _spread(snapshot: Snapshot, every: Ints, shares: Floats) -> NDArray[np.bool_]:
    """Choose at most `_READ` of the entries `every`, those with the greatest `shares` of the query first, and else spread evenly
    over all documents by a hash (multiplicative: Knuth, The Art of Computer Programming 6.4). Returns a mask."""
    order = snapshot.integers["document"][every].astype(np.uint64) << np.uint64(20)
    order += snapshot.integers["order"][every].astype(np.uint64)
    order *= np.uint64(0x9E3779B97F4A7C15)
    order >>= np.uint64(8)
    order += np.rint(255 * (1 - np.minimum(shares, 1))).astype(np.uint64) << np.uint64(56)
    bound = np.partition(order, _READ)[_READ] if len(order) > _READ else np.uint64(2**64 - 1)
    return np.asarray(order <= bound, np.bool_)


def _holding(
    asked: Subject, said: Words, begun: frozenset[str]
) -> Iterator[tuple[Segment, slice, Ints, Floats]]:  # fmt: skip
    """Find the public entries that contain the syllables `said` side by side, two by two, and behind them a word of
    `begun`, if there are any. Yields for each segment: (segment, its slice of the snapshot's entries, entry numbers within
    the segment, how much each entry is about the query)."""
    parts = asked.snapshot.parts()
    for number, ((segment, place), whole) in enumerate(zip(parts, asked.counted.whole, strict=True)):
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
        entries = entries if whole else entries[asked.counted.public[place][entries]]
        yield segment, place, entries, np.zeros(len(entries), np.float32) if asked.shares is None else asked.shares[number][entries]


def _rows_behind(
    held: SegmentData, entries: Ints, weights: Floats, said: Words, begun: frozenset[str], judged: bool
) -> Iterator[_Row]:  # fmt: skip
    """Find the places where `said` occurs in the texts and headings of `entries`, and behind it a word of `begun`, if there are
    any. `weights` says how much each entry counts. Only with `judged` True, it is looked whether `said` begins within a word."""
    runs = (RUNS * entries[:, None] + np.array([TEXT, TITLE])).ravel()
    begins = held.runs[runs].astype(np.int64)
    lengths = np.minimum(held.runs[runs + 1].astype(np.int64) - begins, _MOST_WORDS)
    at = places_from(begins, lengths)
    asked = [np.array([held.numbers[word]]) for word in said]
    if begun:
        asked.append(np.array([held.numbers[word] for word in begun if word in held.numbers], np.int64))
    at = at[_are(held.tokens[at], asked[0])]
    runs = begins.searchsorted(at, side="right") - 1
    weights, begins, ends = weights[runs // 2], begins[runs], (begins + lengths)[runs]
    for ahead, words in enumerate(asked[1:], 1):
        near = at + ahead < ends
        fits = near & _are(held.tokens[np.where(near, at + ahead, at)], words)
        at, begins, ends, weights = at[fits], begins[fits], ends[fits], weights[fits]
    # A long provision says the same again and again.
    opens = np.flatnonzero(np.diff(begins, prepend=-1))
    told = np.arange(len(at)) - np.repeat(opens, np.diff(opens, append=len(at))) < _MOST_PLACES
    at, begins, ends, weights = at[told], begins[told], ends[told], weights[told]
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
    columns = (before, opening, within, first, ends, stops, weights)
    for front, own, whole, start, end, stop, weight in zip(*(column.tolist() for column in columns), strict=True):
        apart = not judged or front < 0 or not _begins_within(held.words[front], held.words[own], said)
        words_on = tuple(held.words[word] for word in held.tokens[start:end].tolist())
        count, ended = _clause("".join(said[-1:]), words_on, stop)
        yield _Row(apart, whole, words_on[:count], ended, weight)


def _are(tokens: Numbers, words: Ints) -> NDArray[np.bool_]:
    """Whether each of `tokens` is one of `words`."""
    return np.asarray(tokens == words[0] if len(words) == 1 else np.isin(tokens, words), np.bool_)


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
