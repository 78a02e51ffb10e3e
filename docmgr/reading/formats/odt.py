"""Read ODT files: paragraphs, headings, lists with their numbers, tables, notes, page headers and footers.

This module decides what is text in content.xml and styles.xml. Embedded objects and scripts are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.list_numbers import format_number, to_int
from docmgr.reading.formats.ooxml import Package, open_package, parse_xml
from docmgr.reading.formats.raised import without_note_numbers
from docmgr.reading.letters.lines import raw_line
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_NS = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
TEXT, TABLE, OFFICE, STYLE, MANIFEST = (
    "{" + _NS.format(name) + "}" for name in ("text", "table", "office", "style", "manifest")
)
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_SKIP = {
    TEXT + n
    for n in (
        "tracked-changes",
        "table-of-content-source",
        "ruby-text",
        "variable-decls",
        "sequence-decls",
        "user-field-decls",
    )
} | {OFFICE + "annotation"}
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MAX_REPEAT = 200
# Whether text is bold, italic, centred and raised.
Look = tuple[bool, bool, bool, bool]
_PLAIN: Look = (False, False, False, False)
# "super 58%", or how far text is raised: "33% 58%". What is lowered has a minus.
_SUPER = re.compile(r"super|[1-9][\d.]*%")


@dataclass(frozen=True, slots=True)
class _BlockContext:
    kind: str = "paragraph"
    table: int | None = None
    row: int | None = None
    col: int | None = None


@dataclass
class _OdtWalker:
    styles: dict[str, Look]
    lists: dict[tuple[str, int], tuple[str, str, str]]
    next_table: int = 0
    notes: list[etree._Element] = field(default_factory=list)

    def walk(self, element: etree._Element, place: _BlockContext, label: str = "") -> Iterator[Block]:
        """Yield the blocks of everything inside an XML element. `place` says which table cell contains the
        element, if any. `label` is the number of a list item, printed before its first paragraph."""
        for child in element:
            if not isinstance(child.tag, str) or child.tag in _SKIP:
                continue
            if child.tag in (TEXT + "p", TEXT + "h"):
                yield from self._paragraph(child, place, label)
                label = ""
            elif child.tag == TABLE + "table":
                yield from self._table(child, place)
            elif child.tag == TEXT + "list":
                yield from self._list(child, place, 1, child.get(TEXT + "style-name") or "")
            else:
                yield from self.walk(child, place, label)

    def _list(self, items: etree._Element, place: _BlockContext, level: int, style: str) -> Iterator[Block]:
        number = 0
        fmt, prefix, suffix = self.lists.get((style, level), ("", "", ""))
        for item in items:
            if item.tag not in (TEXT + "list-item", TEXT + "list-header"):
                continue
            number += item.tag == TEXT + "list-item"
            shown = prefix + format_number(number, _FORMATS[fmt]) + suffix if fmt in _FORMATS else "-"
            label = f"{shown} " if item.tag == TEXT + "list-item" else ""
            for child in item:
                if child.tag == TEXT + "list":
                    own = child.get(TEXT + "style-name") or style
                    yield from self._list(child, place, level + 1, own)
                elif child.tag in (TEXT + "p", TEXT + "h"):
                    yield from self._paragraph(child, place, label)
                    label = ""

    def _table(self, table: etree._Element, place: _BlockContext) -> Iterator[Block]:
        number, self.next_table = self.next_table, self.next_table + 1
        kind = "cell" if place.kind == "paragraph" else place.kind
        for row, tr in enumerate(_rows(table)):
            col = 0
            for cell in tr:
                if cell.tag == TABLE + "table-cell":
                    yield from self.walk(cell, _BlockContext(kind, number, row, col))
                repeated = to_int(cell.get(TABLE + "number-columns-repeated"))
                col += max(min(repeated or 1, _MAX_REPEAT), 1)

    def _paragraph(self, p: etree._Element, place: _BlockContext, label: str) -> Iterator[Block]:
        inner: list[etree._Element] = []
        base = self.styles.get(p.get(TEXT + "style-name") or "", _PLAIN)
        pieces = without_note_numbers([(label, base), *self._pieces(p, base, inner)], lambda look: look[3])
        level = (to_int(p.get(TEXT + "outline-level")) or 1) if p.tag == TEXT + "h" else 0
        kind = "heading" if level and place.kind == "paragraph" else place.kind
        line: list[tuple[str, Look]] = []
        for text, look in [*pieces, ("\n", base)]:
            if text != "\n":
                line.append((text, look))
                continue
            cleaned = raw_line("".join(piece for piece, _ in line))
            marked = [own for piece, own in line if piece.strip()]
            if cleaned:
                yield Block(
                    cleaned,
                    kind,
                    level,
                    bold=all(own[0] for own in marked),
                    italic=all(own[1] for own in marked),
                    centered=base[2],
                    table=place.table,
                    row=place.row,
                    col=place.col,
                )
            line = []
        for box in inner:
            yield from self.walk(box, place)

    def _pieces(
        self, element: etree._Element, look: Look, inner: list[etree._Element]
    ) -> Iterator[tuple[str, Look]]:
        if element.text:
            yield element.text, look
        for child in element:
            name = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if child.tag == TEXT + "note":
                self.notes.append(child)
            elif name == "frame":
                inner.append(child)
            elif child.tag in (TEXT + "s", TEXT + "tab"):
                yield " ", look
            elif child.tag == TEXT + "line-break":
                yield "\n", look
            elif name and child.tag not in _SKIP:
                own = self.styles.get(child.get(TEXT + "style-name") or "")
                yield from self._pieces(child, own or look, inner)
            if child.tail:
                yield child.tail, look


def read_odt(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the ODT file at `path` within `limits`. Raises Unreadable when it is encrypted, broken or too
    large."""
    package = open_package(path, limits)
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("encrypted")
    content = parse_xml(package.read_xml("content.xml"))
    extra = _styles_part(package)
    walker = _OdtWalker(_looks(content, extra), _list_styles(content, extra))
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Unreadable("broken")
    headers = _margins(walker, extra, "header")
    blocks = capped(walker.walk(body, _BlockContext()), limits)
    notes = [
        block
        for note in walker.notes
        for part in note.iter(TEXT + "note-body")
        for block in walker.walk(part, _BlockContext("footnote"))
    ]
    return PartContents("odt", (*headers, *blocks, *notes, *_margins(walker, extra, "footer")))


