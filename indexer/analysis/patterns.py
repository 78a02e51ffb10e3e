"""Which words a beginning, a pattern or a misspelt word means: how one word is compared, and thousands at once.

Decides what `*` and `?` are within a word and what one edit is. Leaves to the caller in which spelling words are compared:
a test says by `toned` whether it wants them with their diacritics or without.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
_WILD = re.compile(r"[*?]")


@dataclass(frozen=True)
class WordTest(ABC):
    """What a word must be like; `toned`: `text` is compared with the spelling of words with diacritics, else with the one
    without."""

    text: str
    toned: bool

    @property
    def stem(self) -> str:
        """How every word that passes begins; "" where it may begin in any way."""
        return ""

    def accepts(self, forms: tuple[str, str]) -> bool:
        """Whether a word passes, given as `legaltext.text.forms` gives it."""
        return self.fits(forms[not self.toned])

    @abstractmethod
    def fits(self, spelled: str) -> bool:
        """Whether a word passes, given in the spelling that is compared."""

    def among(self, spelled: Sequence[str]) -> Bools:
        """Which of some words pass, given in the spelling that is compared; all of them begin with `stem`."""
        return np.fromiter(map(self.fits, spelled), bool, len(spelled))


class Begins(WordTest):
    """Words that begin with `text`."""

    @property
    def stem(self) -> str:
        """All that is asked."""
        return self.text

    def fits(self, spelled: str) -> bool:
        """Whether a word begins so."""
        return spelled.startswith(self.text)

    def among(self, spelled: Sequence[str]) -> Bools:
        """All of them."""
        return np.ones(len(spelled), bool)


class Fits(WordTest):
    """Words that fit the pattern `text` as a whole: `*` is any number of characters, none too, and `?` is one."""

    @property
    def stem(self) -> str:
        """What is in front of the first wildcard."""
        return _WILD.split(self.text, maxsplit=1)[0]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        first, *others = (re.escape(part).replace(r"\?", ".") for part in self.text.split("*"))
        if not others:
            return re.compile(first, re.DOTALL)
        # The first place of each part is as good as any later one, so nothing is tried twice: without the atomic groups
        # a pattern of many stars would take hours for one long word.
        inner = "".join(f"(?>.*?{part})" for part in others[:-1])
        return re.compile(f"{first}{inner}.*{others[-1]}", re.DOTALL)

    def fits(self, spelled: str) -> bool:
        """Whether a word fits the pattern."""
        return self._pattern.fullmatch(spelled) is not None


@dataclass(frozen=True)
class Resembles(WordTest):
    """Words that at most `edits` edits make of `text`: a character added, left out or replaced by another is one each
    (Levenshtein). A letter with its diacritics is one character, so another tone or hat is one edit."""

    edits: int

    def fits(self, spelled: str) -> bool:
        """Whether a word is so near. For one word plain steps take a tenth of the time of arrays."""
        if abs(len(spelled) - len(self.text)) > self.edits:
            return False
        row = list(range(len(spelled) + 1))
        for place, letter in enumerate(self.text, 1):
            above, row = row, [place]
            for column, other in enumerate(spelled):
                row.append(min(above[column] + (letter != other), above[column + 1] + 1, row[-1] + 1))
            if min(row) > self.edits:
                return False
        return row[-1] <= self.edits

    def among(self, spelled: Sequence[str]) -> Bools:
        """Which of some words are so near: the distances of all are worked out together, letter by letter."""
        lengths = np.fromiter(map(len, spelled), np.int64, len(spelled))
        found = np.zeros(len(spelled), bool)
        likely = np.flatnonzero(np.abs(lengths - len(self.text)) <= self.edits)
        if len(likely):
            found[likely] = _distances([spelled[place] for place in likely.tolist()], lengths[likely], self.text) <= self.edits
        return found


def _distances(words: Sequence[str], lengths: NDArray[np.int64], text: str) -> NDArray[np.int16]:
    """The Levenshtein distance of each word to a text; column `place` of the usual table for all words at once."""
    longest = max(int(lengths.max()), 1)
    letters = np.array(words, f"<U{longest}").view(np.uint32).reshape(len(words), longest)
    asked = np.array([text or "\0"], f"<U{max(len(text), 1)}").view(np.uint32)[: len(text), None]
    # A question has at most some hundred characters; what is too long a word was left out by its length.
    steps = np.arange(len(text) + 1, dtype=np.int16)[:, None]
    column = np.repeat(steps, len(words), axis=1)
    distances = np.where(lengths == 0, len(text), 0).astype(np.int16)
    for place in range(longest):
        replaced = column[:-1] + (asked != letters[:, place])
        best = np.vstack([np.full((1, len(words)), place + 1, np.int16), np.minimum(column[1:] + 1, replaced)])
        # What is left out of the text costs one a letter on the way down.
        column = np.minimum.accumulate(best - steps, axis=0) + steps
        distances = np.where(lengths == place + 1, column[-1], distances)
    return distances
