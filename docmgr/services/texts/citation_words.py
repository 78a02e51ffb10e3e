"""Where in a line the words of citations stand, found in time that does not grow with the number of citations.

A lookup at one place of a line costs as many steps as words of different lengths begin with the same few letters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

# Where the words of a citation can begin: never within a number or a word.
_BEGINS = re.compile(r"(?<!\w)\S")
_HEAD = 5


class NamedCitation(Protocol):
    """What a citation must tell: its number and name, the better first, and the words that it was read from."""

    @property
    def needles(self) -> tuple[str, ...]:
        """Number and name."""
        ...

    @property
    def quote(self) -> str:
        """The words in the text."""
        ...


One = TypeVar("One", bound=NamedCitation)


@dataclass(frozen=True)
class MentionSpan(Generic[One]):
    """Known words in a line; `rank` 0 is the best by which the citation is known."""

    start: int
    end: int
    rank: int
    cited: One


class CitedWords(Generic[One]):
    """The words by which the citations of one provision are known."""

    def __init__(self, citations: Iterable[One]) -> None:
        self._known: dict[str, tuple[int, One]] = {}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for cited in citations:
            for rank, words in enumerate((*cited.needles, cited.quote)):
                if words and (words not in self._known or self._known[words][0] > rank):
                    self._known[words] = (rank, cited)
                    lengths[words[:_HEAD]].add(len(words))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}
        self._heads = sorted({len(head) for head in self._lengths}, reverse=True)

    def spans(self, line: str) -> list[MentionSpan[One]]:
        """Known words in the line in order, none within another; each citation by the best that the line has of it."""
        found: list[MentionSpan[One]] = []
        for begun in _BEGINS.finditer(line) if self._known else ():
            at = begun.start()
            span = next((span for size in self._heads if (span := self._at(line, at, size))), None)
            if span is not None:
                found.append(span)
        best: dict[int, int] = {}
        for span in found:
            best[id(span.cited)] = min(span.rank, best.get(id(span.cited), span.rank))
        kept: list[MentionSpan[One]] = []
        for span in found:
            if span.rank == best[id(span.cited)] and (not kept or span.start >= kept[-1].end):
                kept.append(span)
        return kept

    def _at(self, line: str, at: int, size: int) -> MentionSpan[One] | None:
        """The longest known words that begin there, their first `size` letters being a known beginning."""
        for length in self._lengths.get(line[at : at + size], ()):
            hit = self._known.get(line[at : at + length])
            if hit is not None:
                return MentionSpan(at, at + length, *hit)
        return None


NO_WORDS: CitedWords = CitedWords(())  # type: ignore[type-arg]
