"""Whether a document is in force on a day follows from its dates alone, and agrees with the filter of the index."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from legaltext import validity


@dataclass
class Dates:
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    ended_on: dt.date | None = None


DAY = dt.date(2024, 2, 5)
NEXT = dt.date(2024, 2, 6)


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        (None, None, "khong_ro"),
        (DAY, None, "con_hieu_luc"),
        (NEXT, None, "chua_hieu_luc"),
        (dt.date(2020, 1, 1), NEXT, "con_hieu_luc"),
        (dt.date(2020, 1, 1), DAY, "het_hieu_luc"),
        (None, DAY, "het_hieu_luc"),
        (None, NEXT, "khong_ro"),
    ],
)
def test_status_on_a_day(begin: dt.date | None, end: dt.date | None, code: str) -> None:
    assert validity.status_at(Dates(begin, end), DAY).code == code


@pytest.mark.parametrize(
    ("own", "other", "code"),
    [
        (None, NEXT, "con_hieu_luc"),
        (None, DAY, "het_hieu_luc"),
        (DAY, NEXT, "het_hieu_luc"),
        (NEXT, DAY, "het_hieu_luc"),
        (NEXT, dt.date(2030, 1, 1), "con_hieu_luc"),
    ],
)
def test_the_earlier_of_two_ends_counts(own: dt.date | None, other: dt.date | None, code: str) -> None:
    assert validity.status_at(Dates(dt.date(2020, 1, 1), own, other), DAY).code == code


def test_what_another_ended_is_over_though_its_own_first_day_is_unknown() -> None:
    assert validity.status_at(Dates(None, None, DAY), DAY).code == "het_hieu_luc"
    assert validity.status_at(Dates(None, None, NEXT), DAY).code == "khong_ro"
