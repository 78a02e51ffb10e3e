"""Read the figure to reach in words such as "ít nhất 95% hồ sơ": the number, its unit of measure, and whether it is the least or the most."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A figure is kept as a whole number of thousandths, so that sums and comparisons are exact.
SCALE, DECIMALS = 1000, 3
# The largest figure.
MOST = 999_999_999 * SCALE
# Digits with a point between thousands and a comma before decimals, as the language writes them.
_NUMBER = re.compile(r"(?P<whole>[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,(?P<part>\d+))?")
# In printed words a point may also stand before decimals ("98.5%").
_PRINTED = re.compile(r"(?<![\w.,/])(?:[1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,3})?|\d{1,9}(?:[.,]\d{1,3})?)(?![\d])")
_AT_MOST = re.compile(r"(?<!\w)(?:tối đa|không quá|không vượt quá|nhiều nhất|(?<!không )dưới)(?!\w)", re.IGNORECASE)
_UNIT = re.compile(r"\s*(?:%|[^\W\d_]+(?:\s+[^\W\d_]+){0,2})")
# "từ 3 đến 5 cuộc": the unit follows the second number.
_UP_TO = re.compile(r"\s*(?:đến|-|–)\s*[\d.,]+")
_NAMED = re.compile(r"(?<!\w)(?:năm|tháng|quý|ngày|điều|khoản|điểm|mục|số)\s+$", re.IGNORECASE)
UNIT = 50


@dataclass(frozen=True)
class TargetFigure:
    """A figure to reach in thousandths. `at_most` says that it is the most there may be; otherwise it is the least."""

    number: int
    unit: str
    at_most: bool


def number(text: str) -> int | None:
    """Read a number in thousandths: "1.200" is a thousand and two hundred, "98,5" has a decimal. None when it is no number from 0 to MOST, or
    has more than DECIMALS decimals."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or len(found["part"] or "") > DECIMALS or len(found["whole"]) > 15:
        return None
    read = int(found["whole"].replace(".", "")) * SCALE + int((found["part"] or "").ljust(DECIMALS, "0"))
    return read if read <= MOST else None


def printed(figure: int) -> str:
    """Write a figure, which is in thousandths: "1.200", "98,5"."""
    whole, part = divmod(figure, SCALE)
    decimals = f"{part:0{DECIMALS}d}".rstrip("0")
    return f"{whole:,}".replace(",", ".") + (f",{decimals}" if decimals else "")


def figure(words: str | None) -> TargetFigure | None:
    """Read the first figure in words that is no year or number of an article. None when they have no number with a unit."""
    text = words or ""
    return next((read for found in _PRINTED.finditer(text) if not _NAMED.search(text, 0, found.start()) and (read := _read(text, found))), None)


def _read(text: str, found: re.Match[str]) -> TargetFigure | None:
    read = number(found[0])
    if read is None:
        read = number(found[0].replace(".", ","))
    after = _UP_TO.match(text, found.end())
    unit = _UNIT.match(text, after.end() if after else found.end())
    if read is None or unit is None:
        return None
    return TargetFigure(read, " ".join(unit[0].split())[:UNIT], _AT_MOST.search(text, 0, found.start()) is not None)
