"""How long words and drawn lines are, in millimetres, as far as a DOCX tells it without being laid out."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from docmgr.writing.layout.looks import whole

# The widths of the letters of Times New Roman in thousandths of their size; a letter with marks is as wide as its base.
_REGULAR = {
    180: "'", 200: "|", 250: " ,.", 278: "ijlt/:;\\", 333: "frI!()-[]`", 389: "sJ", 408: '"', 444: "acez?“”", 469: "^", 480: "{}", 541: "~", 556: "FPS",
    564: "+<=>", 611: "ELTZ", 667: "BCR", 722: "wADGHKNOQUVXY", 778: "m&", 833: "%", 889: "M", 921: "@", 944: "W", 1000: "—…",
}  # fmt: skip
_BOLD = {
    220: "|", 250: " ,.", 278: "il'/\\", 333: "fjt!()-:;[]`", 389: "sI", 394: "{}", 444: "cerz", 520: "~", 555: '"', 556: "bdhknpqS", 570: "+<=>", 581: "^",
    611: "FP", 667: "BELTZ", 722: "wACDNRUVXY", 778: "GHKOQ", 833: "m&", 930: "@", 944: "M", 1000: "W%—…",
}  # fmt: skip
_WIDTHS = {False: {one: width for width, every in _REGULAR.items() for one in every}, True: {one: width for width, every in _BOLD.items() for one in every}}
_OTHER = 500
_BASES = str.maketrans("ĐđƠơƯư", "DdOoUu")
# Super- and subscripts are so much smaller.
_RAISED = 0.65
_MM_PER_POINT = 25.4 / 72
# How long a rule is as a share of the words above it: between a third and a half. The size of a row of underscores, and how long one may be.
RULE_SHARE, RULE_SIZE, _LONGEST_ROW = 0.42, 6, 60
_EMU_PER_MM = 36_000
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_STRAIGHT = ("line", "straightConnector1")
_UNITS = {"pt": _MM_PER_POINT, "in": 25.4, "mm": 1.0, "cm": 10.0, "px": 25.4 / 96, "": 25.4 / 96}
_MEASURE = re.compile(r"(-?[\d.]{1,12})(pt|in|mm|cm|px|)")


def words_mm(words: str, size: float, bold: bool, raised: bool = False) -> float:
    """How long the words are on one line, in Times New Roman of this size in points."""
    bases = "".join(one for one in unicodedata.normalize("NFD", words.translate(_BASES)) if not unicodedata.combining(one)).translate(_BASES)
    widths = _WIDTHS[bold]
    return sum(widths.get(one, _OTHER) for one in bases) / 1000 * size * (_RAISED if raised else 1.0) * _MM_PER_POINT


def rule_row(words: str) -> str:
    """The row of underscores of the size RULE_SIZE that is the rule below these words in bold, whatever their size is from 12 to 14."""
    return "_" * round(min(RULE_SHARE * words_mm(words, 13, True), _LONGEST_ROW) / words_mm("_", RULE_SIZE, False))


def drawn_lines(paragraph: Any) -> list[float | None]:
    """The lengths of the straight lines that are tied to a paragraph; None for one whose length is not told. A drawing that is kept twice,
    for new and for old programs, counts once."""
    found = [_extent(shape) for shape in paragraph.iter(_A + "prstGeom") if shape.get("prst") in _STRAIGHT]
    old = [_vml(shape) for shape in paragraph.iter(_V + "line", _V + "shape") if shape.tag == _V + "line" or (shape.get("type") or "").endswith("_t32")]
    return found or old


def _extent(shape: Any) -> float | None:
    for around in shape.iterancestors(_DRAWING + "anchor", _DRAWING + "inline"):
        extent = around.find(_DRAWING + "extent")
        width = whole(extent.get("cx")) if extent is not None else None
        return width / _EMU_PER_MM if width is not None else None
    return None


def _vml(shape: Any) -> float | None:
    begins, ends = (_MEASURE.match(shape.get(name) or "") for name in ("from", "to"))
    if begins is not None and ends is not None:
        return abs(_mm(ends) - _mm(begins))
    styled = re.search(rf"(?:^|;)\s*width:{_MEASURE.pattern}", shape.get("style") or "")
    return _mm(styled) if styled is not None else None


def _mm(measure: re.Match[str]) -> float:
    try:
        return float(measure[1]) * _UNITS[measure[2]]
    except ValueError:
        return 0.0
