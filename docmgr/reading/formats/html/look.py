"""The format of HTML text: weight, slant, alignment and heading level, which an element passes on to
the elements inside it.

Only tags and style attributes are read; style sheets and classes are ignored, but for the class that Word gives to the
numbers of footnotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from docmgr.reading.letters.lines import CAPITAL_FONT

_BOLD, _ITALIC = {"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"}, {"i", "em"}
_STYLE_BOLD = re.compile(r"(?<![-\w])font-weight\s*:\s*(bold|[6-9]00|normal|[1-5]00)", re.I)
_STYLE_ITALIC = re.compile(r"(?<![-\w])font-style\s*:\s*(italic|normal)", re.I)
_STYLE_FONT = re.compile(r"font-family\s*:\s*[\"']?([^;,\"']+)", re.I)
_STYLE_RAISED = re.compile(r"vertical-align\s*:\s*(super|sub|baseline)", re.I)
_NOTE_NUMBER = re.compile(r"\bMso(?:Foot|End)noteReference\b")
_STYLE_ALIGN = re.compile(r"text-align\s*:\s*(\w+)", re.I)


@dataclass(frozen=True, slots=True)
class Mood:
    """The format of the text in an HTML element, which the element passes on to the elements inside it.
    `level` is the level of the heading that contains the element (1 to 6), or 0. `table`, `row` and `col`
    are the table cell that contains it, None outside tables. `footnote` is true inside a footnote, `capital_font` in an old
    font that shows small letters as capitals, and `raised` in superscript."""

    bold: bool = False
    italic: bool = False
    centered: bool = False
    level: int = 0
    table: int | None = None
    row: int | None = None
    col: int | None = None
    footnote: bool = False
    capital_font: bool = False
    raised: bool = False


def mood_of(tag: str, element: etree._Element, style: str, mood: Mood) -> Mood:
    """Compute the format inside an element from its `tag`, the text of its `style` attribute, and
    `mood`, the format around the element."""
    bold = mood.bold or tag in _BOLD
    weight = _STYLE_BOLD.search(style)
    if weight:
        bold = weight.group(1).lower() in ("bold", "600", "700", "800", "900")
    italic = mood.italic or tag in _ITALIC
    slant = _STYLE_ITALIC.search(style)
    if slant:
        italic = slant.group(1).lower() == "italic"
    align = _STYLE_ALIGN.search(style)
    said = align.group(1) if align else element.get("align")
    centered = said.lower() == "center" if said else tag == "center" or mood.centered
    level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else mood.level
    own_note = "mso-element:footnote;" in style + ";" or (element.get("id") or "").startswith("ftn")
    face = _STYLE_FONT.search(style)
    named = face.group(1) if face else element.get("face") if tag == "font" else None
    capital_font = CAPITAL_FONT.fullmatch(named.strip()) is not None if named else mood.capital_font
    return Mood(
        bold, italic, centered, level, mood.table, mood.row, mood.col, mood.footnote or own_note, capital_font,
        _raised(tag, element, style, mood),
    )  # fmt: skip


def _raised(tag: str, element: etree._Element, style: str, mood: Mood) -> bool:
    said = _STYLE_RAISED.search(style)
    if said:
        return said.group(1).lower() == "super"
    if tag in ("sup", "sub"):
        return tag == "sup"
    return mood.raised or _NOTE_NUMBER.search(element.get("class") or "") is not None


def in_cell(mood: Mood, table: int, row: int, col: int) -> Mood:
    """Compute the format at the beginning of the table cell (`table`, `row`, `col`). `mood` is the
    format around the table. Only its heading level is not passed on: it becomes 0."""
    return Mood(mood.bold, mood.italic, mood.centered, 0, table, row, col, mood.footnote, mood.capital_font, mood.raised)
