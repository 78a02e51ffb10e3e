"""Open ODF files (ODS, ODP) and read their paragraphs as plain lines, also those of their page headers, page footers and
masters of slides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from docmgr.reading.formats.list_numbers import to_int
from docmgr.reading.formats.odt import OFFICE, STYLE, TEXT
from docmgr.reading.formats.ooxml import Package, open_package, parse_xml
from docmgr.reading.letters.lines import raw_lines
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block

PARAGRAPHS = frozenset({TEXT + "p", TEXT + "h"})
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_BREAKS = {TEXT + "tab": " ", TEXT + "line-break": "\n"}
_MAX_SPACES = 100


def open_body(path: Path, body: str, limits: ReadingLimits) -> tuple[etree._Element, tuple[Block, ...]]:
    """Open the ODF file at `path` within `limits`. Returns the element that contains its content, and the lines of its page
    headers, page footers and masters of slides. `body` is the name of the element, such as "spreadsheet". Raises Unreadable
    when the file is encrypted, broken or too large."""
    package = open_package(path, limits)
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("encrypted")
    found = parse_xml(package.read_xml("content.xml")).find(f"{OFFICE}body/{OFFICE}{body}")
    if found is None:
        raise Unreadable("broken")
    return found, tuple(dict.fromkeys((*_edges(package), *_declared(found))))


def _edges(package: Package) -> Iterator[Block]:
    """Yield the lines that master pages print: page headers and footers of sheets, and shapes of slides that are no frames for
    the text of slides."""
    if not package.has("styles.xml"):
        return
    for master in parse_xml(package.read_xml("styles.xml")).iter(STYLE + "master-page"):
        for paragraph in master.iter(*PARAGRAPHS):
            above = list(paragraph.iterancestors())
            if any(element.get(PRESENTATION + "placeholder") == "true" or _is_prompt(element) for element in above):
                continue
            kind = "header" if any("header" in etree.QName(element).localname for element in above) else "footer"
            yield from (Block(line, kind) for line in raw_lines(line_of(paragraph)))


def _is_prompt(element: etree._Element) -> bool:
    """Whether an element of a master is the frame of a title or of text, whose words only tell people what to write."""
    return element.get(PRESENTATION + "class") in ("title", "subtitle", "outline", "notes", "page")


def _declared(body: etree._Element) -> Iterator[Block]:
    """Yield the header and footer texts that a presentation declares once for all slides."""
    for name in ("header", "footer"):
        for declared in body.iter(f"{PRESENTATION}{name}-decl"):
            yield from (Block(line, name) for line in raw_lines(declared.text or ""))


def line_of(paragraph: etree._Element) -> str:
    """Read the text of a paragraph; a line break in it is a "\\n". Comments are left out."""
    return "".join(_pieces(paragraph))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == TEXT + "s":
            yield " " * min(to_int(child.get(TEXT + "c")) or 1, _MAX_SPACES)
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif isinstance(child.tag, str) and child.tag != OFFICE + "annotation":
            yield from _pieces(child)
        yield child.tail or ""
