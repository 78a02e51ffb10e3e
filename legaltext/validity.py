"""Whether a document is in force on a day: derived from its dates and from what ended it whole, never typed in.

Decides the rule for one document; the index is given the same first day and end (`end_of`) and applies it to many.
What ends a document is found by services.endings and kept in `ended_on` by services.force. Leaves partial loss of force
(a provision repealed, a suspension) to the relations themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

STATUS_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "con_hieu_luc": "Còn hiệu lực",
        "chua_hieu_luc": "Chưa có hiệu lực",
        "het_hieu_luc": "Hết hiệu lực",
        "khong_ro": "Chưa xác định",
    }
)



VIETNAM = dt.timezone(dt.timedelta(hours=7))


class Dated(Protocol):
    """Anything with the dates of force: the two of its own, and the day on which another document ended it."""

    effective_from: dt.date | None
    effective_to: dt.date | None
    ended_on: dt.date | None


@dataclass(frozen=True)
class Status:
    """A status of `indexer.STATUS_LABELS`: its code and its words."""

    code: str
    label: str


def status_at(document: Dated, day: dt.date) -> Status:
    """Status on `day`: in force on [effective_from, end_of), the end excluded."""
    return status_between(document.effective_from, end_of(document), day)


def end_of(document: Dated) -> dt.date | None:
    """The first day on which it is no longer in force: its own end, or an earlier one that another document made."""
    return min((day for day in (document.effective_to, document.ended_on) if day), default=None)


def status_between(begin: dt.date | None, end: dt.date | None, day: dt.date) -> Status:
    """Status on `day` of what begins and ends on these days."""
    code = _code(begin, end, day)
    return Status(code, STATUS_LABELS[code])


def today() -> dt.date:
    """The day it is in Vietnam (UTC+7)."""
    return dt.datetime.now(VIETNAM).date()


def _code(begin: dt.date | None, end: dt.date | None, day: dt.date) -> str:
    if end is not None and day >= end:
        return "het_hieu_luc"
    if begin is None:
        return "khong_ro"
    return "chua_hieu_luc" if day < begin else "con_hieu_luc"
