"""Read old Word files (.doc): converted to DOCX by LibreOffice, and where that fails with the system tool
antiword or catdoc. antiword writes DocBook, an XML format that keeps tables.

This module decides which tool's output is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.columns import head_blocks
from docmgr.reading.formats.convert import converted
from docmgr.reading.formats.docx.reader import read_docx
from docmgr.reading.formats.list_numbers import format_number
from docmgr.reading.formats.ole import MAGIC as OLE
from docmgr.reading.formats.tools import run_tool
from docmgr.reading.letters.lines import raw_line, raw_lines, split
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_FOOTNOTE = re.compile(r"^\[\d{1,3}\]\s*(.+)")
_DRAWN_ROW = re.compile(r"\|[^|]*\|\s*$")
_NUMERATION = {
    "arabic": "decimal",
    "upperalpha": "upperLetter",
    "loweralpha": "lowerLetter",
    "upperroman": "upperRoman",
    "lowerroman": "lowerRoman",
}


def read_doc(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the file of Word 6 to 2003 at `path` within `limits`. Raises Unreadable: "encrypted" for a file
    with a password, "reader_missing" when no tool is installed, or otherwise the reason why the last tool
    fails."""
    reason, contents = _by_libreoffice(path, limits)
    if contents is not None:
        return contents
    for attempt in (_by_antiword, _by_catdoc):
        blocks = attempt(path)
        if blocks:
            return PartContents("doc", tuple(capped(blocks, limits)))
        if blocks is not None and reason == "reader_missing":
            reason = "broken"
    raise Unreadable(reason)


def _by_libreoffice(path: Path, limits: ReadingLimits) -> tuple[str, PartContents | None]:
    """Read the file as LibreOffice converts it. Returns ("", contents), or (reason, None) when it cannot."""
    with path.open("rb") as stream:
        if stream.read(len(OLE)) != OLE:
            # Word 1 and 2 wrote no OLE file; LibreOffice takes such a file for plain text.
            return "reader_missing", None
    try:
        with converted(path, "doc", "docx", limits) as made:
            contents = read_docx(made, limits)
    except Unreadable as fault:
        return fault.code, None
    return "", PartContents("doc", contents.blocks, notes=contents.notes)


def _by_antiword(path: Path) -> list[Block] | None:
    answer = run_tool("antiword", ["-x", "db", path])
    if answer is None:
        return None
    status, text, complaint = answer
    if "ncrypted" in complaint:
        raise Unreadable("encrypted")
    if status != 0 or "<book" not in text:
        return []
    blocks = list(docbook_blocks(text))
    if "<footnote" in text:
        blocks += _footnotes(path)
    return blocks


def _footnotes(path: Path) -> list[Block]:
    """Read the footnotes of the Word file at `path`; return one block for each, or an empty list. They are
    taken from the end of antiword's plain text, because its DocBook output does not contain the words of
    footnotes."""
    answer = run_tool("antiword", ["-w", "0", "-m", "UTF-8.txt", path])
    found = []
    for line in reversed(split(answer[1]) if answer else []):
        match = _FOOTNOTE.match(line.strip())
        if match:
            found.append(Block(raw_line(match.group(1)), "footnote"))
        elif line.strip() and found:
            break
    return found[::-1]


def _by_catdoc(path: Path) -> list[Block] | None:
    answer = run_tool("catdoc", ["-d", "utf-8", "-w", path])
    if answer is None:
        return None
    status, text, _ = answer
    # catdoc prints the bytes of a file that is no Word file.
    odd = sum(not (c.isprintable() or c in "\t\n\r\f") or c == "\ufffd" for c in text)
    if status != 0 or odd > 0.05 * len(text):
        return []
    lines = split(text)
    head, used = head_blocks(lines)
    # It prints a bar where a cell is empty.
    return head + [Block(line) for line in raw_lines("\n".join(lines[used:])) if line.strip("| ")]


