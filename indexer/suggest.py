"""A way on when a word is found nowhere: the nearest word that the actor may read.

Looks only at readable entries, so a suggestion never reveals a hidden document.
"""

import time
from collections.abc import Callable, Iterator

from indexer.analysis import pair
from indexer.query import Query
from indexer.ranking import Scores, readable_count
from indexer.schema import FOLDED, TONED
from indexer.snapshot import Readable, Snapshot
from indexer.text import fold

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


def suggest(
    snapshot: Snapshot, readable: Readable, query: Query, scores: Scores, deadline: float
) -> str | None:
    """The question with words found nowhere replaced by the nearest readable ones; None without one."""
    if not scores.missing or len(scores.missing) > _MOST_WORDS:
        return None
    field, letters = (TONED, _MARKED) if query.marked else (FOLDED, _PLAIN)

    def spell(word: str) -> str:
        return word if field == TONED else fold(word)

    def count(text: str) -> int:
        if time.monotonic() > deadline or not snapshot.count(field, text):
            return 0
        return readable_count(snapshot, readable, field, text)

    replaced: dict[str, str] = {}
    for word in scores.missing:
        beside = [(spell(left), spell(right)) for left, right in _neighbours(query, word)]
        best = _best(spell(word), beside, letters, count) if len(word) <= _LONGEST else None
        if best is None:
            return None
        replaced[word] = best
    return " ".join(replaced.get(word, word) for run in query.runs for word in run)


def _neighbours(query: Query, word: str) -> list[tuple[str, str]]:
    """(left, right) beside each place of a word, "" at the ends."""
    found: list[tuple[str, str]] = []
    for run in query.runs:
        padded = ("", *run, "")
        places = [place for place, held in enumerate(padded) if held == word]
        found.extend((padded[place - 1], padded[place + 1]) for place in places)
    return found


def _best(word: str, beside: list[tuple[str, str]], letters: str, count: Callable[[str], int]) -> str | None:
    """The near word that stands most often beside its neighbours, then the most frequent one."""
    ranked: list[tuple[int, int, str]] = []
    for candidate in sorted(set(near(word, letters)) - {word, ""}):
        if frequency := count(candidate):
            pairs = [pair(left, candidate) for left, _ in beside if left]
            pairs += [pair(candidate, right) for _, right in beside if right]
            ranked.append((sum(map(count, pairs)), frequency, candidate))
    return max(ranked)[2] if ranked else None
