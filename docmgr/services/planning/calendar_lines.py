"""The days of a year as people write them, a line for each day or range: "16/02/2026 - 20/02/2026: Tết Nguyên đán". Instead of the dash "đến" is read as well."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext import dates
from legaltext.text import clean_line

MOST_LINES, NAME_LENGTH = 100, 100
ONE_DAY = dt.timedelta(days=1)
_DAY = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
_LINE = re.compile(rf"({_DAY})(?:\s*(?:[-–—]|đến hết|đến)\s*(?:ngày\s*)?({_DAY}))?\s*:\s*(.*)")
# A line with another day in its name was meant otherwise than it was read.
_OTHER_DAY = re.compile(r"^[-–—.…>]|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\s*[-–—:]")


def read(text: str, year: int, field: str) -> dict[dt.date, str]:
    """Read the lines into days with their names. Blank lines are passed over. Raises Invalid with `field` and the number of the
    line when one cannot be read, has no name, lies outside the year or names a day again, and when there are too many."""
    lines = [(number, clean_line(line)) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    if len(lines) > MOST_LINES:
        raise Invalid(Message("Nhiều nhất %(most)s dòng cho một năm.", most=MOST_LINES), field)
    days: dict[dt.date, str] = {}
    for number, line in lines:
        first, last, name = _read(number, line, field)
        if (first.year, last.year) != (year, year) or last < first:
            raise Invalid(Message("Dòng %(number)s: các ngày phải nằm trong năm %(year)s, ngày đầu trước ngày cuối.", number=number, year=year), field)
        for day in _days(first, last):
            if day in days:
                raise Invalid(Message("Dòng %(number)s: ngày %(day)s đã có ở dòng trên.", number=number, day=dates.printed(day)), field)
            days[day] = name
    return days


def _read(number: int, line: str, field: str) -> tuple[dt.date, dt.date, str]:
    found = _LINE.fullmatch(line)
    if not found or not found[3].strip() or _OTHER_DAY.search(found[3]):
        raise Invalid(Message("Dòng %(number)s: hãy viết ngày rồi tên, ví dụ “02/09/2026: Quốc khánh”.", number=number), field)
    name = found[3].strip()
    if len(name) > NAME_LENGTH:
        raise Invalid(Message("Dòng %(number)s: tên dài nhất %(most)s ký tự.", number=number, most=NAME_LENGTH), field)
    try:
        return dates.parse(found[1]), dates.parse(found[2] or found[1]), name
    except ValueError as error:
        raise Invalid(Message("Dòng %(number)s: không có ngày này trong lịch.", number=number), field) from error


def _days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + dt.timedelta(days=n) for n in range((last - first).days + 1))


def written(days: Iterable[tuple[dt.date, str]]) -> str:
    """Write days with their names as lines; `read` reads them back. Neighbouring days of one name are one line. The days ascend."""
    ranges: list[list[dt.date]] = []
    names: list[str] = []
    for day, name in days:
        if ranges and names[-1] == name and ranges[-1][1] + ONE_DAY == day:
            ranges[-1][1] = day
        else:
            ranges.append([day, day])
            names.append(name)
    told = (dates.printed(first) + (f" - {dates.printed(last)}" if last > first else "") for first, last in ranges)
    return "\n".join(f"{period}: {name}" for period, name in zip(told, names, strict=True))
