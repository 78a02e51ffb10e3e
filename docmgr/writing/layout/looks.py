"""The effective format of runs and paragraphs of a DOCX: what they set themselves, else their style and the styles it is based on, else
the defaults of the document, else what Word takes when nothing is said.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

# A circle of styles ends here; Word allows no deeper chains either.
_DEPTH = 16
_OFF = ("0", "false", "off", "none")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NO_FONT, _NO_SIZE = "Times New Roman", 10.0
_THEME = "http://schemas.openxmlformats.org/drawingml/2006/main"
ALIGNED = {"start": "left", "end": "right", "distribute": "both", "justify": "both"}


@functools.cache
def qn(name: str) -> str:
    """The name of an element or attribute as lxml has it: "w:p". The library has this too, but every process of the site would load it."""
    return f"{{{_W}}}{name.removeprefix('w:')}"


@dataclass(frozen=True, slots=True)
class RunLook:
    """How a run looks. `size` is in points; `colour` is six hexadecimal digits, or None for the automatic one. `raised` is super- or
    subscript."""

    font: str
    size: float
    bold: bool
    italic: bool
    underlined: bool
    capitals: bool
    colour: str | None
    hidden: bool
    raised: bool


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """How a paragraph looks. `align` is left, center, right or both. `first`, `left` and `right` are indents in millimetres, `before` and `after`
    spaces in points. `lines` is the space between lines: a factor where `exact` is None; otherwise `exact` is the height in points, or with
    `at_least` the lowest one."""

    align: str
    first: float
    left: float
    before: float
    after: float
    lines: float
    exact: float | None
    at_least: bool
    contextual: bool
    listed: bool
    bordered: bool
    right: float = 0.0


class Looks:
    """Finds the effective formats in one document. `styles` is the element w:styles, `theme` the one of the theme; None where a document
    has none."""

    def __init__(self, styles: Any | None, theme: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        self._chains: dict[tuple[str | None, str], tuple[Any, ...]] = {}
        self._default = ""
        self._fonts = _theme_fonts(theme)
        self._run_defaults = self._paragraph_defaults = None
        if styles is None:
            return
        self._run_defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._paragraph_defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}/{qn('w:pPr')}")
        for style in styles.iter(qn("w:style")):
            key = style.get(qn("w:styleId")) or ""
            self._styles[key] = style
            if style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on"):
                self._default = key

    def run(self, run: Any, paragraph: Any, table_style: str = "") -> RunLook:
        """The look of the run `run` (w:r) in the paragraph `paragraph` (w:p), which stands in a table with the style `table_style`."""
        own = run.find(qn("w:rPr"))
        chain = [own, *self._chain(_val(own, "rStyle"), "rPr"), *self._chain(self._style_of(paragraph), "rPr")]
        chain = [one for one in (*chain, *self._chain(table_style, "rPr"), self._run_defaults) if one is not None]
        colour = _first(chain, "color", "val")
        underline = _first(chain, "u", "val")
        return RunLook(
            font=self._font(chain),
            size=_number(_first(chain, "sz", "val"), _NO_SIZE * 2) / 2,
            bold=_flag(chain, "b"),
            italic=_flag(chain, "i"),
            underlined=underline not in (None, "none"),
            capitals=_flag(chain, "caps"),
            colour=None if colour in (None, "auto") else str(colour).upper(),
            hidden=_flag(chain, "vanish"),
            raised=_first(chain, "vertAlign", "val") in ("superscript", "subscript"),
        )

    def paragraph(self, paragraph: Any, table_style: str = "") -> ParagraphLook:
        """The look of the paragraph `paragraph` (w:p), which stands in a table with the style `table_style`."""
        chain = [paragraph.find(qn("w:pPr")), *self._chain(self._style_of(paragraph), "pPr"), *self._chain(table_style, "pPr")]
        chain = [one for one in (*chain, self._paragraph_defaults) if one is not None]
        align = str(_first(chain, "jc", "val") or "left")
        first = _twips(chain, "ind", "firstLine") if _first(chain, "ind", "firstLine") is not None else -_twips(chain, "ind", "hanging")
        height, rule = _number(_first(chain, "spacing", "line"), 240.0), _first(chain, "spacing", "lineRule")
        lists = (one.find(qn("w:numPr")) for one in chain)
        numbered = next((one for one in lists if one is not None), None)
        borders = (one.find(f"{qn('w:pBdr')}/{qn('w:bottom')}") for one in chain)
        border = next((one for one in borders if one is not None), None)
        return ParagraphLook(
            align=ALIGNED.get(align, align),
            first=_mm(first),
            left=_mm(_twips(chain, "ind", "left") or _twips(chain, "ind", "start")),
            before=_space(chain, "before"),
            after=_space(chain, "after"),
            lines=height / 240 if rule in (None, "auto") else 0.0,
            exact=None if rule in (None, "auto") else height / 20,
            at_least=rule == "atLeast",
            contextual=_flag(chain, "contextualSpacing"),
            listed=numbered is not None and _val(numbered, "numId") not in (None, "0"),
            bordered=border is not None and border.get(qn("w:val")) not in ("nil", "none"),
            right=_mm(_twips(chain, "ind", "right") or _twips(chain, "ind", "end")),
        )

    def _style_of(self, paragraph: Any) -> str:
        return _val(paragraph.find(qn("w:pPr")), "pStyle") or self._default

    def _chain(self, key: str | None, part: str) -> tuple[Any, ...]:
        """The properties `part` of the style `key` and of those it is based on, the nearest first."""
        kept = self._chains.get((key, part))
        if kept is None:
            kept = self._chains[key, part] = tuple(self._followed(key, part))
        return kept

    def _followed(self, key: str | None, part: str) -> Iterator[Any]:
        for _ in range(_DEPTH):
            style = self._styles.get(key or "")
            if style is None:
                return
            found = style.find(qn(f"w:{part}"))
            if found is not None:
                yield found
            key = _val(style, "basedOn")

    def _font(self, chain: list[Any]) -> str:
        for properties in chain:
            fonts = properties.find(qn("w:rFonts"))
            for side in ("ascii", "hAnsi") if fonts is not None else ():
                themed = fonts.get(qn(f"w:{side}Theme"))
                named = self._fonts.get(str(themed)[:5]) if themed else fonts.get(qn(f"w:{side}"))
                if named:
                    return str(named)
        return _NO_FONT


def _theme_fonts(theme: Any | None) -> dict[str, str]:
    """The Latin fonts of a theme, by the first letters of their names in a document: "minor" and "major"."""
    found: dict[str, str] = {}
    if theme is None:
        return found
    for kind in ("major", "minor"):
        latin = theme.find(f".//{{{_THEME}}}{kind}Font/{{{_THEME}}}latin")
        if latin is not None and latin.get("typeface"):
            found[kind] = latin.get("typeface")
    return found


def parsed(data: bytes) -> Any | None:
    """The root of a part that the library keeps as bytes, such as the theme; None when it is no good XML."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def whole(text: str | None) -> int | None:
    """The whole number that an attribute has; None for anything else, also for one that no measure of a page has."""
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", text) else None


