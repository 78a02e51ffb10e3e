"""Turn the pages of a PDF into lines. Words are joined to lines by their positions on the page.

This module decides which words are on one line, and which lines are running headers or page numbers. `zones`
and `layout` find columns and paragraphs.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# A hyphen at the end of a line, as pypdfium2 encodes it: "…-CP-" above "ĐCTUBTWMTTQVN".
BROKEN = "\ufffe"
_WORD = re.compile(rf"[^\s\x00{BROKEN}]+{BROKEN}?")
_CUT = re.compile(r"\w-$")
_SAME_LINE = 0.5
_WORD_GAP = 1.3
_JOIN_GAP = 0.7
_SUPERSCRIPT = 0.45
_MARKER = re.compile(r"(?:[-–—+•*o▪·]|\d{1,3}[.)]?|[a-zđ][.)]|[IVXLC]{1,6}[.)]|Điều\s\d+[a-zđ]?\.?)$")
# A blank left for a number or date: "Số:      /KH-UBND", "ngày      tháng 11 năm".
_BLANK_BEFORE = re.compile(r"(?:Số|ngày|tháng|năm)\W*$", re.I)
_BLANK_AFTER = re.compile(r"/|tháng\b|năm\b", re.I)
_PAGE_NUMBER = re.compile(
    r"(?:trang|page)?\W*(?:\d{1,4}|[ivxl]{1,6})\W*(?:(?:/|of|trên)\W*\d{1,4}\W*)?$", re.I
)
_EDGE = 0.13
_RUNNING_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class PdfLine:
    """The words of one line in one column. (x0, y0) and (x1, y1) are the lower left and upper right corners
    of its box, in points from the lower left corner of the page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    page: int
    bold: bool = False
    italic: bool = False

    @property
    def size(self) -> float:
        """The height of the line in points, at least 1."""
        return max(self.y1 - self.y0, 1.0)


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `rows` go from top to bottom; each is the lines side by side, from left to right. Sizes are in points."""

    number: int
    width: float
    height: float
    rows: tuple[tuple[PdfLine, ...], ...]


def page_lines(page: pdfium.PdfPage, number: int) -> Page:
    """Read the text of a PDF page as rows of lines. `number` is its page number."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        segments = list(_segments(textpage, number))
    finally:
        textpage.close()
    return Page(number, width, height, tuple(rows_of(segments)))


