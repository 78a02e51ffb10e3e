"""The rules of annexes, of the words "(Kèm theo …)", and of the stamp of a signed file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from docmgr.writing.layout.checks import Found, aligned, at, bold, capitals, italic, sized, small, upright
from docmgr.writing.layout.page_checks import TWO_PAGES
from docmgr.writing.layout.parts.annex_roles import HEAD, annexes
from docmgr.writing.layout.rules import rows
from docmgr.writing.layout.sheet import LaidLine, LaidSheet

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_TENS = ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")
# No reference is longer, and what a file says may be of any length.
_MOST = 1_200
_BLANK = re.compile(r"[\s….\d]*[….][\s….\d]*")
_WHOLE = re.compile(r"\(Kèm theo .*\bsố\b.*\bngày\b.*\btháng\b.*\bnăm\b.*\bcủa\b.*\)\W*\d?", re.IGNORECASE)


def roman(value: int) -> str:
    """Write a number below 100 in Roman digits."""
    return _TENS[value // 10 % 10] + _ROMAN[value % 10]


def numbered(sheet: LaidSheet) -> Iterator[Found]:
    """Two annexes and more have Roman numbers in their order, in a file of their own from any on; a single one, whose others may be in other files, has a
    Roman one or none."""
    found = annexes(sheet)
    first = _ordinal(found[0].head) if found and sheet.attached else ""
    for place, annex in enumerate(found, next((value for value in range(1, 100) if roman(value) == first), 1)):
        said = _ordinal(annex.head)
        if _BLANK.fullmatch(said) or (len(found) == 1 and (not said or re.fullmatch("[IVXLC]+", said))):
            continue
        if said != roman(place):
            yield at(annex.head, f"“Phụ lục {roman(place)}”" if len(found) > 1 else "số thứ tự bằng chữ số La Mã", f"“{annex.head.words[:20]}”")


def _ordinal(head: LaidLine) -> str:
    named = HEAD.match(head.words)
    return (named["no"] or "").strip() if named is not None else ""


def small_word(sheet: LaidSheet) -> Iterator[Found]:
    """The word is in small letters."""
    for line in sheet.of("annex_head"):
        if line.shown.strip()[:7].isupper():
            yield at(line, "“Phụ lục” bằng chữ in thường", f"“{line.shown.strip()[:7]}”")


def on_own_line(sheet: LaidSheet) -> Iterator[Found]:
    """The word and the number stand on a line of their own."""
    for line in sheet.of("annex_head"):
        if HEAD.fullmatch(line.words) is None:
            yield at(line, "“Phụ lục” và số thứ tự thành một dòng riêng", "cùng dòng với tên phụ lục")


def referred(sheet: LaidSheet) -> Iterator[Found]:
    """Each annex says below its title which document it belongs to."""
    for annex in annexes(sheet):
        if not annex.reference:
            yield at(annex.head, "“(Kèm theo … số … ngày … tháng … năm … của …)” dưới tên phụ lục", "không thấy")


def below_title(sheet: LaidSheet) -> Iterator[Found]:
    """The reference stands below the title."""
    for annex in annexes(sheet):
        if annex.title and annex.reference and annex.reference[0].paragraph < annex.title[0].paragraph:
            yield at(annex.reference[0], "dưới tên phụ lục", "trên tên phụ lục")


def whole_reference(sheet: LaidSheet) -> Iterator[Found]:
    """The reference names the number, the day and the agency; all three may be blank. Legislation writes it in its own way."""
    lines = sheet.of("reference")
    starts = [place for place, line in enumerate(lines) if line.words.startswith("(") or place == 0]
    for start, stop in pairwise([*starts, len(lines)]):
        said = " ".join(line.words for line in lines[start:stop])[:_MOST]
        if not sheet.law and "QCVN" not in said and _WHOLE.fullmatch(said) is None:
            yield at(lines[start], "“(Kèm theo <tên loại> số … ngày … tháng … năm … của …)”", f"“{said}”")


def mentioned(sheet: LaidSheet) -> Iterator[Found]:
    """The document says that it has an annex."""
    found = annexes(sheet)
    behind = ("annex", "annex_head", "annex_title", "reference")
    if found and not sheet.attached and not any(re.search("phụ lục|kèm theo", line.words, re.IGNORECASE) for line in sheet.lines if line.role not in behind):
        yield at(found[0].head, "có chỉ dẫn về phụ lục trong văn bản", "văn bản không nói đến phụ lục")


def counted_apart(sheet: LaidSheet) -> Iterator[Found]:
    """The pages of each annex are counted from one: it is a section of its own. Shorter annexes may have one page, which shows no number."""
    long = [annex for annex in annexes(sheet) if annex.letters > TWO_PAGES]
    restarts = sum(page.first_number is not None for page in sheet.pages[1:])
    if long and sheet.numbers and not sheet.attached and not restarts:
        yield at(long[0].head, "đánh số trang riêng cho từng phụ lục", "đánh số trang tiếp theo văn bản")


ANNEXES = (
    *rows(
        "III.1.a", "Trường hợp văn bản có Phụ lục kèm theo thì trong văn bản phải có chỉ dẫn về Phụ lục đó; văn bản có từ hai Phụ lục trở lên thì các Phụ lục phải được đánh "
        "số thứ tự bằng chữ số La Mã.",
        annex__mentioned=mentioned, annex__number=numbered,
    ),
    *rows(
        "III.1.b", "Từ “Phụ lục” và số thứ tự của Phụ lục: thành một dòng riêng, canh giữa, bằng chữ in thường, cỡ chữ 14, kiểu chữ đứng, đậm.",
        annex__line=on_own_line, annex__small=small_word, annex__size=sized(14, 14, "annex_head"), annex__bold=bold("annex_head"),
        annex__upright=upright("annex_head"), annex__centred=aligned("center", "annex_head"),
    ),
    *rows(
        "III.1.b", "Tên Phụ lục (nếu có): canh giữa, bằng chữ in hoa, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm.",
        annex_title__capitals=capitals("annex_title"), annex_title__size=sized(13, 14, "annex_title"), annex_title__bold=bold("annex_title"),
        annex_title__upright=upright("annex_title"), annex_title__centred=aligned("center", "annex_title"),
    ),
    *rows(
        "III.1.c", "Thông tin chỉ dẫn kèm theo văn bản trên mỗi Phụ lục gồm số, ký hiệu, thời gian ban hành và tên cơ quan ban hành văn bản; canh giữa phía dưới tên của "
        "Phụ lục, chữ in thường, cỡ chữ từ 13 đến 14, kiểu chữ nghiêng, màu đen.",
        reference__present=referred, reference__below=below_title, reference__words__advice=whole_reference, reference__small=small("reference"),
        reference__size=sized(13, 14, "reference"), reference__italic=italic("reference"), reference__centred=aligned("center", "reference"),
    ),
    *rows(
        "III.1.d", "Thông tin ký số trên tệp kèm theo (số và ký hiệu văn bản; thời gian ký): phông chữ Times New Roman, chữ in thường, kiểu chữ đứng, cỡ chữ 10, màu đen.",
        stamp__size=sized(10, 10, "stamp"), stamp__upright=upright("stamp"),
    ),
    *rows("III.1.đ", "Số trang của Phụ lục được đánh số riêng theo từng Phụ lục.", annex__pages=counted_apart),
)  # fmt: skip
