"""The words that were added and removed between two texts.

A word is a run of letters and digits, or one other character. Words are the same when they differ only in Unicode form,
in the blanks behind them, or in where the tone stands (hòa, hoà): no reader would call that a change. Capitals count.

Long texts are cut where they surely agree: at sentences, then at runs of words that occur once in each (patience).
legaltext.compare.shortest finds the rest; what would take too many steps is given as removed and added as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from legaltext.compare.shortest import Span, StepBudget, between, in_order, shortest
from legaltext.text import place_tones

_PIECE = re.compile(r"[\w\u0300-\u036f]+\s*|[^\w\s]\s*|\s+")
_ENDS = (".", ";", ":")
# Words in a run that marks a place in both texts.
_RUN = 4
# Texts up to this many words are not cut before they are compared.
_SMALL = 400

@dataclass(frozen=True, slots=True)
class WordRun:
    """A run of words: `left` stands in the left text and `right` in the right one. `same`: they are the same words,
    though they may be spelled in another way; otherwise `left` was removed and `right` added, and one may be ""."""

    same: bool
    left: str
    right: str


def words(text: str) -> list[str]:
    """Cut a text into words, each with the blanks behind it. Blanks at the beginning are a word of their own. Joined
    again the words are the text."""
    return _PIECE.findall(text)


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    return place_tones(unicodedata.normalize("NFC", word.rstrip()))


def keys(text: str) -> tuple[str, ...]:
    """The words of a text in the form in which they are compared. Texts with equal keys do not differ."""
    return tuple(key for key in map(_key, words(text)) if key)


def differences(left: str, right: str, budget: StepBudget | None = None) -> tuple[WordRun, ...]:
    """Compare two texts word by word. The left parts of all runs together are the text `left`, the right parts `right`.
    `budget` bounds the work of several calls together, and tells afterwards whether something was too long."""
    a, b = words(left), words(right)
    spans = _differing(list(map(_key, a)), list(map(_key, b)), budget or StepBudget())
    runs, i, j = [], 0, 0
    for start, end, begin, stop in _joined(spans):
        runs.append(WordRun(True, "".join(a[i:start]), "".join(b[j:begin])))
        runs.append(WordRun(False, "".join(a[start:end]), "".join(b[begin:stop])))
        i, j = end, stop
    runs.append(WordRun(True, "".join(a[i:]), "".join(b[j:])))
    return tuple(run for run in runs if run.left or run.right)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Join stretches that only one or two words keep apart, when they are longer than these: single words in common
    ("của", ",") make a change harder to read."""
    made: list[Span] = []
    for span in spans:
        if made:
            before = made[-1]
            apart = span[0] - before[1]
            if apart <= 2 and _size(before) + _size(span) >= 4 * apart:
                made[-1] = (before[0], span[1], before[2], span[3])
                continue
        made.append(span)
    return made


def _size(span: Span) -> int:
    return max(span[1] - span[0], span[3] - span[2])


def _differing(a: Sequence[str], b: Sequence[str], budget: StepBudget) -> Iterator[Span]:
    """Find the stretches in which two lists of words differ, in order."""
    for i, end, j, stop in between(a, b, _agreeing(a, b)):
        before = _common(a[i:end], b[j:stop])
        i, j = i + before, j + before
        after = _common(a[i:end][::-1], b[j:stop][::-1])
        end, stop = end - after, stop - after
        if i == end or j == stop:
            if (i, j) != (end, stop):
                yield i, end, j, stop
            continue
        for x in shortest(a[i:end], b[j:stop], budget):
            yield i + x[0], i + x[1], j + x[2], j + x[3]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many words two lists have in common at their beginning."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _agreeing(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The words at which two long lists surely agree, ascending on both sides: whole sentences first, then runs of words
    inside what is left. Empty for short lists."""
    if len(a) + len(b) <= _SMALL:
        return []
    agreed: list[tuple[int, int]] = []
    for i, j, long in _anchored(_sentences(a), _sentences(b)):
        agreed += ((i + n, j + n) for n in range(long))
    more = list(agreed)
    for i, end, j, stop in between(a, b, agreed):
        if end - i + stop - j > _SMALL:
            inside = _anchored(_runs(a, i, end), _runs(b, j, stop))
            more += ((x + n, y + n) for x, y, long in inside for n in range(long))
    # Runs overlap, and all that overlap shift alike, since their places ascend on both sides one by one.
    return _ascending(sorted(set(more)))


def _sentences(a: Sequence[str]) -> list[tuple[Hashable, int, int]]:
    """The sentences of a list of words: (the words, where it begins, how long it is)."""
    starts = [0, *(n + 1 for n, word in enumerate(a) if word in _ENDS)]
    return [(tuple(a[i:j]), i, j - i) for i, j in zip(starts, [*starts[1:], len(a)], strict=True) if j - i >= _RUN]


def _runs(a: Sequence[str], start: int, end: int) -> list[tuple[Hashable, int, int]]:
    """All runs of _RUN words between two places: (the words, where it begins, how long it is)."""
    return [(tuple(a[i : i + _RUN]), i, _RUN) for i in range(start, end - _RUN + 1)]


def _anchored(
    a: Sequence[tuple[Hashable, int, int]], b: Sequence[tuple[Hashable, int, int]]
) -> list[tuple[int, int, int]]:
    """The pieces that occur once in both lists and stand in the same order there, as many as possible: (where on the
    left, where on the right, how long)."""
    once_a, once_b = _once(a), _once(b)
    shared = [(i, *once_b[words]) for words, (i, _long) in once_a.items() if words in once_b]
    kept = set(_ascending(sorted((i, j) for i, j, _long in shared)))
    return sorted(one for one in shared if one[:2] in kept)


def _once(pieces: Sequence[tuple[Hashable, int, int]]) -> dict[Hashable, tuple[int, int]]:
    counts = Counter(words for words, _start, _long in pieces)
    return {words: (start, long) for words, start, long in pieces if counts[words] == 1}


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of a list of pairs that rises on both sides. The list rises on the left."""
    kept = in_order([j for _i, j in pairs])
    found: list[tuple[int, int]] = []
    for n in kept:
        if not found or found[-1][0] < pairs[n][0]:
            found.append(pairs[n])
    return found
