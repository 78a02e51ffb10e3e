"""Tests which words a prefix, a pattern or a misspelt word stands for, one word or thousands at once.

This module decides what `*` and `?` match within a word and what counts as one edit. The caller decides in which spelling
words are compared, with or without diacritics (`WordTest.toned`)."""

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
    """A test that a word passes or fails. The spelling of the word with diacritics is compared with `text` if `toned` is
    True, otherwise the spelling without diacritics."""

    text: str
    toned: bool

    @property
    def stem(self) -> str:
        """The characters with which every word that passes the test begins; "" where they may begin with any character."""
        return ""

    def accepts(self, forms: tuple[str, str]) -> bool:
        """Whether a word passes the test. `forms` is the word as (with diacritics, without diacritics), as
        `legaltext.text.forms` returns it."""
        return self.fits(forms[not self.toned])

    @abstractmethod
    def fits(self, spelled: str) -> bool:
        """Whether the word `spelled` passes the test. `spelled` is spelt with diacritics if `WordTest.toned` is True, otherwise
        without."""

    def among(self, spelled: Sequence[str]) -> Bools:
        """Test many words at once. `spelled` holds them with diacritics if `WordTest.toned` is True, otherwise without, and
        each begins with `stem`. Returns a mask over `spelled`, True for the words that pass."""
        return np.fromiter(map(self.fits, spelled), bool, len(spelled))


class Begins(WordTest):
    """A test that words pass if they begin with `text`."""

    @property
    def stem(self) -> str:
        """The whole prefix `text`, because every word that passes the test begins with it."""
        return self.text

    def fits(self, spelled: str) -> bool:
        """Whether the word `spelled` begins with the prefix `text`."""
        return spelled.startswith(self.text)

    def among(self, spelled: Sequence[str]) -> Bools:
        """A mask over `spelled` that is True everywhere, because every given word begins with `stem`, the whole prefix."""
        return np.ones(len(spelled), bool)


class Fits(WordTest):
    """A test that words pass if the pattern `text` matches them as a whole. In the pattern `*` is any number of characters
    (also none), and `?` is exactly one."""

    @property
    def stem(self) -> str:
        """The part of the pattern before its first wildcard, because every word that passes the test begins with it; "" where
        the pattern begins with a wildcard."""
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
        """Whether the pattern matches the whole word `spelled`."""
        return self._pattern.fullmatch(spelled) is not None


@dataclass(frozen=True)
class Resembles(WordTest):
    """A test that words pass if at most `edits` edits turn `text` into them. One edit adds, leaves out or replaces one
    character (Levenshtein distance). A letter with its diacritics is one character, so another tone or hat is one edit."""

    edits: int

    def fits(self, spelled: str) -> bool:
        """Whether the word `spelled` is at most `edits` edits away from `text`. The distance is computed in plain Python,
        which for one word takes a tenth of the time of arrays."""
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
        """Compute a mask over the words `spelled`, True for those at most `edits` edits away from `text`. The distances of all
        words are computed together, one letter of `text` after the other."""
        lengths = np.fromiter(map(len, spelled), np.int64, len(spelled))
        found = np.zeros(len(spelled), bool)
        likely = np.flatnonzero(np.abs(lengths - len(self.text)) <= self.edits)
        if len(likely):
            found[likely] = _distances([spelled[place] for place in likely.tolist()], lengths[likely], self.text) <= self.edits
        return found


def _distances(words: Sequence[str], lengths: NDArray[np.int64], text: str) -> NDArray[np.int16]:
    """Compute the Levenshtein distance between `text` and each of `words`: int16 of shape (words,). `lengths` are the lengths
    of `words`. The usual table of distances is computed column by column, for all words at once."""
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
