"""Find where the printed numbers, names and quotes of citations occur in a line.

The time does not grow with the number of citations: a lookup at one position tries each length of known words that
begin with the same few letters.
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
    """A citation, as far as this module must know it."""

    @property
    def needles(self) -> tuple[str, ...]:
        """The number and the name by which the text may cite the document, the better one first."""
        ...

    @property
    def quote(self) -> str:
        """The words with which the text cites the document; they may be empty."""
        ...


One = TypeVar("One", bound=NamedCitation)


@dataclass(frozen=True)
class MentionSpan(Generic[One]):
    """A range of a line, in characters, where the words of the citation `cited` occur. `rank` tells which of its
    words these are: 0 is the first of `needles`, and the quote comes last."""

    start: int
    end: int
    rank: int
    cited: One


class CitedWords(Generic[One]):
    """The words by which the citations of one provision are recognised; `citations` are these citations."""

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
        """Find the ranges of a line where the words of citations occur, in order and without overlaps. A citation may
        be known by several words; only the best of those that occur in the line count."""
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
        """Find the longest known words that begin at offset `at` of the line. `size` is the number of their first
        letters by which words are looked up. None when no known words begin there."""
        for length in self._lengths.get(line[at : at + size], ()):
            hit = self._known.get(line[at : at + length])
            if hit is not None:
                return MentionSpan(at, at + length, *hit)
        return None


NO_WORDS: CitedWords = CitedWords(())  # type: ignore[type-arg]
