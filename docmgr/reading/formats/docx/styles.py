"""Styles of DOCX: what a run or a paragraph looks like.

Decides weight, alignment and outline level; list labels are made in docx_numbering, the walk through
the text is in docx_body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from docmgr.reading.formats import list_numbers

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off", "none")
_BASED_ON_DEPTH = 16
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """Formatting that matters for reading; None = not said here, ask the style it is based on."""

    bold: bool | None = None
    italic: bool | None = None
    caps: bool | None = None
    hidden: bool | None = None
    jc: str | None = None
    outline: int | None = None
    num_id: str | None = None
    num_level: int | None = None

    def over(self, base: Look) -> Look:
        """This look where it says something, the base elsewhere."""
        return Look(*(first(getattr(self, n), getattr(base, n)) for n in Look.__slots__))


def first(value: T | None, other: T | None) -> T | None:
    """The value, or the other one where it is None."""
    return other if value is None else value


def flag(parent: etree._Element | None, name: str) -> bool | None:
    """An on/off property: None where it is absent."""
    element = None if parent is None else parent.find(W + name)
    if element is None:
        return None
    return (element.get(W + "val") or "1").lower() not in _OFF


def value_of(parent: etree._Element | None, name: str) -> str | None:
    """w:val of a child element."""
    element = None if parent is None else parent.find(W + name)
    return None if element is None else element.get(W + "val")


def run_look(rpr: etree._Element | None) -> Look:
    """What a w:rPr says itself."""
    if rpr is None:
        return Look()
    return Look(
        bold=flag(rpr, "b"), italic=flag(rpr, "i"), caps=flag(rpr, "caps"), hidden=flag(rpr, "vanish")
    )


def paragraph_look(ppr: etree._Element | None) -> Look:
    """What a w:pPr says itself; its w:rPr formats only the paragraph mark and is left out."""
    if ppr is None:
        return Look()
    numbered = ppr.find(W + "numPr")
    return Look(
        jc=value_of(ppr, "jc"),
        outline=list_numbers.to_int(value_of(ppr, "outlineLvl")),
        num_id=value_of(numbered, "numId"),
        num_level=list_numbers.to_int(value_of(numbered, "ilvl")),
    )


class Styles:
    """Looks of the styles of a document, with what they are based on worked in."""

    def __init__(self, root: etree._Element | None) -> None:
        self._own: dict[str, Look] = {}
        self._base: dict[str, str] = {}
        self._name: dict[str, str] = {}
        self._cache: dict[str, Look] = {}
        self.default_paragraph = ""
        self.defaults = Look()
        if root is not None:
            self._load(root)

    def _load(self, root: etree._Element) -> None:
        rpr = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        ppr = root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")
        self.defaults = paragraph_look(ppr).over(run_look(rpr))
        for style in root.iter(W + "style"):
            key = style.get(W + "styleId") or ""
            self._own[key] = paragraph_look(style.find(W + "pPr")).over(run_look(style.find(W + "rPr")))
            self._base[key] = value_of(style, "basedOn") or ""
            self._name[key] = (value_of(style, "name") or "").lower()
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
                self.default_paragraph = key

    def look(self, key: str) -> Look:
        """The look of a style with all it is based on; unknown styles say nothing."""
        if key not in self._cache:
            look, at = Look(), key
            for _ in range(_BASED_ON_DEPTH):
                look = look.over(self._own.get(at, Look()))
                at = self._base.get(at, "")
                if not at:
                    break
            self._cache[key] = look
        return self._cache[key]

    def heading_level(self, key: str) -> int:
        """1 … 9 for Word's heading styles (by name), else 0."""
        match = re.fullmatch(r"heading ([1-9])", self._name.get(key, ""))
        return int(match.group(1)) if match else 0
