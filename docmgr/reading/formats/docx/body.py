"""Turn the body of a DOCX (WordprocessingML) into blocks: paragraphs, table cells and text boxes.

This module decides what text is visible (deleted and hidden text is not) and where lines break. Styles come
from `styles`, and the numbers of list items from `numbering`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from docmgr.reading.formats.docx.numbering import Numbering
from docmgr.reading.formats.docx.styles import Look, Styles, W, paragraph_look, run_look
from docmgr.reading.formats.list_numbers import to_int
from docmgr.reading.formats.raised import without_note_numbers
from docmgr.reading.letters.lines import in_capital_font, in_capitals, raw_line, raw_lines
from docmgr.reading.types import Block

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
V = "{urn:schemas-microsoft-com:vml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIP = {
    W + n
    for n in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "sdtEndPr", "fldData", "ruby")
}
_SOFT_HYPHEN = W + "softHyphen"
# In an old font the soft hyphen is a letter.
_TEXT = {W + "t", M + "t", _SOFT_HYPHEN}
_MARKS = {W + "tab": " ", W + "ptab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_BLOCK_WRAPPERS = {
    W + n
    for n in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body", "txbxContent", "hdr", "ftr", "footnote", "endnote")
}
_HEAVY = 0.8
_WORD_ART = V + "textpath"
_BOXES = {W + "txbxContent", _WORD_ART}
# No stamp is longer.
_STAMP_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class BlockContext:
    """Where paragraphs are. `kind` is the kind of block that they become. `table`, `row` and `col` (from 0)
    are the table cell that contains them, None outside tables."""

    kind: str = "paragraph"
    table: int | None = None
    row: int | None = None
    col: int | None = None


@dataclass
class Walker:
    """Reads one document from top to bottom and keeps the state that this needs: the styles, the counters of
    the lists, the number of the next table, and the text boxes and WordArt (`boxes`) that were found but not yet read. `apart`
    gets the lines of WordArt, which are no text, and those of boxes, which are also given as text."""

    styles: Styles
    numbering: Numbering
    next_table: int = 0
    boxes: list[etree._Element] = field(default_factory=list)
    apart: list[Block] = field(default_factory=list)

    def blocks(self, elements: Iterable[etree._Element], place: BlockContext) -> Iterator[Block]:
        """Yield the blocks of the given XML elements (paragraphs, tables and wrappers of these) in document
        order. `place` says what kind of block paragraphs become and which table cell contains them, if
        any."""
        for element in elements:
            if element.tag == W + "p":
                yield from self._paragraph(element, place)
            elif element.tag == W + "tbl":
                yield from self._table(element, place)
            elif element.tag in _BLOCK_WRAPPERS:
                yield from self.blocks(element, place)
            elif element.tag == MC + "AlternateContent":
                yield from self.blocks(_choice(element), place)

    def _table(self, table: etree._Element, outer: BlockContext) -> Iterator[Block]:
        number, self.next_table = self.next_table, self.next_table + 1
        kind = "cell" if outer.kind == "paragraph" else outer.kind
        for row, tr in enumerate(_rows(table)):
            col = _skipped(tr)
            for cell in _cells(tr):
                span, merged = _cell_shape(cell)
                if not merged:
                    yield from self.blocks(cell, BlockContext(kind, number, row, col))
                col += span

    def _paragraph(self, p: etree._Element, place: BlockContext) -> Iterator[Block]:
        ppr = p.find(W + "pPr")
        style_id = self._style_id(ppr)
        look = paragraph_look(ppr).over(self.styles.look(style_id)).over(self.styles.defaults)
        pieces = without_note_numbers(self._pieces(p, look), lambda own: bool(own.raised))
        boxes, self.boxes = self.boxes, []
        label = self._label(look, pieces, place)
        if label:
            pieces.insert(0, (f"{label} ", look))
        level = self.styles.heading_level(style_id) or self._outline(look)
        for line in _split_lines(pieces):
            block = _block(line, place, look, level)
            if block is not None:
                yield block
        for box in boxes:
            yield from self._box(box, replace(place, table=None, row=None, col=None) if place.kind == "cell" else place)

    def _box(self, box: etree._Element, place: BlockContext) -> Iterator[Block]:
        if box.tag == _WORD_ART:
            kind = place.kind if place.kind in ("header", "footer") else "box"
            self.apart += (Block(line, kind) for line in raw_lines(box.get("string") or ""))
        for block in self.blocks(box, place):
            if len(block.text) <= _STAMP_CHARACTERS:
                self.apart.append(replace(block, kind="box"))
            yield block

    def _style_id(self, ppr: etree._Element | None) -> str:
        named = None if ppr is None else ppr.find(W + "pStyle")
        return (named.get(W + "val") if named is not None else None) or self.styles.default_paragraph

    @staticmethod
    def _outline(look: Look) -> int:
        return look.outline + 1 if look.outline is not None and 0 <= look.outline < 9 else 0

    def _label(self, look: Look, pieces: list[tuple[str, Look]], place: BlockContext) -> str:
        if not look.num_id or look.num_id == "0":
            return ""
        # An empty numbered paragraph is counted too, but its number is only read in a table (column STT).
        label = self.numbering.label(look.num_id, look.num_level or 0)
        return label if place.kind == "cell" or any(text.strip() for text, _ in pieces) else ""

    def _pieces(self, element: etree._Element, look: Look) -> Iterator[tuple[str, Look]]:
        for child in element:
            tag = child.tag
            if tag in _SKIP or not isinstance(tag, str):
                continue
            if tag == W + "r":
                rpr = child.find(W + "rPr")
                own = run_look(rpr)
                style = None if rpr is None else rpr.find(W + "rStyle")
                if style is not None:
                    own = own.over(self.styles.look(style.get(W + "val") or ""))
                own = own.over(look)
                if not own.hidden:
                    yield from self._pieces(child, own)
            elif tag in _TEXT:
                yield _as_shown(child, look), look
            elif tag in _MARKS:
                yield _MARKS[tag], look
            elif tag in _BOXES:
                self.boxes.append(child)
            elif tag == MC + "AlternateContent":
                for chosen in _choice(child):
                    yield from self._pieces(chosen, look)
            elif tag != W + "p":
                yield from self._pieces(child, look)


def _as_shown(element: etree._Element, look: Look) -> str:
    text = "\xad" if element.tag == _SOFT_HYPHEN else element.text or ""
    if look.caps:
        return in_capitals(text)
    return in_capital_font(text) if look.capital_font else text


def _choice(alternate: etree._Element) -> list[etree._Element]:
    """Choose which form of an mc:AlternateContent is read; this element contains the same content in
    several forms. Returns a list of the chosen form, or an empty list when there are no forms."""
    branches = [c for c in alternate if c.tag in (MC + "Choice", MC + "Fallback")]
    for branch in branches:
        if any(t.text or t.get("string") for t in branch.iter(W + "t", _WORD_ART)):
            return [branch]
    return branches[:1]


def _unwrap(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == W + wanted:
            yield child
        elif child.tag in _BLOCK_WRAPPERS:
            yield from _unwrap(child, wanted)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for tr in _unwrap(table, "tr"):
        if tr.find(f"{W}trPr/{W}del") is None:
            yield tr


def _cells(tr: etree._Element) -> Iterator[etree._Element]:
    return _unwrap(tr, "tc")


def _skipped(tr: etree._Element) -> int:
    before = tr.find(f"{W}trPr/{W}gridBefore")
    return (to_int(before.get(W + "val")) or 0) if before is not None else 0


def _cell_shape(cell: etree._Element) -> tuple[int, bool]:
    """Measure a table cell. Returns (columns, continues): `columns` is how many columns the cell spans,
    and `continues` is true when the cell is merged with the cell above it and therefore has no text of its
    own."""
    tcpr = cell.find(W + "tcPr")
    if tcpr is None:
        return 1, False
    span = tcpr.find(W + "gridSpan")
    vmerge = tcpr.find(W + "vMerge")
    merged = vmerge is not None and vmerge.get(W + "val") != "restart"
    return max(1, to_int(span.get(W + "val")) or 1) if span is not None else 1, merged


def _split_lines(pieces: list[tuple[str, Look]]) -> Iterator[list[tuple[str, Look]]]:
    line: list[tuple[str, Look]] = []
    for text, look in pieces:
        if text == "\n":
            yield line
            line = []
        else:
            line.append((text, look))
    yield line


def _block(line: list[tuple[str, Look]], place: BlockContext, look: Look, level: int) -> Block | None:
    text = raw_line("".join(piece for piece, _ in line))
    if not text:
        return None
    weight = sum(len(piece.strip()) for piece, _ in line)
    bold = sum(len(piece.strip()) for piece, own in line if own.bold)
    italic = sum(len(piece.strip()) for piece, own in line if own.italic)
    kind = "heading" if level and place.kind == "paragraph" else place.kind
    return Block(
        text=text,
        kind=kind,
        level=level,
        bold=bold >= _HEAVY * weight > 0,
        italic=italic >= _HEAVY * weight > 0,
        centered=look.jc == "center",
        table=place.table,
        row=place.row,
        col=place.col,
    )
