"""Read the words of a PDF page with their positions, and join close words on one baseline to pieces of lines.

This module decides which words are one piece. `lines` finds out which pieces are on one line.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docmgr.reading.formats.pdf.rules import Grid
from docmgr.reading.formats.raised import NUMBER, POWER

# A hyphen at the end of a line, as pypdfium2 encodes it: "…-CP-" above "ĐCTUBTWMTTQVN".
BROKEN = "\ufffe"
_WORD = re.compile(rf"[^\s\x00{BROKEN}]+{BROKEN}?")
_WORD_GAP = 1.3
_CUT = re.compile(r"\w-$")
_SMALL, _RAISED = 0.8, 0.15
_SUPERSCRIPT = 0.45
# A blank left for a number or date: "Số:      /KH-UBND", "ngày      tháng 11 năm".
BLANK_BEFORE = re.compile(r"(?<!\w)(?:Số|ngày|tháng|năm)\W*$", re.I)
BLANK_AFTER = re.compile(r"/|tháng\b|năm\b", re.I)


@dataclass(frozen=True, slots=True)
class PdfLine:
    """The words of one line in one column. (x0, y0) and (x1, y1) are the lower left and upper right corners
    of its box, in points from the lower left corner of the page. `filled` says that a stamp or form field has
    put the words on a blank of the page. `marks` are the numbers of footnotes that are raised in the line; they
    are not in `text`."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    page: int
    bold: bool = False
    italic: bool = False
    filled: bool = False
    marks: tuple[str, ...] = ()

    @property
    def size(self) -> float:
        """The height of the line in points, at least 1."""
        return max(self.y1 - self.y0, 1.0)


def joined(lines: Iterable[PdfLine]) -> str:
    """Join the text of consecutive lines. After a hyphen at the end of a line no space is inserted."""
    text = ""
    for line in lines:
        between = "" if not text or _CUT.search(text) else " "
        text += between + line.text.replace(BROKEN, "-")
    return text


