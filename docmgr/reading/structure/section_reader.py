"""Read a part of a document that has no articles, and add its provisions to the outline: numbered sections, steps,
letters, bullets and paragraphs.

This module decides which blocks begin a provision and which is its parent. `readers` reads the parts with
articles, and `lines` decides what a single line may begin.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from docmgr.reading.structure import lines
from docmgr.reading.structure.lines import LEVELS, Opening
from docmgr.reading.structure.outline import Node
from docmgr.reading.structure.readers import CLAUSES, ProvisionReader, title_of
from legaltext.anchors import component, spell
from legaltext.labels import UNNUMBERED
from legaltext.letters import is_capitals, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

MAX_PROVISIONS = 20_000
# A numbered line of dots in a form is an entry of the list that the section above it announces.
_TO_FILL_IN = re.compile(r"[.…_\s]{4,}")
_SECTION_KINDS = ("la_ma", "chu_cai", "so", "buoc")


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
        if (below := heading or lines.step_of(block.text)) is not None:
            self._below(index, below, start)
            return
        opening = lines.section_of(block.text)
        if opening is not None and opening.kind == "so" and _TO_FILL_IN.fullmatch(block.text, opening.end):
            opening = replace(opening, level=LEVELS["so_ngoac"])
        if opening is not None and opening.kind in ("gach", "cong"):
            self._unnumbered(opening.kind, start)
        elif opening is not None:
            self._section(index, opening, start)
        else:
            if block.text.startswith("Trên đây là"):
                self.outline.stack = []
            self._unnumbered("doan", start)

    def _below(self, index: int, opening: Opening, start: int) -> None:
        """Add a step ("Bước 2") or an article among sections. It stands where the step or article before it
        stands, or else below the innermost open section. One in capitals is a heading, which stands below a
        Roman section or a higher one."""
        stack = self.outline.stack
        level = next((node.level for node in stack if node.kind == opening.kind), None)
        if level is None:
            heading = opening.kind == "dieu" or is_capitals(opening.printed)
            deepest = LEVELS["la_ma"] if heading else LEVELS["diem"]
            above = [node.level for node in stack if node.level <= deepest]
            above = above or [node.level for node in stack if node.level <= LEVELS["so"]]
            level = above[-1] + lines.BELOW if above else lines.BELOW
        opening = replace(opening, level=level)
        self.outline.pop_to(level)
        parent = self.outline.parent()
        step = component(opening.kind, opening.number)
        anchor = f"{parent.anchor}.{step}" if parent is not None else self.outline.prefix + step
        label = " ".join(opening.printed.split()).rstrip(".:")
        title = title_of(self.blocks[index].text, opening.end)
        self.outline.stack.append(
            self.outline.add(anchor, parent.anchor if parent else None, opening, label, title, start)
        )

    def _clause(self, opening: Opening, start: int) -> bool:
        """Add a clause or point of an article among sections; false when no article is open."""
        self.outline.pop_to(opening.level)
        parent = self.outline.parent()
        if parent is None or parent.kind not in ("dieu", "khoan"):
            return False
        kind = "khoan" if opening.kind == "so" else opening.kind
        if kind not in CLAUSES or (kind, parent.kind) == ("khoan", "khoan"):
            return False
        anchor = f"{parent.anchor}.{component(kind, opening.number)}"
        label = f"{CLAUSES[kind]} {opening.number}"
        clause = replace(opening, kind=kind)
        self.outline.stack.append(self.outline.add(anchor, parent.anchor, clause, label, "", start))
        return True

    def _pop_to_named(self, opening: Opening) -> None:
        """Close what is open inside the section that a number names: "4.1" stands below the open "4", even when
        steps came between them."""
        above = opening.number.rpartition(".")[0]
        stack = self.outline.stack
        at = next((i for i in range(len(stack) - 1, -1, -1) if above and stack[i].number == above), None)
        if at is not None:
            del stack[at + 1 :]

    def _section(self, index: int, opening: Opening, start: int) -> None:
        self._pop_to_named(opening)
        if self._clause(opening, start):
            return
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
