"""Read a part of a document that has articles, and add its provisions to the outline. The outline is the list of
the provisions found so far.

This module decides which blocks begin a provision and which is its parent. A part with articles has chapters,
articles (Điều), clauses (khoản) and points (điểm). `section_reader` reads the parts without articles, and `lines`
decides what a single line may begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure import lines
from docmgr.reading.structure.lines import Opening
from docmgr.reading.structure.outline import Node, Outline
from legaltext.anchors import component
from legaltext.letters import is_capitals, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

CLAUSES = {"khoan": "Khoản", "diem": "Điểm"}


def title_of(line: str, end: int) -> str:
    """Find the title in a heading line: the words after its numeral, which ends at the offset `end`. The
    result is "" when these words are a sentence of the text and not a title, as in "Điều 2. … ký./." (article
    2)."""
    words = line[end:].strip()
    sentence = len(words) > 250 or words.endswith((".", ";", ":", "./"))
    return "" if sentence and len(words) > 1 else words.strip(" .:-–")


class ProvisionReader:
    """The common base of Articles and section_reader.Sections, which read the blocks of a part of a document into the
    outline. `starts[i]` is the offset of block i in the text."""

    def __init__(self, outline: Outline, blocks: Sequence[Block], starts: Sequence[int]) -> None:
        self.outline, self.blocks, self.starts = outline, blocks, starts
        self.titled = -1

    def heading(self, index: int, opening: Opening, line: str, start: int) -> None:
        """Add to the outline the part, chapter, section or article that begins in the block with the index
        `index`. `opening` describes what `line` begins, and `start` is the offset of the line in the text.
        When the line itself has no title, the title is taken from the lines below it, but not for an
        article."""
        title = title_of(line, opening.end)
        if not title and opening.kind != "dieu":
            title = self._title_below(index)
        self.outline.pop_to(opening.level)
        parent = self.outline.parent()
        anchor = self._heading_anchor(opening, parent)
        word = " ".join(opening.printed.split()).rstrip(".:")
        node = self.outline.add(anchor, parent.anchor if parent else None, opening, word, title, start)
        self.outline.stack.append(node)

    def _heading_anchor(self, opening: Opening, parent: Node | None) -> str:
        step = component(opening.kind, opening.number)
        if opening.kind in ("dieu", "phan") or parent is None:
            return self.outline.prefix + step
        return f"{parent.anchor}.{step}"

    def _title_below(self, index: int) -> str:
        """Join the lines of the title that is printed below the numeral in the block `index`. "" when there
        is none."""
        found: list[str] = []
        for at in range(index + 1, min(index + 4, len(self.blocks))):
            block = self.blocks[at]
            shown = is_capitals(block.text) or block.bold or block.centered
            if (
                not shown
                or block.table is not None
                or lines.heading_of(block.text)
                or lines.clause_of(block.text)
                or lines.section_of(block.text)
            ):
                break
            if found and not (is_capitals(found[-1]) and is_capitals(block.text)):
                break
            found.append(block.text)
            self.titled = at
        return squeeze(" ".join(found))


class Articles(ProvisionReader):
    """The reader of a part with articles. Chapters contain articles, and articles contain clauses (khoản) and
    points (điểm). Any other line belongs to the innermost provision that is still open."""

    last = 0

    def read(self, index: int, hidden: bool, below_heading: bool) -> None:
        if hidden:
            return
        block = self.blocks[index]
        for offset, line in lines.pieces_of(block.text):
            opening = lines.heading_of(line)
            start = self.starts[index] + offset
            if opening is not None and (offset == 0 or self._follows(opening)):
                if opening.kind == "dieu":
                    self.last = int("".join(c for c in opening.number if c.isdigit()))
                self.heading(index, opening, line, start)
            elif offset == 0 and index != self.titled:
                self._clause(line, start)

    def _follows(self, opening: Opening) -> bool:
        """Whether a heading in the middle of a line begins a provision. An article must have the next number:
        after article 11, "theo Điều 5." (under article 5) is only a mention."""
        return opening.kind != "dieu" or opening.number == str(self.last + 1)

    def _clause(self, line: str, start: int) -> None:
        opening = lines.clause_of(line)
        if opening is None or not any(node.kind == "dieu" for node in self.outline.stack):
            return
        self.outline.pop_to(opening.level)
        parent = self.outline.parent()
        if parent is None:
            return
        anchor = f"{parent.anchor}.{component(opening.kind, opening.number)}"
        label = f"{CLAUSES[opening.kind]} {opening.number}"
        self.outline.stack.append(self.outline.add(anchor, parent.anchor, opening, label, "", start))
