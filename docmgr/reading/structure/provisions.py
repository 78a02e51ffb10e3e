"""Find the provisions of a text and give each an anchor.

The provisions cover the text in order without a gap. They are the heading, the provisions of each part, and
the signature. `readers` and `section_reader` read one part, `parts` decides where parts begin, and legaltext.anchors spells the
anchors. The `text` of a provision is its own words as printed, with its heading and numeral.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure import lines, sheets
from docmgr.reading.structure.lines import LEVELS, Opening
from docmgr.reading.structure.outline import Node, Outline
from docmgr.reading.structure.parts import TextPart
from docmgr.reading.structure.quoted import quoted_blocks
from docmgr.reading.structure.readers import Articles
from docmgr.reading.structure.section_reader import Sections
from docmgr.reading.types import Provision
from legaltext import doctypes
from legaltext.labels import OPENING
from legaltext.letters import is_capitals, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_KIND = {"la_ma": "so", "chu_cai": "so", "buoc": "so", "cong": "gach", "mau": "phu_luc"}
_NUMERALS = frozenset("IVX123456789")
# Numbered lines above the first article that are no sections: the basis of a document, and what amended it.
_PREAMBLE = re.compile(rf"\s*(?:Căn cứ|Theo|Xét|{doctypes.CITED})(?!\w)")


def find_provisions(
    blocks: Sequence[Block],
    starts: Sequence[int],
    text: str,
    parts: Sequence[TextPart],
    *,
    body: int,
    contents: Collection[int],
    kind: str,
) -> tuple[Provision, ...]:
    """Find all provisions of a text and return them in reading order; empty for an empty text.

    `starts[i]` is the offset of block i in `text`. `parts` are the parts of the document. The heading ends
    before block `body`. The blocks in `contents` are tables of contents, in which no provision begins. `kind`
    is the kind of file; the rows of a workbook and the slides of a presentation are provisions, whatever their words.
    """
    if kind in sheets.SHEETS:
        return sheets.sheet_provisions(blocks, starts, text)
    if kind in sheets.SLIDES:
        return sheets.slide_provisions(blocks, starts, text)
    outline = Outline()
    for part in parts:
        if part.first >= part.last:
            continue
        if part.kind == "signature":
            opening = Opening("doan", "", LEVELS["phan"], 0, "")
            outline.stack, outline.prefix, outline.root = [], "", None
            outline.add("chu-ky", None, opening, part.label, "", starts[part.first])
        else:
            title, first = _part_heading(blocks, part)
            outline.open_part(part, title, starts[part.first])
            first = body if part.kind == "main" else first
            _read_part(outline, blocks, starts, part, first, contents)
    if text and (not outline.nodes or outline.nodes[0].start > 0):
        head = Node("mo-dau", None, "doan", 0, "", OPENING, "", 0)
        outline.nodes.insert(0, head)
    return _finished(outline.nodes, text)


def _finished(nodes: Sequence[Node], text: str) -> tuple[Provision, ...]:
    ends = [*(node.start for node in nodes[1:]), len(text)] if nodes else []
    return tuple(
        Provision(
            node.anchor, node.parent, _KIND.get(node.kind, node.kind), node.label, node.title,
            text[node.start : end].rstrip("\n"), node.start, end,
        )
        for node, end in zip(nodes, ends, strict=True)
    )  # fmt: skip


def _read_part(
    outline: Outline,
    blocks: Sequence[Block],
    starts: Sequence[int],
    part: TextPart,
    first: int,
    contents: Collection[int],
) -> None:
    """Add the provisions of `part` to `outline`. `first` is the index of the first block below the part's
    heading. No provision begins in the blocks in `contents`, which are tables of contents. `starts[i]` is the
    offset of block i in the text."""
    own = range(part.first, part.last)
    hidden = quoted_blocks(blocks, own).union(contents) | _cells(blocks, own)
    articles = _has_articles(blocks, [i for i in own if i not in hidden])
    reader: Articles | Sections = (
        Articles(outline, blocks, starts) if articles else Sections(outline, blocks, starts)
    )
    for index in own:
        if blocks[index].kind in ("header", "footer", "footnote"):
            continue
        reader.read(index, hidden=index in hidden, below_heading=index >= first)


def _has_articles(blocks: Sequence[Block], open_blocks: Sequence[int]) -> bool:
    """Whether a part is divided into articles (Điều), and not into numbered sections with a few articles at its
    end. `open_blocks` are the indexes of its blocks in which a provision may begin."""
    articles = listed = romans = 0
    for index in open_blocks:
        text = blocks[index].text
        opening = lines.heading_of(text)
        if opening is not None:
            articles += opening.kind == "dieu"
            continue
        section = lines.section_of(text) if not articles and text[:1] in _NUMERALS else None
        if section is None or _PREAMBLE.match(text[section.end :]):
            continue
        romans += section.kind == "la_ma" and section.number == ("I", "II", "III")[min(romans, 2)]
        if section.kind == "la_ma" and is_capitals(text[section.end :]):
            return False
        listed += section.level == LEVELS["so"] and section.number == str(listed + 1)
    if not articles:
        return False
    return romans < 2 and (listed < 2 or articles > 2 * listed)


def _cells(blocks: Sequence[Block], own: range) -> set[int]:
    """Find the blocks of a part that are in tables with several columns, and return their indexes. No
    provision begins in them, because they are rows of data. `own` are the indexes of the blocks of the
    part."""
    wide = {blocks[i].table for i in own if blocks[i].table is not None and (blocks[i].col or 0) > 0}
    return {i for i in own if blocks[i].table in wide and blocks[i].table is not None}


def _part_heading(blocks: Sequence[Block], part: TextPart) -> tuple[str, int]:
    """Read the heading of `part`. Returns (title, index of the first block below the heading). The title is
    "" for the main text."""
    if part.kind == "main":
        return "", part.first
    first = squeeze(blocks[part.named].text)
    rest = first[len(part.label) :].strip(" .:-–") if first.startswith(part.label) else ""
    found = [rest] if rest else []
    at = part.named + 1
    while at < min(part.last, part.named + 6):
        block = blocks[at]
        if block.table is not None or lines.heading_of(block.text) or lines.section_of(block.text):
            break
        if block.text.startswith("("):
            at += 1
            if block.text.rstrip().endswith(")"):
                break
            continue
        shown = is_capitals(block.text) or block.centered or block.bold or part.kind == "kem_theo"
        if not shown or len(block.text) > 300 or blocks[at - 1].text.startswith("("):
            break
        found.append(block.text)
        at += 1
    return squeeze(" ".join(found)), at
