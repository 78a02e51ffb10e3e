"""Decides whether a document is in force on a given day. The status is always computed from the dates of the
document and from the day on which another document ended it; nobody types it in.

No other code repeats this rule. Pages apply it to one document. The index applies it once to each pair (first
day, last day) that occurs among its documents (`indexer.match.statuses`). `services.relations.endings` finds
what ends a document, and `services.relations.force` stores the day in `ended_on`. Partial loss of force (a
repealed provision, a suspension) is not decided here but shown as a relation.
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
    """Any object with the dates of force of a document: its own first day (`effective_from`) and end
    (`effective_to`), and the day on which another document ended it (`ended_on`). None means that the day is
    unknown."""

    effective_from: dt.date | None
    effective_to: dt.date | None
    ended_on: dt.date | None


@dataclass(frozen=True)
class Status:
    """A status of force: its `code` (such as the constant IN_FORCE) and its `label`, the Vietnamese text of
    that code in `STATUS_LABELS`."""

    code: str
    label: str


def status_at(document: Dated, day: dt.date) -> Status:
    """The status of `document` on `day`. It is in force from its `effective_from` up to the day before
    `end_of(document)`."""
    return status_between(document.effective_from, end_of(document), day)


def end_of(document: Dated) -> dt.date | None:
    """The first day on which `document` is no longer in force: its own `effective_to` or the day set by
    another document, whichever is earlier. None where neither is known."""
    return earliest(document.effective_to, document.ended_on)


def earliest(*days: dt.date | None) -> dt.date | None:
    """The earliest of the days that are not None. Returns None where all are None."""
    return min((day for day in days if day), default=None)


def status_between(begin: dt.date | None, end: dt.date | None, day: dt.date) -> Status:
    """The status on `day` of a document that is in force from `begin` up to the day before `end`. None means
    that the day is unknown."""
    code = code_between(begin, end, day)
    return Status(code, STATUS_LABELS[code])


def code_between(begin: dt.date | None, end: dt.date | None, day: dt.date) -> str:
    """Return the status code on `day` of a document in force from `begin` up to the day before `end`. None
    means that the day is unknown. From `end` on, the code is OVER, even if `begin` is unknown. Before `end`,
    an unknown `begin` gives UNKNOWN."""
    if end is not None and day >= end:
        return OVER
    if begin is None:
        return UNKNOWN
    return NOT_YET if day < begin else IN_FORCE
