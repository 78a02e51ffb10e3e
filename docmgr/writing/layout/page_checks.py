"""Checks of the page: paper, margins, fonts, colours, page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmgr.writing.layout.checks import ALIGNMENTS, CLOSE, NEAR, Check, Found, at, lettered, number
from docmgr.writing.layout.pages import PageNumber, PageSetup
from docmgr.writing.layout.sheet import LaidSheet

FONT = "times new roman"
_SIDES = {"left": "lề trái", "right": "lề phải", "top": "lề trên", "bottom": "lề dưới"}
OLD = re.compile(r"\.vn|vni[- ]|\.tcvn|vn(?:i|times|arial)", re.IGNORECASE)
# A text of so many characters has a second page for certain: a page of lines at size 14 holds fewer.
TWO_PAGES = 4_000
_DIGITS = {"roman": "chữ số La Mã", "letters": "chữ cái", "words": "chữ"}


def paper(sheet: LaidSheet) -> Iterator[Found]:
    """A4, upright; sections with wide tables may lie."""
    for place, page in enumerate(sheet.pages):
        sides = sorted((page.width, page.height))
        where = "khổ giấy" if place == 0 else f"khổ giấy của phần {place + 1}"
        if abs(sides[0] - 210) > NEAR or abs(sides[1] - 297) > NEAR:
            yield Found(None, where, "A4 (210 mm x 297 mm)", f"{number(page.width)} mm x {number(page.height)} mm")


def margin(side: str, low: float, high: float) -> Check:
    """The margin of each section is from `low` to `high` millimetres. A later section that lies may have its margins turned with the page."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for place, page in enumerate(sheet.pages):
            width = getattr(page, side)
            later = place and (not page.known or _is_turned(page))
            if not low - NEAR <= width <= high + NEAR and not later:
                yield Found(None, _SIDES[side] + _of_section(place), f"{number(low)} - {number(high)} mm", f"{number(width)} mm")

    return check


def _is_turned(page: PageSetup) -> bool:
    """Whether the page lies and is bound at its upper or lower edge."""
    edges = sorted((page.top, page.bottom))
    turned = (edges[0], 15, 20), (edges[1], 30, 35), (page.left, 20, 25), (page.right, 20, 25)
    return page.width > page.height and all(low - NEAR <= width <= high + NEAR for width, low, high in turned)


def _of_section(place: int) -> str:
    return f" của phần {place + 1}" if place else ""


def font(sheet: LaidSheet) -> Iterator[Found]:
    """Times New Roman everywhere. Signs without letters, such as bullets, may have fonts of their own."""
    for line in sheet.lines:
        wrong = sorted({run.look.font for run in lettered(line) if not run.look.font.lower().startswith(FONT) and not OLD.match(run.look.font)})
        if wrong:
            yield at(line, "phông chữ Times New Roman", f"phông chữ {', '.join(wrong)}")


def old_encoding(sheet: LaidSheet) -> Iterator[Found]:
    """No fonts of the encodings before Unicode."""
    for line in sheet.lines:
        wrong = sorted({run.look.font for run in lettered(line) if OLD.match(run.look.font)})
        if wrong:
            yield at(line, "bộ mã Unicode", f"phông chữ của bảng mã cũ: {', '.join(wrong)}")


def composed(sheet: LaidSheet) -> Iterator[Found]:
    """Letters with their marks are one character each."""
    for line in sheet.lines:
        if not line.composed:
            yield at(line, "chữ dựng sẵn (mỗi chữ cái có dấu là một ký tự)", "chữ tổ hợp (dấu rời)")


def colour(sheet: LaidSheet) -> Iterator[Found]:
    """Black; marks of urgency and secrecy are red."""
    for line in sheet.lines:
        if line.role == "mark":
            continue
        wrong = sorted({run.look.colour for run in lettered(line) if run.look.colour not in (None, "000000")})
        if wrong:
            yield at(line, "chữ màu đen", f"màu {', '.join(f'#{one}' for one in wrong if one)}")


def _shown(sheet: LaidSheet) -> Iterator[tuple[str, list[PageNumber]]]:
    """The page numbers of each section that has some of its own, but those of its first page: where they are, and the numbers."""
    places = sorted({one.section for one in sheet.numbers})
    for place in places:
        shown = [one for one in sheet.numbers if one.section == place and not one.first]
        if shown:
            yield "số trang" + (_of_section(place) if place != places[0] else ""), shown


def numbered(sheet: LaidSheet) -> Iterator[Found]:
    """A document of more than one page has page numbers."""
    if not any(_shown(sheet)) and sum(len(line.words) for line in sheet.lines) > TWO_PAGES:
        yield Found(None, "số trang", "đánh số trang từ trang 2", "không có số trang")


def number_on_top(sheet: LaidSheet) -> Iterator[Found]:
    """Page numbers stand in the top margin."""
    for where, shown in _shown(sheet):
        if not any(one.header for one in shown):
            yield Found(None, where, "trong phần lề trên", "ở chân trang")


def number_centred(sheet: LaidSheet) -> Iterator[Found]:
    """Page numbers are centred."""
    for where, shown in _shown(sheet):
        wrong = next((one.align for one in shown if one.align != "center"), None)
        if wrong is not None:
            yield Found(None, where, "canh giữa", ALIGNMENTS.get(wrong, wrong))


def number_not_first(sheet: LaidSheet) -> Iterator[Found]:
    """The first page shows none."""
    if any(_shown(sheet)) and (not sheet.first_differs or any(one.first and not one.section for one in sheet.numbers)):
        yield Found(None, "số trang", "không hiển thị ở trang thứ nhất", "hiển thị ở trang thứ nhất")


def number_digits(sheet: LaidSheet) -> Iterator[Found]:
    """Page numbers are in Arabic digits."""
    for where, shown in _shown(sheet):
        wrong = next((one.digits for one in shown if one.digits in _DIGITS), None)
        if wrong is not None:
            yield Found(None, where, "bằng chữ số Ả Rập", f"bằng {_DIGITS[wrong]}")


def number_from_one(sheet: LaidSheet) -> Iterator[Found]:
    """The first page is page 1."""
    begins = sheet.pages[0].first_number if sheet.pages else None
    if begins not in (None, 1) and any(_shown(sheet)):
        yield Found(None, "số trang", "đánh từ số 1", f"đánh từ số {begins}")


def number_look(sheet: LaidSheet) -> Iterator[Found]:
    """Size 13 to 14, upright."""
    for where, shown in _shown(sheet):
        size = next((one.look.size for one in shown if not 13 - CLOSE <= one.look.size <= 14 + CLOSE), None)
        if size is not None:
            yield Found(None, where, "cỡ chữ 13 đến 14", f"cỡ chữ {number(size)}")
        if any(one.look.italic for one in shown):
            yield Found(None, where, "chữ đứng", "chữ nghiêng")