def _val(parent: Any | None, name: str) -> str | None:
    child = None if parent is None else parent.find(qn(f"w:{name}"))
    return None if child is None else child.get(qn("w:val"))


def _first(chain: list[Any], name: str, attribute: str) -> str | None:
    """The attribute of the first element `name` that has it. Attributes inherit one by one: a style may set the space before, and its
    base the space after."""
    for properties in chain:
        child = properties.find(qn(f"w:{name}"))
        value = None if child is None else child.get(qn(f"w:{attribute}"))
        if value is not None:
            return str(value)
    return None


def _flag(chain: list[Any], name: str) -> bool:
    for properties in chain:
        child = properties.find(qn(f"w:{name}"))
        if child is not None:
            return (child.get(qn("w:val")) or "1").lower() not in _OFF
    return False


def _space(chain: list[Any], side: str) -> float:
    """The space before or after in points. The automatic space of web pages is 14 points."""
    if (_first(chain, "spacing", f"{side}Autospacing") or "0") not in _OFF:
        return 14.0
    return _twips(chain, "spacing", side) / 20


def _twips(chain: list[Any], name: str, attribute: str) -> float:
    return _number(_first(chain, name, attribute), 0.0)


def _mm(twips: float) -> float:
    return twips / 1440 * 25.4


def _number(text: str | None, missing: float) -> float:
    try:
        return float(text) if text is not None else missing
    except ValueError:
        return missing
