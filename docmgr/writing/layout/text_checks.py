"""Checks of dates and numbers, of the running text, and of the end of a document."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise

from docmgr.writing.layout.checks import ALIGNMENTS, Check, Found, at, lettered, number
from docmgr.writing.layout.sheet import LaidLine, LaidSheet

PARAGRAPHS = ("text", "article", "clause", "point", "basis")
INDENTS = (10.0, 12.7)
_INDENT_NEAR = 0.35
GAP, _GAP_NEAR = 6.0, 0.05
# The height of a single line of Times New Roman, as a factor of its size.
_SINGLE = 1.15
_LOWEST, _HIGHEST = 0.97, 1.53
# A paragraph of so many characters surely has more than one line; in a shorter one alignment does not show.
_SEVERAL_LINES = 95
_BLANK = r"[\s.…_/]*"
_DAY = re.compile(rf"(?P<place>.+?)\s*,\s*ngày\s*(?P<day>\d*|{_BLANK})\s*tháng\s*(?P<month>\d*|{_BLANK})\s*năm\s*(?P<year>\d*|{_BLANK})\.?")
_SERIAL = re.compile(r"số\s*:?\s*(\d)\s*/", re.IGNORECASE)
_TITLES = re.compile(r"(?:GS|PGS|TS|ThS|Th\.S|CN|KS|BS|ThạcSĩ|Thạc sĩ|Tiến sĩ|Giáo sư|Phó Giáo sư|Cử nhân|Kỹ sư|NGND|NGƯT)\b[.\s]", re.IGNORECASE)


def date_form(sheet: LaidSheet) -> Iterator[Found]:
    """Place, comma, and the day in words."""
    for line in sheet.of("date"):
        if _DAY.fullmatch(line.words) is None or line.words[:1].islower():
            yield at(line, "“Địa danh, ngày … tháng … năm …”", f"“{line.words}”")


def date_zero(sheet: LaidSheet) -> Iterator[Found]:
    """Days below 10 and the months 1 and 2 have a zero in front."""
    for line, parts in _dates(sheet):
        for name, word, highest in (("day", "ngày", 9), ("month", "tháng", 2)):
            if parts[name].isdigit() and len(parts[name]) == 1 and int(parts[name]) <= highest:
                yield at(line, f"{word} 0{parts[name]}", f"{word} {parts[name]}")


def date_no_zero(sheet: LaidSheet) -> Iterator[Found]:
    """The months 3 to 9 need none."""
    for line, parts in _dates(sheet):
        if re.fullmatch("0[3-9]", parts["month"]):
            yield at(line, f"tháng {parts['month'][1]}", f"tháng {parts['month']}")


def date_real(sheet: LaidSheet) -> Iterator[Found]:
    """The day exists."""
    for line, parts in _dates(sheet):
        if all(parts[name].isdigit() for name in ("day", "month", "year")):
            try:
                dt.date(*(int(parts[name]) for name in ("year", "month", "day")))
            except (ValueError, OverflowError):
                yield at(line, "một ngày có thật", f"ngày {parts['day']} tháng {parts['month']} năm {parts['year']}")


def _dates(sheet: LaidSheet) -> Iterator[tuple[LaidLine, dict[str, str]]]:
    for line in sheet.of("date"):
        found = _DAY.fullmatch(line.words)
        if found is not None:
            yield line, {name: found[name].strip() for name in ("day", "month", "year")}


def serial_zero(sheet: LaidSheet) -> Iterator[Found]:
    """Serial numbers below 10 have a zero in front."""
    for line in sheet.of("number"):
        found = _SERIAL.match(line.words)
        if found is not None:
            yield at(line, f"0{found[1]}", found[1])


def left_of_state(sheet: LaidSheet) -> Iterator[Found]:
    """The name of the State stands on the right."""
    for line in sheet.of("state"):
        names = [one for one in sheet.of("agency") if one.cell is not None and line.cell is not None and one.cell[0] == line.cell[0]]
        if names and line.cell is not None and names[0].cell is not None and names[0].cell[2] > line.cell[2]:
            yield at(line, "ở bên phải trang", "ở bên trái trang")


def justified(sheet: LaidSheet) -> Iterator[Found]:
    """Paragraphs of several lines reach both margins."""
    for line in sheet.of(*PARAGRAPHS):
        if line.look.align != "both" and len(line.words) > _SEVERAL_LINES:
            yield at(line, ALIGNMENTS["both"], ALIGNMENTS.get(line.look.align, line.look.align))


def indented(sheet: LaidSheet) -> Iterator[Found]:
    """The first line of a paragraph begins 1 cm or 1.27 cm inside; a tab does that too."""
    for line in _first_lines(sheet):
        begins = line.look.first + line.look.left
        near = any(abs(found - wanted) <= _INDENT_NEAR for wanted in INDENTS for found in (line.look.first, begins))
        if not near and not line.runs[0].text.startswith("\t") and not line.look.listed:
            yield at(line, "chữ đầu dòng lùi vào 1 cm hoặc 1,27 cm", f"lùi vào {number(line.look.first / 10) if line.look.first >= 1 else 0} cm")


def _first_lines(sheet: LaidSheet) -> Iterator[LaidLine]:
    """The first lines of paragraphs; later ones follow a forced line end."""
    before = None
    for line in sheet.lines:
        if line.role in PARAGRAPHS and line.words and line.paragraph != before and line.look.align in ("both", "left"):
            yield line
        before = line.paragraph


def spaced(sheet: LaidSheet) -> Iterator[Found]:
    """At least 6 points between paragraphs; a blank paragraph is more."""
    for before, line in pairwise(sheet.lines):
        both = before.role in PARAGRAPHS and line.role in PARAGRAPHS and before.words and line.words
        if not both or before.paragraph == line.paragraph:
            continue
        gap = before.look.after + line.look.before
        if gap < GAP - _GAP_NEAR or (before.look.contextual and line.look.contextual):
            yield at(line, "cách đoạn trên ít nhất 6 pt", f"cách {number(0 if line.look.contextual else gap)} pt")


def lined(sheet: LaidSheet) -> Iterator[Found]:
    """From a single line to one and a half."""
    for line in sheet.of(*PARAGRAPHS):
        sizes = [run.look.size for run in lettered(line)]
        if not sizes or max(sizes) <= 0:
            continue
        factor = line.look.lines if line.look.exact is None else line.look.exact / (_SINGLE * max(sizes))
        if line.look.at_least:
            # The line is as high as its letters where these are higher.
            factor = max(1.0, factor)
        if not _LOWEST <= factor <= _HIGHEST:
            yield at(line, "cách dòng từ dòng đơn đến 1,5 dòng", f"{number(factor)} dòng")


def starts_bold(*roles: str) -> Check:
    """The first word and its number are bold."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            first = next((run for run in line.runs if any(map(str.isalpha, run.text))), None)
            if first is not None and not first.look.bold:
                yield at(line, "chữ đậm", "chữ không đậm")

    return check


