"""Find the provisions in one part of a document and add them to the outline. The outline is the list of
provisions found so far.

This module decides in which block each provision begins, and which provision contains it. `Articles` reads
parts with articles (Điều), and `Sections` all other parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure import lines
from docmgr.reading.structure.lines import LEVELS, Opening
from docmgr.reading.structure.outline import Node, Outline
from legaltext.anchors import component, spell
from legaltext.labels import UNNUMBERED
from legaltext.letters import is_capitals, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

MAX_PROVISIONS = 20_000
_SECTION_KINDS = ("la_ma", "chu_cai", "so")
_CLAUSES = {"khoan": "Khoản", "diem": "Điểm"}


def _title_of(line: str, end: int) -> str:
    """Find the title in a heading line: the words after its numeral, which ends at the offset `end`. The
    result is "" when these words are a sentence of the text and not a title, as in "Điều 2. … ký./." (article
    2)."""
    words = line[end:].strip()
    sentence = len(words) > 250 or words.endswith((".", ";", ":", "./"))
    return "" if sentence and len(words) > 1 else words.strip(" .:-–")


class ProvisionReader:
    """The common base of Articles and Sections, which read the blocks of a part of a document into the
    outline. `starts[i]` is the offset of block i in the text."""

    def __init__(self, outline: Outline, blocks: Sequence[Block], starts: Sequence[int]) -> None:
        self.outline, self.blocks, self.starts = outline, blocks, starts
        self.titled = -1

    def heading(self, index: int, opening: Opening, line: str, start: int) -> None:
        """Add to the outline the part, chapter, section or article that begins in the block `index`. `line`
        is the line of its numeral, and `start` the offset of this line in the text. `opening` describes the
        numeral."""
        title = _title_of(line, opening.end)
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
        label = f"{_CLAUSES[opening.kind]} {opening.number}"
        self.outline.stack.append(self.outline.add(anchor, parent.anchor, opening, label, "", start))


class Sections(ProvisionReader):
    """The reader of a part without articles: numbered sections, letters, bullets and paragraphs."""

    def read(self, index: int, hidden: bool, below_heading: bool) -> None:
        block, start = self.blocks[index], self.starts[index]
        if hidden or index <= self.titled or not below_heading:
            return
        heading = lines.heading_of(block.text)
        if heading is not None and heading.kind != "dieu":
            self.heading(index, heading, block.text, start)
            return
        opening = lines.section_of(block.text)
        if opening is not None and opening.kind in ("gach", "cong"):
            self._unnumbered(opening.kind, start)
        elif opening is not None:
            self._section(index, opening, start)
        else:
            if block.text.startswith("Trên đây là"):
                self.outline.stack = []
            self._unnumbered("doan", start)

    def _section(self, index: int, opening: Opening, start: int) -> None:
        self.outline.pop_to(opening.level)
        parent = self.outline.parent()
        anchor = self._section_anchor(opening, parent)
        label = f"Điểm {opening.number}" if opening.kind == "diem" else opening.number
        title = self._section_title(index, opening)
        node = self.outline.add(anchor, parent.anchor if parent else None, opening, label, title, start)
        self.outline.stack.append(node)

    def _section_anchor(self, opening: Opening, parent: Node | None) -> str:
        number = opening.number
        if parent is None or parent is self.outline.root:
            return f"{self.outline.prefix}muc-{spell(number)}"
        if parent.kind not in (*_SECTION_KINDS, "diem"):
            return f"{parent.anchor}.muc-{spell(number)}"
        if number.startswith(parent.number + "."):
            number = number[len(parent.number) + 1 :]
        return f"{parent.anchor}.{spell(number)}"

    def _section_title(self, index: int, opening: Opening) -> str:
        """Find the title of the section that begins in the block with the index `index`. `opening` describes
        its beginning. The result is "" when the numbered line is a sentence of the text and not a title."""
        block = self.blocks[index]
        words = block.text[opening.end :].strip()
        shown = block.bold or block.kind == "heading" or is_capitals(words)
        if not shown and (len(words) > 120 or words.endswith((".", ";", ":", ","))):
            return ""
        at = index + 1
        while shown and at < len(self.blocks) and self._carries_on(block, self.blocks[at]):
            words = f"{words} {self.blocks[at].text}"
            self.titled = at
            at += 1
        return squeeze(words).rstrip(" :.")

    @staticmethod
    def _carries_on(head: Block, below: Block) -> bool:
        """Whether the block `below` is the second line of the heading in the block `head`. It must look like
        a heading and begin with a small letter."""
        if below.table is not None or not (below.bold or below.kind == "heading" or is_capitals(below.text)):
            return False
        if lines.section_of(below.text) or lines.heading_of(below.text) or head.text.endswith((".", ":")):
            return False
        return below.text[:1].islower()

    def _unnumbered(self, kind: str, start: int) -> None:
        """Begin a provision without a numeral at the offset `start`: a bullet or a paragraph, as `kind` says.
        It gets the next number within the section that contains it."""
        if len(self.outline.nodes) >= MAX_PROVISIONS:
            return
        self.outline.pop_to(LEVELS[kind] if kind != "doan" else LEVELS["gach"])
        holder = self.outline.parent()
        number = self.outline.next_of("gach" if kind == "cong" else kind, holder)
        step = component("gach" if kind == "cong" else kind, number)
        within = holder is not None and holder is not self.outline.root
        anchor = f"{holder.anchor}.{step}" if holder is not None and within else self.outline.prefix + step
        opening = Opening(kind, number, LEVELS[kind], 0, "")
        label = f"{UNNUMBERED[kind]} {number}"
        node = self.outline.add(anchor, holder.anchor if holder else None, opening, label, "", start)
        if kind != "doan":
            self.outline.stack.append(node)
