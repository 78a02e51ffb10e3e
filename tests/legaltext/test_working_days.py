"""Working days: weekends, holidays, days worked instead, and what the count tells of itself."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legaltext.working_days import WorkingCalendar, calendar_days_after, working_days_after

D = dt.date
SPRING = WorkingCalendar(
    off={D(2024, 4, 29): "Nghỉ hoán đổi", D(2024, 4, 30): "Ngày Chiến thắng", D(2024, 5, 1): "Quốc tế Lao động"},
    worked={D(2024, 5, 4): "Làm bù"}, years=frozenset({2024}),
)  # fmt: skip
DAYS = st.dates(D(2024, 1, 1), D(2025, 12, 31))
CALENDARS = st.builds(
    lambda off, worked: WorkingCalendar(
        {day: "nghỉ" for day in off}, {day: "bù" for day in worked if day.weekday() >= 5 and day not in off}, frozenset({2024, 2025})
    ),
    st.sets(DAYS, max_size=60), st.sets(DAYS, max_size=60),
)  # fmt: skip


def test_holidays_and_weekends_are_passed_over_and_a_worked_saturday_counts() -> None:
    # Thursday and Friday before, then Thursday to Saturday of the next week.
    counted = working_days_after(D(2024, 4, 24), 5, SPRING)
    assert counted.last == D(2024, 5, 4)
    assert [day for day, _ in counted.holidays] == [D(2024, 4, 29), D(2024, 4, 30), D(2024, 5, 1)]
    assert (counted.weekend, counted.worked, counted.unknown) == (2, ((D(2024, 5, 4), "Làm bù"),), ())


def test_the_first_day_is_not_counted() -> None:
    assert working_days_after(D(2024, 5, 6), 1, SPRING).last == D(2024, 5, 7)
    assert calendar_days_after(D(2024, 5, 6), 1, SPRING).last == D(2024, 5, 7)


def test_days_of_the_calendar_end_on_a_working_day() -> None:
    counted = calendar_days_after(D(2024, 4, 13), 15, SPRING)
    # 28 April is a Sunday, and three holidays follow.
    assert (counted.last, counted.weekend, len(counted.holidays)) == (D(2024, 5, 2), 1, 3)
    assert calendar_days_after(D(2024, 5, 1), 15, SPRING).holidays == ()


def test_years_without_days_are_named() -> None:
    assert working_days_after(D(2024, 12, 30), 5, SPRING).unknown == (2025,)
    assert calendar_days_after(D(2023, 12, 30), 1, SPRING).unknown == (2023, 2024)[:1]


@pytest.mark.parametrize("days", [0, -1, 3_661])
def test_a_period_that_is_none_is_refused(days: int) -> None:
    for count in (working_days_after, calendar_days_after):
        with pytest.raises(ValueError, match="period"):
            count(D(2024, 1, 1), days, SPRING)


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_so_many_working_days_lie_after_the_start(calendar: WorkingCalendar, start: dt.date, days: int) -> None:
    counted = working_days_after(start, days, calendar)
    between = [start + dt.timedelta(days=n) for n in range(1, (counted.last - start).days + 1)]
    assert sum(map(calendar.works, between)) == days and calendar.works(counted.last)
    # Every day is told of once: worked, free by name, or a weekend.
    assert len(between) == days + len(counted.holidays) + counted.weekend


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_no_working_day_is_skipped_at_the_end_of_calendar_days(calendar: WorkingCalendar, start: dt.date, days: int) -> None:
    last, first = calendar_days_after(start, days, calendar).last, start + dt.timedelta(days=days)
    assert first <= last and calendar.works(last)
    assert not any(calendar.works(first + dt.timedelta(days=n)) for n in range((last - first).days))