def begins(form: str, expected: str, *roles: str) -> Check:
    """The lines begin like this regular expression."""
    compiled = re.compile(form)

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            if line.words and compiled.match(line.words) is None:
                yield at(line, expected, f"“{line.words[:12].rstrip()}”")

    return check


def bases_end(sheet: LaidSheet) -> Iterator[Found]:
    """Each legal basis ends with a semicolon, the last with a full stop. Legislation has rules of its own."""
    bases = sheet.of("basis")
    for place, line in enumerate(bases):
        wanted = "." if place == len(bases) - 1 else ";"
        if not line.words.endswith(wanted) and not sheet.law and not (wanted == "." and line.words.endswith(":")):
            yield at(line, f"cuối dòng có dấu “{wanted}”", f"cuối dòng có “{line.words[-1:]}”")


def closing(sheet: LaidSheet) -> Iterator[Found]:
    """The last line of the body ends with ./."""
    body = [line for line in sheet.lines if line.role in (*PARAGRAPHS, "cell", "heading")]
    if body and not sheet.law and not sheet.slip and not re.search(r"\./\.\s*$", body[-1].words):
        yield at(body[-1], "kết thúc bằng “./.”", f"kết thúc bằng “{body[-1].words[-6:]}”")


def no_titles(sheet: LaidSheet) -> Iterator[Found]:
    """No academic title stands before the name of who signs."""
    for line in sheet.of("signer"):
        if _TITLES.match(line.words):
            yield at(line, "họ và tên, không ghi học hàm, học vị", f"“{line.words}”")


def recipients_listed(sheet: LaidSheet) -> Iterator[Found]:
    """Each recipient begins with a dash."""
    for line in _recipients(sheet):
        if not re.match(r"[-–]", line.words) and not line.look.listed:
            yield at(line, "đầu dòng có gạch đầu dòng (-)", f"“{line.words[:12].rstrip()}”")


def _recipients(sheet: LaidSheet) -> list[LaidLine]:
    """The first line of each recipient. A line without a dash goes on where the one before has no semicolon. Below the line that says where
    the document is kept, who drafted it and the number of copies may stand: "PL.(300)"."""
    lines = sheet.of("recipient")
    kept = next((place for place, line in enumerate(lines) if _is_kept(line)), len(lines))
    lines = [line for place, line in enumerate(lines) if place <= kept or re.match(r"[-–]", line.words)]
    goes_on = (not re.match(r"[-–]", line.words) and not before.words.endswith((";", ".")) for before, line in pairwise(lines))
    return [*lines[:1], *(line for line, is_rest in zip(lines[1:], goes_on, strict=True) if not is_rest)]


def recipients_end(sheet: LaidSheet) -> Iterator[Found]:
    """Each recipient but the last ends with a semicolon."""
    for line, following in pairwise(sheet.of("recipient")):
        begins_next = following.look.listed or re.match(r"[-–]", following.words)
        if begins_next and not line.words.endswith(";") and not _is_kept(line):
            yield at(line, "cuối dòng có dấu “;”", f"cuối dòng có “{line.words[-1:]}”")


def _is_kept(line: LaidLine) -> bool:
    return re.match(r"[-–]?\s*lưu\b", line.words, re.IGNORECASE) is not None


def recipients_last(sheet: LaidSheet) -> Iterator[Found]:
    """The last line says where the document is kept: "Lưu: VT, …"."""
    lines = sheet.of("recipient")
    kept = [line for line in lines if _is_kept(line)]
    if lines and not kept:
        yield at(lines[-1], "dòng cuối cùng “Lưu: VT, ….”", f"“{lines[-1].words}”")
    for line in kept:
        if re.fullmatch(r"[-–]?\s*Lưu\s*:\s*VT\b.*\.", line.words) is None:
            yield at(line, "“Lưu: VT, <đơn vị soạn thảo>.”", f"“{line.words}”")
