"""Days, months and years as people type and print them ("05/02/2024", "02/2024", "2018-2020", "hôm nay" for
today), and the current day in Vietnam."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType

from legaltext.text import fold

Period = tuple[date, date]
# Vietnam has one time zone, UTC+7, and no summer time.
VIETNAM = timezone(timedelta(hours=7))

# Days that have a name → how many days they are from today. "Mai" alone is left out: it is more often a
# person's name.
DAYS: Mapping[str, int] = MappingProxyType(
    {
        "hôm nay": 0,
        "hôm qua": -1,
        "hôm kia": -2,
        "ngày mai": 1,
        "ngày kia": 2,
        "ngày hôm nay": 0,
        "ngày hôm qua": -1,
        "hiện nay": 0,
        "hiện tại": 0,
        "nay": 0,
    }
)
YEARS = re.compile(r"(\d{4})(?:[-–—](\d{4}))?")
# Several years or ranges of years, as they are typed.
SEVERAL_YEARS = re.compile(r"\d{4}(?:[-–—,;]\d{4})+")

_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_COMMA = re.compile(r"[,;]")
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_UNMARKED = {fold(name): days for name, days in DAYS.items()}


def today() -> date:
    """The current day in Vietnam, whatever the time zone of the machine."""
    return datetime.now(VIETNAM).date()


def years(text: str) -> tuple[str, ...]:
    """Return the years that `text` names, as ascending four-digit texts without repeats. `text` may be "2020", a range
    ("2018-2020" gives "2018", "2019", "2020") or a list such as "2020,2024". Returns () for anything else."""
    parts = [_years(part) for part in _COMMA.split(text)]
    return tuple(sorted({year for part in parts for year in part})) if all(parts) else ()


def _years(text: str) -> tuple[str, ...]:
    found = YEARS.fullmatch(text)
    if not found:
        return ()
    first, last = sorted((int(found[1]), int(found[2] or found[1])))
    return tuple(map(str, range(first, last + 1))) if _FIRST_YEAR <= first <= last <= _LAST_YEAR else ()


def read_period(text: str) -> Period | None:
    """Read the period that `text` names, and return (its first day, its last day). `text` is a day, month or year
    (05/02/2024, 2024-02-05, 02/2024, 2024; dots and dashes are also allowed) or a name in DAYS such as "hôm nay" (today).
    Returns None for anything else."""
    if (ahead := _UNMARKED.get(fold(text))) is not None:
        day = today() + timedelta(days=ahead)
        return day, day
    if found := _DAY.fullmatch(text):
        return _days(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.fullmatch(text):
        return _days(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.fullmatch(text):
        return _days(int(found[2]), int(found[1]), None)
    if (found := YEARS.fullmatch(text)) and not found[2]:
        return _days(int(text), None, None)
    return None


def _days(year: int, month: int | None, day: int | None) -> Period | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR or not 1 <= (month or 1) <= 12:
        return None
    last = monthrange(year, month or 12)[1]
    if not 1 <= (day or 1) <= last:
        return None
    return date(year, month or 1, day or 1), date(year, month or 12, day or last)


TYPED = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")


def parse(text: str) -> dt.date:
    """Read the day that `text` names, as 05/02/2024 (dots and dashes are also allowed) or in ISO form (2024-02-05). Raises
    ValueError for anything else."""
    typed = TYPED.fullmatch(text.strip())
    if typed:
        return dt.date(int(typed[3]), int(typed[2]), int(typed[1]))
    return dt.date.fromisoformat(text.strip())


def day_of(moment: dt.datetime) -> dt.date:
    """The calendar day in Vietnam of `moment`, which must have a time zone."""
    return moment.astimezone(VIETNAM).date()


def hour_of(moment: dt.datetime) -> int:
    """The hour in Vietnam, 0 to 23, of `moment`, which must have a time zone."""
    return moment.astimezone(VIETNAM).hour


def printed(text: str | dt.date | None) -> str:
    """Print a day as "05/02/2024". `text` may be a day, its ISO text, or a moment with a time zone, of which the day in
    Vietnam is printed. None and "" give "". A text that is no day is returned unchanged."""
    if text is None or text == "":
        return ""
    if isinstance(text, dt.datetime):
        text = day_of(text)
    try:
        day = text if isinstance(text, dt.date) else parse(text)
    except ValueError:
        return str(text)
    return day.strftime("%d/%m/%Y")


def written_out(day: dt.date) -> str:
    """Write a day as official documents do: "ngày 05 tháng 02 năm 2024". Days below 10 and the months 1 and 2 have a zero in front
    (Decree 30/2020/NĐ-CP, Annex I), so that no digit can be put before them."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year:04}"


def printed_moment(moment: dt.datetime | None, *, seconds: bool = False) -> str:
    """Print `moment`, which must have a time zone, as "05/02/2024 14:05" in Vietnam's time; with `seconds` True the seconds
    follow. None gives ""."""
    return f"{moment.astimezone(VIETNAM):{'%d/%m/%Y %H:%M:%S' if seconds else '%d/%m/%Y %H:%M'}}" if moment else ""


_DAY_PART, _MONTH_PART, _YEAR_PART = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>(?:19|20)\d{2})"


# A date in words, in digits or in a mixture ("ngày 02/02/2024", "ngày 29/7/2021", "ngày 05 tháng 3 năm 2020").
WORDS = rf"ngày\s*{_DAY_PART}\s*(?:/|-|\.|\s*tháng\s*)\s*{_MONTH_PART}\s*(?:/|-|\.|,?\s*(?:năm\s*)+)\s*{_YEAR_PART}(?!\d)"


DATE = re.compile(WORDS, re.IGNORECASE)


def to_iso(day: int, month: int, year: int) -> str | None:
    """Return the ISO form ("2024-02-05") of the given day, month and year. Returns None where the calendar has no such day
    ("31 tháng 02", 31 February)."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def iso(match: re.Match[str]) -> str | None:
    """The ISO form ("2024-02-05") of the day that `match`, a match of the pattern DATE, has found. Returns None where the
    calendar has no such day."""
    return to_iso(int(match["d"]), int(match["m"]), int(match["y"]))


def add_days(day: str, count: int) -> str:
    """The ISO day that is `count` days after the ISO day `day`. A negative `count` gives an earlier day.
    Raises ValueError where `day` is not an ISO day."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()
