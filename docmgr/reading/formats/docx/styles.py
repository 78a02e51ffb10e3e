"""The styles of a DOCX: the format of a paragraph or a run (a stretch of text with one format).

This module finds weight, alignment and outline level. `numbering` makes the labels of lists, and
`body` reads the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from docmgr.reading.formats import list_numbers
from docmgr.reading.letters.lines import CAPITAL_FONT

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off", "none")
_BASED_ON_DEPTH = 16
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """The format of a run, paragraph or style, as far as reading needs it. A property that is None is
    inherited from the style. `jc` is the alignment and `outline` the outline level. `num_id` and
    `num_level` are the id of a list and a level of that list. `capital_font` says whether
    the font is an old one that shows small letters as capitals. `raised` says whether it is superscript."""

    bold: bool | None = None
    italic: bool | None = None
    caps: bool | None = None
    hidden: bool | None = None
    jc: str | None = None
    outline: int | None = None
    num_id: str | None = None
    num_level: int | None = None
    capital_font: bool | None = None
    raised: bool | None = None

    def over(self, base: Look) -> Look:
        """Return a copy of this format in which properties that are None are taken from `base`."""
        return Look(*(first(getattr(self, n), getattr(base, n)) for n in Look.__slots__))


def first(value: T | None, other: T | None) -> T | None:
    """Return `value`, or `other` when `value` is None."""
    return other if value is None else value


def flag(parent: etree._Element | None, name: str) -> bool | None:
    """Read the on/off property `name` of the XML element `parent`; None when the property or the element is
    absent."""
    element = None if parent is None else parent.find(W + name)
    if element is None:
        return None
    return (element.get(W + "val") or "1").lower() not in _OFF


def value_of(parent: etree._Element | None, name: str) -> str | None:
    """Read the attribute w:val of the child element `name`; None when there is no such child or no
    `parent`."""
    element = None if parent is None else parent.find(W + name)
    return None if element is None else element.get(W + "val")


def run_look(rpr: etree._Element | None) -> Look:
    """Read the format that the properties of a run (w:rPr) set. Without properties (None), nothing is
    set."""
    if rpr is None:
        return Look()
    return Look(
        bold=flag(rpr, "b"),
        italic=flag(rpr, "i"),
        caps=flag(rpr, "caps"),
        hidden=flag(rpr, "vanish"),
        capital_font=_capital_font(rpr.find(W + "rFonts")),
        raised=_raised(value_of(rpr, "vertAlign")),
    )


def _capital_font(fonts: etree._Element | None) -> bool | None:
    named = None if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi")
    return None if named is None else CAPITAL_FONT.fullmatch(named) is not None


def _raised(aligned: str | None) -> bool | None:
    return None if aligned is None else aligned == "superscript"


def paragraph_look(ppr: etree._Element | None) -> Look:
    """Read the format that the properties of a paragraph (w:pPr) set; None sets nothing. A w:rPr inside
    only formats the invisible paragraph mark and is ignored."""
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
    """The formats that the styles of a document set. A style inherits from the style on which it is
    based."""

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
        """Return the format of the style with the id `key`, including what the style inherits. An unknown
        style sets nothing."""
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
        """The heading level of the style with the id `key`: 1 to 9 if it is one of Word's heading styles
        (known by its name), else 0."""
        match = re.fullmatch(r"heading ([1-9])", self._name.get(key, ""))
        return int(match.group(1)) if match else 0
