"""Read HTML files, also those called .doc: the visible text as blocks, tables with row and column.

This module decides what is visible and where lines break. Scripts, styles, comments (also Word's conditional
ones) and everything outside the file are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.encoding import declared_charset, decode
from docmgr.reading.formats.html.look import Mood, in_cell, mood_of
from docmgr.reading.formats.list_numbers import format_number, to_int
from docmgr.reading.formats.raised import without_note_numbers
from docmgr.reading.letters.lines import in_capital_font, raw_line
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_SKIP = {
    "script",
    "style",
    "head",
    "title",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "select",
    "textarea",
    "xml",
    "button",
    "math",
}
_BLOCKS = {
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "blockquote",
    "pre",
    "address",
    "center",
    "form",
    "body",
    "html",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "hr",
    "figure",
}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.I)
_ORDERED = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_HEAVY = 0.8


@dataclass
class _Line:
    """The text of the block that is being collected, in (text, format) pieces."""

    pieces: list[tuple[str, Mood]] = field(default_factory=list)


def read_html(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the HTML file at `path` within `limits`. Raises Unreadable when it is broken or too
    large."""
    data = path.read_bytes()
    return PartContents("html", tuple(capped(html_blocks(decode(data, declared_charset(data))), limits)))


def html_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of the HTML source `text` in document order; none when it is blank. Raises
    Unreadable("broken") when it cannot be parsed."""
    return tree_blocks(parsed(text))


def parsed(text: str) -> etree._Element | None:
    """Parse the HTML source `text`; None when it is blank. Raises Unreadable("broken") when it cannot be parsed."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", "")
    if not text.strip():
        return None
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root: etree._Element = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable("broken") from fault
    return root


def tree_blocks(root: etree._Element | None) -> Iterator[Block]:
    """Yield the blocks of HTML that `parsed` has read, in document order."""
    walker = _HtmlWalker()
    if root is not None:
        yield from walker.walk(root, Mood())
        yield from walker.flush()


class _HtmlWalker:
    """The state of reading the tree of one HTML file. `line` is the text since the last line break."""

    def __init__(self) -> None:
        self.line = _Line()
        self.next_table = 0

    def walk(self, element: etree._Element, mood: Mood) -> Iterator[Block]:
        tag = element.tag.lower().rpartition(":")[2] if isinstance(element.tag, str) else ""
        style = element.get("style") or ""
        if not tag or tag in _SKIP or _HIDDEN.search(style):
            return
        if tag == "br":
            yield from self.flush()
            return
        inner = mood_of(tag, element, style, mood)
        breaks = tag in _BLOCKS
        if breaks:
            yield from self.flush()
        if tag == "table":
            yield from self._table(element, inner)
        else:
            if tag == "li":
                self.line.pieces.append((_marker(element) + " ", inner))
            if element.text:
                yield from self._text(element.text, inner, element)
            for child in element:
                yield from self.walk(child, inner)
                if child.tail:
                    yield from self._text(child.tail, inner, element)
        if breaks:
            yield from self.flush()

    def _text(self, text: str, mood: Mood, element: etree._Element) -> Iterator[Block]:
        if element.tag == "pre":
            for line in text.split("\n"):
                self.line.pieces.append((line, mood))
                yield from self.flush()
        else:
            self.line.pieces.append((text, mood))

    def _table(self, table: etree._Element, mood: Mood) -> Iterator[Block]:
        number, self.next_table = self.next_table, self.next_table + 1
        hanging: dict[int, int] = {}
        for row, tr in enumerate(_table_rows(table)):
            col = 0
            below = {c: left - 1 for c, left in hanging.items() if left > 1}
            for cell in tr:
                if cell.tag not in ("td", "th"):
                    continue
                while col in hanging:
                    col += 1
                yield from self.walk(cell, in_cell(mood, number, row, col))
                span = _span(cell.get("colspan"))
                rows = _span(cell.get("rowspan"))
                if rows > 1:
                    below.update(dict.fromkeys(range(col, col + span), rows - 1))
                col += span
            hanging = below

    def flush(self) -> Iterator[Block]:
        """Yield the collected line as a block, unless it has no text, and begin a new line."""
        # A line of the source is no line of the text.
        lines = [(piece.replace("\n", " "), mood) for piece, mood in self.line.pieces]
        pieces, self.line = without_note_numbers(lines, lambda mood: mood.raised), _Line()
        text = raw_line(
            "".join(in_capital_font(piece) if mood.capital_font else piece for piece, mood in pieces)
        )
        if not text or text == "-" and len(pieces) == 1:
            return
        weighted = [(len(piece.strip()), mood) for piece, mood in pieces]
        weight = sum(size for size, _ in weighted)
        mood = next(mood for piece, mood in pieces if raw_line(piece))
        kind = (
            "footnote"
            if mood.footnote
            else "cell"
            if mood.table is not None
            else "heading"
            if mood.level
            else "paragraph"
        )
        yield Block(
            text=text,
            kind=kind,
            level=mood.level,
            centered=mood.centered,
            bold=sum(s for s, m in weighted if m.bold) >= _HEAVY * weight > 0,
            italic=sum(s for s, m in weighted if m.italic) >= _HEAVY * weight > 0,
            table=mood.table,
            row=mood.row,
            col=mood.col,
        )


def _table_rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from (tr for tr in child if tr.tag == "tr")


def _span(text: str | None) -> int:
    return max(min(to_int(text) or 1, 1000), 1)


def _marker(li: etree._Element) -> str:
    parent = li.getparent()
    if parent is None or parent.tag != "ol":
        return "-"
    start, value = to_int(parent.get("start")), to_int(li.get("value"))
    before = sum(1 for one in li.itersiblings(preceding=True) if one.tag == "li")
    number = (1 if start is None else start) + before if value is None else value
    return format_number(number, _ORDERED.get(parent.get("type") or "1", "decimal")) + "."
