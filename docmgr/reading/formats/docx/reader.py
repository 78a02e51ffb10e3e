"""Read DOCX files: page headers (each distinct line once), the body in document order, notes, and footers.

This module decides which parts of the zip package are text and in which order they come. It also reads ISO
Strict files and packages without core properties. Macros, external links and embedded objects are never
followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from docmgr.reading.formats import blocks
from docmgr.reading.formats.docx.body import BlockContext, Walker
from docmgr.reading.formats.docx.numbering import load_numbering
from docmgr.reading.formats.docx.styles import Styles, W
from docmgr.reading.formats.ooxml import Package, open_package, parse_xml, stream_children
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.notes import MACROS, Remark, note
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


def read_docx(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the DOCX file at `path` within `limits`. Raises Unreadable when it is damaged, encrypted, too large or
    otherwise not readable."""
    package = open_package(path, limits)
    main = _main_part(package)
    relations = package.relations(main)
    walker = Walker(
        Styles(_optional(package, _related(relations, "styles"))),
        load_numbering(_optional(package, _related(relations, "numbering"))),
    )
    headers = _margins(package, walker, relations, "header")
    body = blocks.capped(walker.blocks(stream_children(package.read_xml(main), W + "body"), BlockContext()), limits)
    notes = [b for kind in ("footnotes", "endnotes") for b in _notes(package, walker, relations, kind)]
    footers = _margins(package, walker, relations, "footer")
    apart = tuple(dict.fromkeys(walker.apart))
    return PartContents("docx", (*headers, *body, *notes, *footers), notes=_remarks(package), apart=apart)


def _main_part(package: Package) -> str:
    for kind, target in package.relations("").values():
        if kind == "officeDocument" and package.has(target):
            return target
    for name in ("word/document.xml", "word/document2.xml", "document.xml"):
        if package.has(name):
            return name
    raise Unreadable("broken")


def _related(relations: dict[str, tuple[str, str]], kind: str) -> list[str]:
    return [target for found, target in relations.values() if found == kind]


def _optional(package: Package, parts: list[str]) -> etree._Element | None:
    """Read the root element of the first of `parts` that can be read; None when none can. A part with a DTD
    raises Unreadable("doctype")."""
    for part in parts:
        if package.has(part):
            try:
                return parse_xml(package.read_xml(part))
            except Unreadable as fault:
                if fault.code == "doctype":
                    raise
    return None


def _margins(
    package: Package, walker: Walker, relations: dict[str, tuple[str, str]], kind: str
) -> list[Block]:
    """Read the blocks of all page headers (`kind` is "header") or all page footers ("footer"). Each distinct
    text occurs once. Texts without a letter, such as page numbers, are left out. `relations` are the
    relationships of the main part."""
    seen: set[str] = set()
    kept: list[Block] = []
    for part in _related(relations, kind):
        root = _optional(package, [part])
        for block in walker.blocks(root, BlockContext(kind)) if root is not None else ():
            if block.text not in seen and any(c.isalpha() for c in block.text):
                seen.add(block.text)
                kept.append(block)
    return kept


def _notes(
    package: Package, walker: Walker, relations: dict[str, tuple[str, str]], kind: str
) -> Iterator[Block]:
    root = _optional(package, _related(relations, kind))
    for element in root if root is not None else ():
        if isinstance(element.tag, str) and element.get(W + "type") not in _SEPARATORS:
            yield from walker.blocks(element, BlockContext("footnote"))


def _remarks(package: Package) -> tuple[Remark, ...]:
    macros = any(name.endswith("vbaproject.bin") for name in package.names())
    return (note(MACROS),) if macros else ()
