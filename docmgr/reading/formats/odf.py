"""Open ODF files (ODS, ODP) and read their paragraphs as plain lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from docmgr.reading.formats.list_numbers import to_int
from docmgr.reading.formats.odt import OFFICE, TEXT
from docmgr.reading.formats.ooxml import open_package, parse_xml
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable

PARAGRAPHS = frozenset({TEXT + "p", TEXT + "h"})
_BREAKS = {TEXT + "tab": " ", TEXT + "line-break": "\n"}
_MAX_SPACES = 100


def open_body(path: Path, body: str, limits: ReadingLimits) -> etree._Element:
    """Open the ODF file at `path` within `limits`, and return the element that contains its content. `body` is the
    name of this element, such as "spreadsheet". Raises Unreadable when the file is encrypted, broken or too large."""
    package = open_package(path, limits)
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("encrypted")
    found = parse_xml(package.read_xml("content.xml")).find(f"{OFFICE}body/{OFFICE}{body}")
    if found is None:
        raise Unreadable("broken")
    return found


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