def _page_text(raw: ctypes.c_void_p, count: int) -> str:
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    written = pdfium_c.FPDFText_GetText(raw, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    text = buffer.raw[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    # Indexes of text and boxes agree only when every character is one code unit.
    codes = (pdfium_c.FPDFText_GetUnicode(raw, n) for n in range(count))
    return "".join(chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else " " for code in codes)


def _segments(textpage: pdfium.PdfTextPage, number: int) -> Iterable[PdfLine]:
    """Yield the pieces of lines on page `number`, in the order of the file. Close words on one baseline are one piece."""
    raw = textpage.raw
    count = pdfium_c.FPDFText_CountChars(raw)
    if count <= 0:
        return
    text = _page_text(raw, count).replace("\x02", BROKEN)
    measure = _Measure(raw)
    words: list[str] = []
    x0 = x1 = base = size = 0.0
    first = 0
    for match in _WORD.finditer(text):
        left, right, origin = measure.word(match.start(), match.end())
        along = abs(origin - base) < _SUPERSCRIPT * size and -0.5 * size <= left - x1 <= _WORD_GAP * size
        if words and along:
            # Two words that touch were separated by pypdfium2, not by a space.
            words.append(match.group() if left - x1 < 0.02 * size else " " + match.group())
            x1 = max(x1, right)
            continue
        if words:
            yield _line(raw, words, (x0, x1, base, size), number, first)
        words, first = [match.group()], match.start()
        x0, x1, base, size = left, right, origin, measure.size(match.start())
    if words:
        yield _line(raw, words, (x0, x1, base, size), number, first)


class _Measure:
    """The positions and font sizes of the characters of a page."""

    def __init__(self, raw: ctypes.c_void_p) -> None:
        self._raw = raw
        self._box, self._matrix = pdfium_c.FS_RECTF(), pdfium_c.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def word(self, start: int, end: int) -> tuple[float, float, float]:
        """Measure the characters with the indexes `start` to `end` - 1. Returns (left edge, right edge,
        baseline), in points."""
        pdfium_c.FPDFText_GetCharOrigin(self._raw, start, self._x, self._y)
        pdfium_c.FPDFText_GetLooseCharBox(self._raw, start, self._box)
        left = self._box.left
        if end - start > 1:
            pdfium_c.FPDFText_GetLooseCharBox(self._raw, end - 1, self._box)
        return left, max(self._box.right, left), self._y.value

    def size(self, index: int) -> float:
        """The font size of the character with this index, in points on the page."""
        scale = 1.0
        if pdfium_c.FPDFText_GetMatrix(self._raw, index, self._matrix):
            scale = math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return max(float(pdfium_c.FPDFText_GetFontSize(self._raw, index)) * scale, 1.0)


def _line(
    raw: ctypes.c_void_p, words: list[str], place: tuple[float, float, float, float], page: int, first: int
) -> PdfLine:
    x0, x1, base, size = place
    bold, italic = _font(raw, first + len(words[0]) // 2)
    if bold and len(words) > 2:
        bold = _font(raw, first + sum(map(len, words)) - 2)[0]
    return PdfLine("".join(words), x0, base - 0.2 * size, x1, base + 0.8 * size, page, bold, italic)


def _font(raw: ctypes.c_void_p, index: int) -> tuple[bool, bool]:
    """Read (bold, italic) for the character `index`; `raw` is pdfium's handle of the page's text."""
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    pdfium_c.FPDFText_GetFontInfo(raw, index, name, 128, flags)
    called = name.value.decode("utf-8", "replace").lower()
    heavy = "bold" in called or "black" in called or pdfium_c.FPDFText_GetFontWeight(raw, index) >= 600
    return heavy, "italic" in called or "oblique" in called


def rows_of(segments: Iterable[PdfLine]) -> Iterable[tuple[PdfLine, ...]]:
    """Yield the rows of a page from top to bottom, given the pieces of its lines in any order. A row is the lines that
    stand side by side, from left to right."""
    row: list[PdfLine] = []
    low = high = 0.0
    for line in sorted(segments, key=lambda one: -(one.y0 + one.y1)):
        overlap = min(high, line.y1) - max(low, line.y0)
        if row and overlap > _SAME_LINE * min(line.size, high - low):
            row.append(line)
            continue
        if row:
            yield _join_row(row)
        row, low, high = [line], line.y0, line.y1
    if row:
        yield _join_row(row)


def _join_row(row: Sequence[PdfLine]) -> tuple[PdfLine, ...]:
    joined: list[PdfLine] = []
    for line in sorted(row, key=lambda one: one.x0):
        if joined:
            before = joined[-1]
            gap = line.x0 - before.x1
            mark = len(row) == 2 and gap < 6 * line.size and _MARKER.match(before.text)
            blank = (
                gap < 10 * line.size and _BLANK_BEFORE.search(before.text) and _BLANK_AFTER.match(line.text)
            )
            if gap < _JOIN_GAP * min(line.size, before.size) or mark or blank:
                joined[-1] = _merged(before, line, "" if gap < 0.05 * line.size else " ")
                continue
        joined.append(line)
    return tuple(joined)


def _merged(left: PdfLine, right: PdfLine, between: str) -> PdfLine:
    return replace(
        left,
        text=left.text + between + right.text,
        x1=max(left.x1, right.x1),
        y0=min(left.y0, right.y0),
        y1=max(left.y1, right.y1),
        bold=left.bold and right.bold,
    )


def joined(lines: Iterable[PdfLine]) -> str:
    """Join the text of consecutive lines. After a hyphen at the end of a line no space is inserted."""
    text = ""
    for line in lines:
        between = "" if not text or _CUT.search(text) else " "
        text += between + line.text.replace(BROKEN, "-")
    return text


def without_margins(pages: Sequence[Page]) -> list[Page]:
    """Remove page numbers from the pages, and running headers and footers, which recur on many pages."""
    running = _running_texts(pages)
    kept = []
    for page in pages:
        edge = {id(row) for row in _edge_rows(page)}
        rows = [
            row for row in page.rows if id(row) not in edge or not (_is_number(row) or _key(row) in running)
        ]
        kept.append(replace(page, rows=tuple(rows)))
    return kept


def _edge_rows(page: Page) -> list[tuple[PdfLine, ...]]:
    """Choose from the first two and last two rows of the page those that are near its upper or lower edge."""
    if len(page.rows) < 2:
        return []
    candidates = page.rows[:2] + page.rows[-2:]
    return [
        row for row in candidates if row[0].y0 > (1 - _EDGE) * page.height or row[0].y1 < _EDGE * page.height
    ]


def _is_number(row: tuple[PdfLine, ...]) -> bool:
    return len(row) == 1 and len(row[0].text) < 20 and bool(_PAGE_NUMBER.match(row[0].text.strip()))


def _key(row: tuple[PdfLine, ...]) -> str:
    return re.sub(r"\d+", "#", " ".join(line.text for line in row))


def _running_texts(pages: Sequence[Page]) -> set[str]:
    counted = Counter(key for page in pages for key in {_key(row) for row in _edge_rows(page)})
    enough = max(3, _RUNNING_SHARE * len(pages))
    return {key for key, times in counted.items() if times >= enough}