def _page_text(raw: ctypes.c_void_p, count: int) -> str:
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    written = pdfium_c.FPDFText_GetText(raw, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    text = buffer.raw[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    # Indexes of text and boxes agree only when every character is one code unit.
    codes = (pdfium_c.FPDFText_GetUnicode(raw, n) for n in range(count))
    return "".join(chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else " " for code in codes)


def text_of(textpage: pdfium.PdfTextPage) -> str:
    """Read all characters of a page, with the indexes that pypdfium2 gives them. Empty for a page without text."""
    count = pdfium_c.FPDFText_CountChars(textpage.raw)
    return _page_text(textpage.raw, count) if count > 0 else ""


def segments(
    textpage: pdfium.PdfTextPage, number: int, text: str, grids: Sequence[Grid] = (), *, blanks: bool = False
) -> Iterable[PdfLine]:
    """Yield the pieces of lines on page `number`, in the order of the file. Close words on one baseline are one
    piece. `text` are the characters from `text_of`; those that the caller replaces by spaces are not read.
    Words on two sides of a line of `grids` are never one piece. With `blanks`, neither are those on two sides of a
    blank number or date, so that what a stamp has put there can come between them."""
    measure = _Measure(textpage.raw)
    piece: _Piece | None = None
    for match in _WORD.finditer(text.replace("\x02", BROKEN)):
        at = match.start()
        left, right, origin = measure.word(at, match.end())
        word, mark = _without_mark(match.group(), at, measure, piece)
        walled = piece and any(grid.separates(piece.x1, left, origin) for grid in grids)
        walled = walled or (blanks and piece and piece.has_blank_before(word))
        alone = mark and word[:1] != match.group()[0]
        if piece and not walled and (alone or piece.takes(left, origin)):
            piece.add(word, left, right)
        else:
            if piece:
                yield piece.line(textpage.raw, number)
            piece = _Piece([word], at, left, right, origin, measure.size(at))
        piece.marks += [mark] if mark else []
    if piece:
        yield piece.line(textpage.raw, number)


@dataclass(slots=True)
class _Piece:
    """A piece of a line that is being joined. `first` is the index of its first character."""

    words: list[str]
    first: int
    x0: float
    x1: float
    base: float
    size: float
    marks: list[str] = field(default_factory=list)

    def takes(self, left: float, origin: float) -> bool:
        """Whether a word that begins at `left` on the baseline `origin` continues the piece."""
        gap = left - self.x1
        near = -0.5 * self.size <= gap <= _WORD_GAP * self.size
        return near and abs(origin - self.base) < _SUPERSCRIPT * self.size

    def has_blank_before(self, word: str) -> bool:
        """Whether the piece and the next word are a number or date with a blank between them."""
        return bool(BLANK_AFTER.match(word) and BLANK_BEFORE.search(self.words[-1]))

    def has_above(self, left: float, origin: float, size: float) -> bool:
        """Whether a number of this size is raised behind the piece and is no power."""
        near = -0.5 * self.size <= left - self.x1 <= 0.5 * self.size
        raised = size < _SMALL * self.size and _RAISED * self.size < origin - self.base < self.size
        return near and raised and not POWER.search(self.words[-1])

    def add(self, word: str, left: float, right: float) -> None:
        """Add a word; two words that touch were separated by pypdfium2, not by a space."""
        self.words.append(word if left - self.x1 < 0.02 * self.size or not word else " " + word)
        self.x1 = max(self.x1, right)

    def line(self, raw: ctypes.c_void_p, page: int) -> PdfLine:
        """Make the line of page number `page`; `raw` is pdfium's handle of the text of that page."""
        words, base, size = self.words, self.base, self.size
        bold, italic = _font(raw, self.first + len(words[0]) // 2)
        if bold and len(words) > 2:
            bold = _font(raw, self.first + sum(map(len, words)) - 2)[0]
        text = "".join(words)
        return PdfLine(
            text,
            self.x0,
            base - 0.2 * size,
            self.x1,
            base + 0.8 * size,
            page,
            bold,
            italic,
            marks=tuple(self.marks),
        )


def _without_mark(word: str, at: int, measure: _Measure, piece: _Piece | None) -> tuple[str, str]:
    """Take the number of a footnote off the end of a word: (the word without it, the number). The number is "" when
    none is raised there. `at` is the index of the word's first character, and `piece` what stands before it."""
    found = None if word[-1].isalpha() else NUMBER.search(word)
    if found is None:
        return word, ""
    if found.start() == 0:
        left, _, origin = measure.word(at, at + 1)
        raised = piece is not None and piece.has_above(left, origin, measure.size(at))
        return (word[found.end() :], found["no"]) if raised else (word, "")
    for place in range(found.start("no"), found.end("no")):
        if measure.is_raised(at + place, at):
            cut = found.start() if place == found.start("no") else place
            power = POWER.search(word[:cut])
            return (word, "") if power else (word[:cut] + word[found.end() :], word[place : found.end("no")])
    return word, ""


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

    def is_raised(self, index: int, over: int) -> bool:
        """Whether the character `index` is small and raised, compared with the character `over`."""
        size, base = self.size(over), self.word(over, over + 1)[2]
        return self.size(index) < _SMALL * size and self.word(index, index + 1)[2] > base + _RAISED * size


def _font(raw: ctypes.c_void_p, index: int) -> tuple[bool, bool]:
    """Read (bold, italic) for the character `index`; `raw` is pdfium's handle of the page's text."""
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    pdfium_c.FPDFText_GetFontInfo(raw, index, name, 128, flags)
    called = name.value.decode("utf-8", "replace").lower()
    heavy = "bold" in called or "black" in called or pdfium_c.FPDFText_GetFontWeight(raw, index) >= 600
    return heavy, "italic" in called or "oblique" in called
