"""Whether a document is in force on a day: derived from its dates and from what ended it whole, never typed in.

This is the only place of the rule: pages ask it for one document, and the index asks it once for each pair of first day
and end that its documents have (`indexer.match.statuses`). What ends a document is found by the services, in
`relations.endings`, and kept in `ended_on` by `relations.force`. Partial loss of force (a provision repealed, a
suspension) is left to the relations themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

IN_FORCE, NOT_YET, OVER, UNKNOWN = "con_hieu_luc", "chua_hieu_luc", "het_hieu_luc", "khong_ro"
STATUS_LABELS: Mapping[str, str] = MappingProxyType(
    {
        IN_FORCE: "Còn hiệu lực",
        NOT_YET: "Chưa có hiệu lực",
        OVER: "Hết hiệu lực",
        UNKNOWN: "Chưa xác định",
    }
)

class Dated(Protocol):
    """Anything with the dates of force: the two of its own, and the day on which another document ended it."""

    effective_from: dt.date | None
    effective_to: dt.date | None
    ended_on: dt.date | None


@dataclass(frozen=True)
class Status:
    """A status of `STATUS_LABELS`: its code and its words."""

    code: str
    label: str


def status_at(document: Dated, day: dt.date) -> Status:
    """Status on `day`: in force on [effective_from, end_of), the end excluded."""
    return status_between(document.effective_from, end_of(document), day)


def end_of(document: Dated) -> dt.date | None:
    """The first day on which it is no longer in force: its own end, or an earlier one that another document made."""
    return earliest(document.effective_to, document.ended_on)


def earliest(*days: dt.date | None) -> dt.date | None:
    """The first of several days, as far as they are known; None where none is."""
    return min((day for day in days if day), default=None)


def status_between(begin: dt.date | None, end: dt.date | None, day: dt.date) -> Status:
    """Status on `day` of what begins and ends on these days."""
    code = code_between(begin, end, day)
    return Status(code, STATUS_LABELS[code])


def code_between(begin: dt.date | None, end: dt.date | None, day: dt.date) -> str:
    """The code of the status on `day`. An end still to come does not tell that it ever began: without a first day that
    is UNKNOWN. An end that has come is enough for OVER."""
    if end is not None and day >= end:
        return OVER
    if begin is None:
        return UNKNOWN
    return NOT_YET if day < begin else IN_FORCE
