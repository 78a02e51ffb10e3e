"""A way on when a word is found nowhere: the nearest word of documents that every signed-in person may read.

Decides what the typed question looks like with such words put right, everything else left as it was typed. Looks
only at public entries, so a suggestion never reveals a hidden document.
"""

import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from indexer.matching import Asked
from indexer.slots import Slots
from indexer.snapshot import Snapshot
from indexer.text import fold, forms, has_marks, spans

_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_MARKED = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
_SHORTEST, _LONGEST = 3, 12
_MOST_WORDS = 3
# What is excluded and the value of a field stay as typed.
_KEPT = re.compile(r"-|[^\W\d_]+:\S")
_STRETCH = re.compile(r"(?:[^\s\"]|\"[^\"]*\")+|\"")


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


@dataclass(frozen=True)
class _Public:
    """What stands in public entries, as long as there is time to look."""

    asked: Asked
    snapshot: Snapshot
    slots: Slots
    deadline: float

    def count(self, *words: str) -> int:
        """In how many public entries a word, or two side by side, stands; 0 for what is left when time is up."""
        free = tuple(not self.asked.query.marked or self.asked.folded.get(word, False) for word in words)
        if time.monotonic() > self.deadline or not all(map(self._is_known, words, free)):
            return 0
        spelled = tuple(
            forms(word)[1] if any_marks else word for word, any_marks in zip(words, free, strict=True)
        )
        return self.asked.statistics.public_count(self.slots.of(spelled, free))

    def spelled(self, folded: str) -> set[str]:
        """The words that look so without marks."""
        parts = [segment.held for segment in self.snapshot.segments]
        return {held.words[number] for held in parts for number in held.spelled(folded).tolist()}

    def _is_known(self, word: str, free: bool) -> bool:
        parts = (segment.held for segment in self.snapshot.segments)
        return any(fold(word) in held.fold_numbers if free else word in held.numbers for held in parts)


def suggest(snapshot: Snapshot, asked: Asked, deadline: float) -> str | None:
    """The question as typed, with the words found nowhere replaced by the nearest public ones; None without one."""
    # An abbreviation is right as it stands, though no text may hold it.
    known = {word for one in asked.query.alternatives for word in one.asked}
    wrong = [word for word in asked.missing if len(word) >= _SHORTEST and word.isalpha() and word not in known]
    if not wrong or len(wrong) > _MOST_WORDS:
        return None
    public = _Public(asked, snapshot, Slots(snapshot), deadline)
    replaced: dict[str, str] = {}
    for word in wrong:
        best = _best(public, word) if len(word) <= _LONGEST else None
        if best is None:
            return None
        replaced[word] = best
    put_right = _STRETCH.sub(lambda found: _replace(found.group(), replaced), asked.query.text)
    return put_right if put_right != asked.query.text else None


def _replace(stretch: str, replaced: dict[str, str]) -> str:
    """A stretch of the typed question with its wrong words put right, every sign kept."""
    if _KEPT.match(stretch):
        return stretch
    for start, end, token in reversed(spans(stretch)):
        if (better := replaced.get(forms(token)[0])) is not None:
            stretch = f"{stretch[:start]}{better}{stretch[end:]}"
    return stretch


def _candidates(public: _Public, word: str) -> set[str]:
    """Words near a word. In a question with marks also those near it without marks: any marks for a word that has
    none, the same ones, wherever they stand, for a word that has some."""
    folded = fold(word)
    if not public.asked.query.marked:
        return set(near(folded, _PLAIN)) - {folded, ""}
    found = {forms(one)[0] for one in near(word, _MARKED) if one}
    likely = {one for bare in set(near(folded, _PLAIN)) for one in public.spelled(bare)}
    marks = _marks(word)
    return (found | {one for one in likely if not has_marks(word) or _marks(one) == marks}) - {word}


def _marks(word: str) -> list[str]:
    return sorted(
        char for char in unicodedata.normalize("NFD", word) if unicodedata.combining(char) or char == "đ"
    )


def _neighbours(asked: Asked, word: str) -> list[tuple[str, str]]:
    """(left, right) beside each place of a word, "" at the ends."""
    padded = [("", *run, "") for run in asked.query.runs]
    return [
        (left, right)
        for run in padded
        for (left, held), (_, right) in pairwise(pairwise(run))
        if held == word
    ]


def _best(public: _Public, word: str) -> str | None:
    """The near word that stands most often beside its neighbours, then the most frequent one."""
    beside = _neighbours(public.asked, word)
    ranked: list[tuple[int, int, str]] = []
    for candidate in sorted(_candidates(public, word)):
        if frequency := public.count(candidate):
            pairs = sum(public.count(left, candidate) for left, _ in beside if left)
            pairs += sum(public.count(candidate, right) for _, right in beside if right)
            ranked.append((pairs, frequency, candidate))
    return max(ranked)[2] if ranked else None
