"""Force on a day follows from the dates alone, and agrees with what the index filters by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from docmgr.services import status


@dataclass
class Dates:
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None


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
    ],
)
def test_status_on_a_day(begin: dt.date | None, end: dt.date | None, code: str) -> None:
    assert status.status_at(Dates(begin, end), DAY).code == code
