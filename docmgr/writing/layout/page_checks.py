"""Checks of the page: paper, margins, fonts, colours, page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmgr.writing.layout.checks import ALIGNMENTS, CLOSE, NEAR, Check, Found, at, lettered, number
from docmgr.writing.layout.sheet import LaidSheet, PageNumber

FONT = "times new roman"
_SIDES = {"left": "lề trái", "right": "lề phải", "top": "lề trên", "bottom": "lề dưới"}
_OLD = re.compile(r"\.vn|vni[- ]|\.tcvn|vn(?:i|times|arial)", re.IGNORECASE)
# A text of so many characters has a second page for certain: a page of lines at size 14 holds fewer.
_TWO_PAGES = 4_000


def paper(sheet: LaidSheet) -> Iterator[Found]:
    """A4, upright; sections with wide tables may lie."""
    for place, page in enumerate(sheet.pages):
        sides = sorted((page.width, page.height))
        where = "khổ giấy" if place == 0 else f"khổ giấy của phần {place + 1}"
        if abs(sides[0] - 210) > NEAR or abs(sides[1] - 297) > NEAR:
            yield Found(None, where, "A4 (210 mm x 297 mm)", f"{number(page.width)} mm x {number(page.height)} mm")


def margin(side: str, low: float, high: float) -> Check:
    """The margin of the first section is from `low` to `high` millimetres."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for page in sheet.pages[:1]:
            width = getattr(page, side)
            if not low - NEAR <= width <= high + NEAR:
                yield Found(None, _SIDES[side], f"{number(low)} - {number(high)} mm", f"{number(width)} mm")

    return check


def font(sheet: LaidSheet) -> Iterator[Found]:
    """Times New Roman everywhere. Signs without letters, such as bullets, may have fonts of their own."""
    for line in sheet.lines:
        wrong = sorted({run.look.font for run in lettered(line) if not run.look.font.lower().startswith(FONT) and not _OLD.match(run.look.font)})
        if wrong:
            yield at(line, "phông chữ Times New Roman", f"phông chữ {', '.join(wrong)}")


def old_encoding(sheet: LaidSheet) -> Iterator[Found]:
    """No fonts of the encodings before Unicode."""
    for line in sheet.lines:
        wrong = sorted({run.look.font for run in lettered(line) if _OLD.match(run.look.font)})
        if wrong:
            yield at(line, "bộ mã Unicode", f"phông chữ của bảng mã cũ: {', '.join(wrong)}")


def composed(sheet: LaidSheet) -> Iterator[Found]:
    """Letters with their marks are one character each."""
    for line in sheet.lines:
        if not line.composed:
            yield at(line, "chữ dựng sẵn (mỗi chữ cái có dấu là một ký tự)", "chữ tổ hợp (dấu rời)")


def colour(sheet: LaidSheet) -> Iterator[Found]:
    """Black."""
    for line in sheet.lines:
        wrong = sorted({run.look.colour for run in lettered(line) if run.look.colour not in (None, "000000")})
        if wrong:
            yield at(line, "chữ màu đen", f"màu {', '.join(f'#{one}' for one in wrong if one)}")


def _shown(sheet: LaidSheet) -> list[PageNumber]:
    return [one for one in sheet.numbers if not one.first]


def numbered(sheet: LaidSheet) -> Iterator[Found]:
    """A document of more than one page has page numbers."""
    if not _shown(sheet) and sum(len(line.words) for line in sheet.lines) > _TWO_PAGES:
        yield Found(None, "số trang", "đánh số trang từ trang 2", "không có số trang")


def number_on_top(sheet: LaidSheet) -> Iterator[Found]:
    """Page numbers stand in the top margin."""
    shown = _shown(sheet)
    if shown and not any(one.header for one in shown):
        yield Found(None, "số trang", "trong phần lề trên", "ở chân trang")


def number_centred(sheet: LaidSheet) -> Iterator[Found]:
    """Page numbers are centred."""
    for one in _shown(sheet)[:1]:
        if one.align != "center":
            yield Found(None, "số trang", "canh giữa", ALIGNMENTS.get(one.align, one.align))


def number_not_first(sheet: LaidSheet) -> Iterator[Found]:
    """The first page shows none."""
    if _shown(sheet) and (not sheet.first_differs or any(one.first for one in sheet.numbers)):
        yield Found(None, "số trang", "không hiển thị ở trang thứ nhất", "hiển thị ở trang thứ nhất")


def number_look(sheet: LaidSheet) -> Iterator[Found]:
    """Size 13 to 14, upright."""
    for one in _shown(sheet)[:1]:
        if not 13 - CLOSE <= one.look.size <= 14 + CLOSE:
            yield Found(None, "số trang", "cỡ chữ 13 đến 14", f"cỡ chữ {number(one.look.size)}")
        if one.look.italic:
            yield Found(None, "số trang", "chữ đứng", "chữ nghiêng")
