"""The outline of a text while it is read: the provisions found so far, and the path from the outermost to
the innermost provision that is still open.

This module decides the parent of each provision, makes anchors unique, and numbers provisions without a
numeral. `readers` decides what begins a provision.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from docmgr.reading.structure.lines import Opening
from docmgr.reading.structure.parts import TextPart
from legaltext.anchors import Registry


@dataclass(slots=True)
class Node:
    """One provision of the outline. `start` is the offset in the text where it begins. `counts` has the
    number of its children without a numeral, by their kind. The next such child gets the next number."""

    anchor: str
    parent: str | None
    kind: str
    level: int
    number: str
    label: str
    title: str
    start: int
    counts: dict[str, int] = field(default_factory=dict)


class Outline:
    """The provisions found so far, and the path from the outermost to the innermost provision that is still
    open (`stack`)."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.stack: list[Node] = []
        self.registry = Registry()
        self.prefix = ""
        self.root: Node | None = None
        self.counts: dict[str, int] = {}

    def add(
        self, anchor: str, parent: str | None, opening: Opening, label: str, title: str, start: int
    ) -> Node:
        node = Node(
            self.registry.unique(anchor),
            parent,
            opening.kind,
            opening.level,
            opening.number,
            label,
            title,
            start,
        )
        self.nodes.append(node)
        return node

    def open_part(self, part: TextPart, title: str, start: int) -> None:
        """Begin a part of the document. All open provisions end, and provisions without a numeral are
        counted from 1 again. An appendix, form or attached document is itself a provision: it has this
        `title` and begins at the offset `start`. The main text is not a provision."""
        self.stack, self.counts = [], {}
        if not part.prefix:
            self.prefix, self.root = "", None
            return
        opening = Opening(part.kind, "", -1, 0, part.label)
        self.root = self.add(part.prefix, part.parent, opening, part.label, title, start)
        self.prefix = self.root.anchor + "."

    def pop_to(self, level: int) -> None:
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()

    def parent(self) -> Node | None:
        return self.stack[-1] if self.stack else self.root

    def next_of(self, kind: str, holder: Node | None) -> str:
        counts = holder.counts if holder is not None else self.counts
        counts[kind] = counts.get(kind, 0) + 1
        return str(counts[kind])
