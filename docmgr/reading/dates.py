"""Dates as Vietnamese documents print them.

Decides what counts as a complete date; one with a blank in it is none. Which date a document carries as
its own is decided in `headers`; from when it is in force in `facts_effect`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY, _MONTH, _YEAR = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>(?:19|20)\d{2})"
# Domain rule e.7: words and figures mix ("ngày 02/02/2024", "ngày 29/7/2021", "ngày 05 tháng 3 năm 2020").
WORDS = rf"ngày\s*{_DAY}\s*(?:/|-|\.|\s*tháng\s*)\s*{_MONTH}\s*(?:/|-|\.|,?\s*(?:năm\s*)+)\s*{_YEAR}(?!\d)"
DATE = re.compile(WORDS, re.IGNORECASE)


def to_iso(day: int, month: int, year: int) -> str | None:
    """ISO form of a calendar day, or None where no such day exists ("31 tháng 02")."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def iso(match: re.Match[str]) -> str | None:
    """ISO form of a match of DATE."""
    return to_iso(int(match["d"]), int(match["m"]), int(match["y"]))


def first_date(text: str) -> str | None:
    """The first complete date of a text in ISO form."""
    found = DATE.search(text)
    return iso(found) if found else None


def add_days(day: str, count: int) -> str:
    """The ISO day `count` days after an ISO day."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()
