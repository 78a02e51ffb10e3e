"""Find where the printed numbers, names and quotes of citations occur in a line.

These words are looked up by their first few letters, so the time for a line does not grow with the number of
citations.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

# A citation can begin here: never within a number or a word.
_BEGINS = re.compile(r"(?<!\w)\S")
_HEAD = 5


class NamedCitation(Protocol):
    """The attributes that a citation must have so that CitedWords can find it in a line."""

    @property
    def needles(self) -> tuple[str, ...]:
        """The document number and the name of the cited document, as a line may contain them; the number first. Empty
        when neither is known."""
        ...

    @property
    def quote(self) -> str:
        """The words with which the text cites the document; they may be empty."""
        ...


One = TypeVar("One", bound=NamedCitation)


@dataclass(frozen=True)
class MentionSpan(Generic[One]):
    """A range of a line in which words of the citation `cited` occur. `start` and `end` are offsets in the line, in
    characters. A lower `rank` means better words: the document number comes first, then the name, then the quote."""

    start: int
    end: int
    rank: int
    cited: One


class CitedWords(Generic[One]):
    """Finds the `citations` of one provision in the lines of its text. Make one object for the provision, then call
    `spans` for each line."""

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
        """Find the ranges of the line in which citations occur. They are in order and do not overlap. A citation is
        found by its number; else by its name, else by its quote. Empty when no citation occurs."""
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
        """Find the longest words of a citation that begin at the offset `at` of the line. Only words that are stored
        under their first `size` letters are tried. None when there are none."""
        for length in self._lengths.get(line[at : at + size], ()):
            hit = self._known.get(line[at : at + length])
            if hit is not None:
                return MentionSpan(at, at + length, *hit)
        return None


NO_WORDS: CitedWords = CitedWords(())  # type: ignore[type-arg]
