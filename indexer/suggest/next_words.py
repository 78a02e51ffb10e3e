"""Finds the syllables that follow given syllables in public texts. They continue a query whose last word is complete.

Public texts are those that every signed-in person may read. This module decides how much text is read, and how long a
continuation is. It never ends within a word: not "công khai tài", because "tài" is only half of "tài chính" (finance).
The result depends neither on hidden documents nor on the division into segments."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_model
from indexer.analysis.compounds import is_linked, is_perhaps_linked, together
from indexer.index.segment import RUNS, TEXT, SegmentData
from indexer.index.snapshot import Segment, Snapshot
from indexer.match import statistics
from indexer.match.statistics import Statistics
from indexer.store.ragged import places_from
from indexer.types import Access
from legaltext.syllable import sound

# How many entries with the words are read, how many words of each, and the greatest length of a continuation in
# words.
_READ, _MOST_WORDS, _LONGEST = 200, 5_000, 5
# The share of occurrences from which on a next word is taken if it belongs to the word before, and from which on it
# is always taken.
_MOSTLY, _NEARLY_ALWAYS = 0.5, 0.8
# Words that say nothing at the end of a query. "ở" also occurs within names ("dân chủ ở cơ sở").
_AT = "ở"
_FUNCTION_WORDS = frozenset(
    """
    bị bởi các cho có của cùng do đã đang đây để đến đều được hay hoặc khi là mà mỗi một này nên nếu như nhưng những
    không nơi ở phải qua ra rằng sau sẽ tại theo thì trên trong trước từ và vào về vì với
    """.split()
)
Ints = NDArray[np.int64]
Words = tuple[str, ...]


def ways_on(snapshot: Snapshot, access: Access, said: Words, limit: int) -> Iterator[Words]:
    """Find continuations of `said`, normalised syllables, in texts that every signed-in person may read. `access` says
    which texts these are. Yields at most `limit` tuples of following syllables, best first. Yields nothing where `said`
    is a single function word."""
    if len(said) == 1 and said[0] in _FUNCTION_WORDS:
        return iter(())
    counted = statistics.of(snapshot, access)
    behind = _behind(snapshot, counted, said[-3:], len(said) <= 3) or _behind(
        snapshot, counted, said[-2:], False
    )
    return _likeliest(behind, limit)


def _behind(snapshot: Snapshot, counted: Statistics, said: Words, alone: bool) -> Counter[Words]:
    """Count what directly follows the syllables `said` (one to three) in public texts. Returns how often each sequence
    of syllables occurs. `alone` says whether `said` is the whole query."""
    held = list(_holding(snapshot, counted, said))
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
        rows += _rows_behind(segment.held, own, said)
    # In "nhân dân | tối cao", "dân" is a part of another word. So this is no continuation of "dân", if "dân" also
    # occurs alone.
    rows = alone and [one for one in rows if one[0]] or rows
    return Counter(row[:length] for _, row in rows for length in range(1, len(row) + 1))


def _holding(snapshot: Snapshot, counted: Statistics, said: Words) -> Iterator[tuple[Segment, slice, Ints]]:
    """Find the public entries that contain the syllables `said` side by side, two by two. Yields for each segment:
    (segment, its slice of the snapshot's entries, entry numbers within the segment)."""
    for (segment, place), whole in zip(snapshot.parts(), counted.whole, strict=True):
        held = segment.held
        numbers = [held.numbers.get(word, -1) for word in said]
        if min(numbers) < 0:
            continue
        terms = [held.pair(*both) for both in pairwise(numbers)] or numbers
        if min(terms) < 0:
            continue
        entries = reduce(np.intersect1d, [held.postings(term)[0] for term in terms]).astype(np.int64)
        yield segment, place, entries if whole else entries[counted.public[place][entries]]


def _rows_behind(held: SegmentData, entries: Ints, said: Words) -> Iterator[tuple[bool, Words]]:
    """Find the places where `said` occurs in the texts of `entries`. Yields (whole, following) for each place.
    `following` are the next syllables of the line. `whole` is False where `said` begins within a word, as "dân" in
    "nhân dân" does."""
    begins = held.runs[RUNS * entries + TEXT].astype(np.int64)
    lengths = np.minimum(held.runs[RUNS * entries + TEXT + 1].astype(np.int64) - begins, _MOST_WORDS)
    at = places_from(begins, lengths)
    begins, ends = np.repeat(begins, lengths), np.repeat(begins + lengths, lengths)
    for ahead, word in enumerate(said):
        near = at + ahead < ends
        fits = near & (held.tokens[np.where(near, at + ahead, at)] == held.numbers[word])
        at, begins, ends = at[fits], begins[fits], ends[fits]
    first = at + len(said)
    ends = np.minimum(np.minimum(ends, _line_ends(held, first - 1)), first + _LONGEST + 1)
    before = held.tokens[np.maximum(at - 1, begins)]
    for front, start, end in zip(before.tolist(), first.tolist(), ends.tolist(), strict=True):
        apart = not is_linked(held.words[front], said[0])
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


def _likeliest(behind: Counter[Words], limit: int) -> Iterator[Words]:
    """Yield at most `limit` continuations, best first: they are frequent here and rare elsewhere. None ends within a
    word. `behind` says how often each sequence of following syllables occurs."""
    base, most = language_model.base(), _followers(behind)
    worth = {}
    for row, count in behind.items():
        if len(row) == 1 and count > 1 and (row[0] not in _FUNCTION_WORDS or row[0] == _AT) and sound(row[0]):
            held = int(base.word_counts[base.numbers[row[0]]]) if row[0] in base.numbers else 0
            worth[row] = count * math.log((base.documents + 1) / (held + 1))
    for row in sorted(worth, key=lambda row: (-worth[row], row))[:limit]:
        while (longer := _longer(behind, most, row)) and len(row) < _LONGEST:
            row = longer
        # A last syllable that does not complete a word is dropped: "trang thông | tin".
        if longer and len(row) > 1 and together(*longer[-2:]) > together(*row[-2:]):
            row = row[:-1]
        if row := row[:-1] if row[-1] == _AT else row:
            yield row


def _followers(behind: Counter[Words]) -> dict[Words, Words]:
    """Map each sequence of syllables to its most frequent extension by one syllable. `behind` says how often each
    sequence occurs."""
    most: dict[Words, Words] = {}
    for row in sorted(behind, key=lambda row: (behind[row], row)):
        most[row[:-1]] = row
    return most


def _longer(behind: Counter[Words], most: Mapping[Words, Words], row: Words) -> Words:
    """Extend the sequence `row` by a syllable that nearly always follows, or probably belongs to its last word. Returns
    () where there is none. `most` maps sequences to extensions; `behind` says how often each occurs."""
    best = most.get(row, ())
    if not best or (best[-1] in _FUNCTION_WORDS and best[-1] != _AT) or behind[best] < _MOSTLY * behind[row]:
        return ()
    return best if behind[best] >= _NEARLY_ALWAYS * behind[row] or is_perhaps_linked(*best[-2:]) else ()
