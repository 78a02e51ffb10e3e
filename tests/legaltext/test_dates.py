"""Dates as documents print them: every spelling is found, and no date is invented."""

from __future__ import annotations

import datetime as dt
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legaltext import dates
from legaltext.dates import DATE, add_days, iso, to_iso

SPELLINGS = (
    "ngày {d:02d} tháng {m:02d} năm {y}",
    "ngày {d}/{m}/{y}",
    "ngày {d:02d}-{m:02d}-{y}",
    "ngày {d}.{m}.{y}",
    "Ngày {d} tháng {m} năm {y}",
    "ngày {d} tháng {m} năm năm {y}",
    "ngày {d} tháng {m}, năm {y}",
)


@given(st.dates(date(1945, 9, 2), date(2099, 12, 31)), st.sampled_from(SPELLINGS))
def test_every_spelling_gives_the_same_day(day: date, spelling: str) -> None:
    text = "Quảng Ninh, " + spelling.format(d=day.day, m=day.month, y=day.year) + " của Chính phủ"
    found = DATE.search(text)
    assert found is not None and iso(found) == day.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "ngày     tháng 11 năm 2024",
        "ngày ... tháng ... năm 2024",
        "ngày 5 tháng  năm 2024",
        "ngày 31/02/2024",
        "ngày 05 tháng 3 năm 20240",
        "05/3/2024",
        "ngày 05 tháng 3 năm ……",
    ],
)
def test_a_blank_or_impossible_date_is_none(text: str) -> None:
    found = DATE.search(text)
    assert found is None or iso(found) is None


def test_days_are_added_over_the_end_of_a_leap_february() -> None:
    assert add_days("2024-02-15", 45) == "2024-03-31"
    assert to_iso(29, 2, 2023) is None


# 20:30 of the day before in London is 03:30 in Hà Nội.
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2024, 2, 4, 16, 59, tzinfo=dt.UTC), dt.date(2024, 2, 4)),
        (dt.datetime(2024, 2, 4, 17, 0, tzinfo=dt.UTC), dt.date(2024, 2, 5)),
        (dt.datetime(2024, 2, 4, 20, 30, tzinfo=dt.UTC), dt.date(2024, 2, 5)),
    ],
)
def test_the_day_changes_at_midnight_in_vietnam(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime, day: dt.date) -> None:
    """This holds for words that name a day, for deadlines and for the search engine, in whatever time zone the
    machine runs."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return moment.astimezone(tz)

    monkeypatch.setattr(dates, "datetime", Clock)
    assert dates.today() == day
    assert dates.read_period("hôm nay") == (day, day)


def test_the_time_zone_and_today_are_asked_for_in_one_file() -> None:
    """No other file creates the time zone or takes the day from the clock of the machine."""
    root = Path(__file__).resolve().parents[2]
    files = [path for room in ("docmgr", "indexer", "legaltext") for path in (root / room).rglob("*.py")]
    own = re.compile(r"hours=7\b|\bdate\.today\(|now\((?:\w+\.)?VIETNAM\)\.date\(|def today\(")
    assert len(files) > 300
    assert [path.name for path in files if own.search(path.read_text(encoding="utf-8"))] == ["dates.py"]


def test_days_and_moments_are_printed_by_the_clock_of_vietnam() -> None:
    late = dt.datetime(2024, 2, 4, 18, 5, 9, tzinfo=dt.UTC)
    assert dates.day_of(late) == dt.date(2024, 2, 5)
    assert dates.printed(late) == dates.printed(dt.date(2024, 2, 5)) == dates.printed("2024-02-05") == "05/02/2024"
    assert dates.printed_moment(late) == "05/02/2024 01:05"
    assert dates.printed_moment(late, seconds=True) == "05/02/2024 01:05:09"
    assert (dates.printed(None), dates.printed(""), dates.printed_moment(None)) == ("", "", "")
    assert dates.printed("mai") == "mai"
