"""A way on when a word is found nowhere: the nearest word of documents that every signed-in person may read.

Looks only at public entries, so a suggestion never reveals a hidden document.
"""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

from indexer.matching import Asked
from indexer.query import Query
from indexer.slots import Slots
from indexer.snapshot import Snapshot
from indexer.text import forms

_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_MARKED = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
_LONGEST = 12
_MOST_WORDS = 3


def near(word: str, letters: str) -> Iterator[str]:
    """All strings one letter away: left out, swapped with its neighbour, replaced, added."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            if after:
                yield before + letter + after[1:]
            yield before + letter + after


def suggest(snapshot: Snapshot, asked: Asked, deadline: float) -> str | None:
    """The question with words found nowhere replaced by the nearest public ones; None without one."""
    query, missing = asked.query, asked.missing
    if not missing or len(missing) > _MOST_WORDS:
        return None
    letters = _MARKED if query.marked else _PLAIN
    known = [segment.held.numbers if query.marked else segment.held.fold_numbers for segment in snapshot.segments]

    slots = Slots(snapshot)

    def spell(word: str) -> str:
        return word if query.marked else forms(word)[1]

    def count(*words: str) -> int:
        if time.monotonic() > deadline or not all(any(word in held for held in known) for word in words):
            return 0
        free = (not query.marked,) * len(words)
        return asked.statistics.public_count(slots.of(words, free))

    replaced: dict[str, str] = {}
    for word in missing:
        best = _best(spell(word), _neighbours(query, word, spell), letters, count) if len(word) <= _LONGEST else None
        if best is None:
            return None
        replaced[word] = best
    return " ".join(replaced.get(word, word) for run in query.runs for word in run)


def _neighbours(query: Query, word: str, spell: Callable[[str], str]) -> list[tuple[str, str]]:
    """(left, right) beside each place of a word, "" at the ends."""
    found: list[tuple[str, str]] = []
    for run in query.runs:
        padded = ["", *map(spell, run), ""]
        for (left, held), (_, right) in pairwise(pairwise(padded)):
            if held == spell(word):
                found.append((left, right))
    return found


def _best(
    word: str, beside: list[tuple[str, str]], letters: str, count: Callable[..., int]
) -> str | None:  # fmt: skip
    """The near word that stands most often beside its neighbours, then the most frequent one."""
    ranked: list[tuple[int, int, str]] = []
    for candidate in sorted(set(near(word, letters)) - {word, ""}):
        if frequency := count(candidate):
            pairs = sum(count(left, candidate) for left, _ in beside if left)
            pairs += sum(count(candidate, right) for _, right in beside if right)
            ranked.append((pairs, frequency, candidate))
    return max(ranked)[2] if ranked else None
