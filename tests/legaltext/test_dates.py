"""Dates as documents print them: every spelling found, no day invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legaltext.dates import add_days, first_date, to_iso

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
    assert first_date(text) == day.isoformat()


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
    assert first_date(text) is None


def test_days_are_added_over_the_end_of_a_leap_february() -> None:
    assert add_days("2024-02-15", 45) == "2024-03-31"
    assert to_iso(29, 2, 2023) is None