def _styles_part(package: Package) -> etree._Element | None:
    return parse_xml(package.read_xml("styles.xml")) if package.has("styles.xml") else None


def _margins(walker: _OdtWalker, styles: etree._Element | None, kind: str) -> list[Block]:
    seen: dict[str, Block] = {}
    # The first page and those on the left may have their own, in whatever namespace.
    names = [f"{{*}}{kind}{page}" for page in ("", "-left", "-first")]
    for margin in styles.iter(*names) if styles is not None else ():
        for block in walker.walk(margin, _BlockContext(kind)):
            if any(c.isalpha() for c in block.text):
                seen.setdefault(block.text, block)
    return list(seen.values())


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in (TABLE + "table-header-rows", TABLE + "table-rows", TABLE + "table-row-group"):
            yield from _rows(child)


def _looks(*roots: etree._Element | None) -> dict[str, Look]:
    """Read which styles are bold, italic, centred and raised. Returns a tuple of these for each name of a style. `roots` are the root elements of content.xml and styles.xml; None is ignored."""
    found: dict[str, Look] = {}
    for style in (s for root in reversed(roots) if root is not None for s in root.iter(STYLE + "style")):
        bold, italic, centred, raised = found.get(style.get(STYLE + "parent-style-name") or "", _PLAIN)
        words = style.find(STYLE + "text-properties")
        lines = style.find(STYLE + "paragraph-properties")
        if words is not None:
            weight, slant = words.get(FO + "font-weight"), words.get(FO + "font-style")
            bold = weight in ("bold", "600", "700", "800", "900") if weight else bold
            italic = slant in ("italic", "oblique") if slant else italic
            place = words.get(STYLE + "text-position")
            raised = _SUPER.match(place) is not None if place else raised
        if lines is not None and lines.get(FO + "text-align"):
            centred = lines.get(FO + "text-align") == "center"
        found[style.get(STYLE + "name") or ""] = (bold, italic, centred, raised)
    return found


def _list_styles(*roots: etree._Element | None) -> dict[tuple[str, int], tuple[str, str, str]]:
    """Read the list styles. Keys are (name of the list style, level), items are (number format, prefix,
    suffix). Levels with bullets are left out."""
    found: dict[tuple[str, int], tuple[str, str, str]] = {}
    for style in (s for root in roots if root is not None for s in root.iter(TEXT + "list-style")):
        for level in style.iter(TEXT + "list-level-style-number"):
            at = to_int(level.get(TEXT + "level") or "1")
            if at is not None:
                found[(style.get(STYLE + "name") or "", at)] = (
                    level.get(STYLE + "num-format") or "",
                    level.get(STYLE + "num-prefix") or "",
                    level.get(STYLE + "num-suffix") or "",
                )
    return found