def docbook_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of antiword's DocBook `text`: paragraphs, titles, list items and table cells."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True)
    # Only the <book> element is parsed: the DOCTYPE before it comes from antiword, not from the file.
    root = etree.fromstring(text[text.index("<book") :].encode(), parser)
    body = [chapter for chapter in root if chapter.tag not in ("title", "bookinfo")] if root is not None else []
    lines = [line for part in body for line in _walk(part, "", (None, None, None))]
    top = next((n for n, line in enumerate(lines) if line[2] is not None), len(lines))
    head, used = head_blocks([raw for raw, _, _, _, _ in lines[:top]])
    yield from head
    shift = 1 if head else 0
    drawn, row_drawn = max((line[2] for line in lines if line[2] is not None), default=-1) + shift, -1
    for raw, bold, table, row, col in lines[used:]:
        if table is None and _DRAWN_ROW.search(raw):
            drawn, row_drawn = drawn + (row_drawn < 0), row_drawn + 1
            yield from _drawn_cells(raw, drawn, row_drawn)
            continue
        row_drawn = -1
        cleaned = raw_line(raw)
        if cleaned:
            place = None if table is None else table + shift
            yield Block(
                cleaned, "paragraph" if table is None else "cell", bold=bold, table=place, row=row, col=col
            )


def _drawn_cells(raw: str, table: int, row: int) -> Iterator[Block]:
    """Yield the cells of a row that antiword draws with bars, as it does where it sees no whole table."""
    for col, cell in enumerate(map(raw_line, raw.split("|"))):
        if cell:
            yield Block(cell, "cell", table=table, row=row, col=col)


_Line = tuple[str, bool, int | None, int | None, int | None]
_BlockContext = tuple[int | None, int | None, int | None]


def _walk(element: etree._Element, label: str, place: _BlockContext) -> Iterator[_Line]:
    """Yield every line of an XML element and its children, as (text, bold, table, row, column). `label` is
    the number or dash of a list item, printed before the first line; "" for other elements. `place` is the
    (table, row, column) of the element, all None outside tables."""
    if element.tag in ("informaltable", "table"):
        yield from _table(element)
        return
    pieces: list[tuple[str, bool]] = [(label, False)] if label else []
    if element.text:
        pieces.append((element.text, False))
    for number, child in enumerate(element):
        if child.tag in ("emphasis", "superscript", "subscript", "anchor", "ulink"):
            pieces += [("".join(child.itertext()), child.get("role") == "bold")]
        elif child.tag != "footnote":
            yield from _lines(pieces, place)
            pieces = []
            mark = _item_label(element, child, number)
            yield from _walk(child, mark, place)
        if child.tail:
            pieces.append((child.tail, False))
    yield from _lines(pieces, place)


def _item_label(parent: etree._Element, item: etree._Element, number: int) -> str:
    if item.tag == "listitem":
        if parent.tag != "orderedlist":
            return "- "
        return format_number(number + 1, _NUMERATION.get(parent.get("numeration") or "", "decimal")) + ". "
    before = item.getprevious()
    if parent.tag == "listitem" and before is None:
        position = parent.getparent().index(parent)
        return _item_label(parent.getparent(), parent, position)
    return ""


def _lines(pieces: list[tuple[str, bool]], place: _BlockContext) -> Iterator[_Line]:
    line: list[tuple[str, bool]] = []
    for text, bold in [*pieces, ("\n", False)]:
        first, *rest = text.split("\n")
        line.append((first, bold))
        for following in rest:
            words = [(part, heavy) for part, heavy in line if part.strip()]
            if words:
                yield ("".join(part for part, _ in line), all(heavy for _, heavy in words), *place)
            line = [(following, bold)]


def _table(table: etree._Element) -> Iterator[_Line]:
    number = sum(1 for other in table.xpath("preceding::informaltable | ancestor::informaltable"))
    for row, tr in enumerate(table.iter("row")):
        for col, cell in enumerate(tr.iter("entry")):
            yield from _walk(cell, "", (number, row, col))
