"""Whether a document is in force on a day: derived from its dates, never typed in.

Decides the rule for one document; the search index applies the same rule to many. Leaves partial loss of force
(relations that amend or repeal) to the relations themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from indexer import STATUS_LABELS

# States of a document on its way from upload to being findable; the others are ends.
BUSY_STATES = frozenset({"waiting", "reading", "indexing"})
VIETNAM = dt.timezone(dt.timedelta(hours=7))


class Dated(Protocol):
    """Anything with the two dates of force."""

    effective_from: dt.date | None
    effective_to: dt.date | None


@dataclass(frozen=True)
class Status:
    """A status of `indexer.STATUS_LABELS`: its code and its words."""

    code: str
    label: str


def status_at(document: Dated, day: dt.date) -> Status:
    """Status on `day`: in force on [effective_from, effective_to), the end excluded."""
    return _status(_code(document.effective_from, document.effective_to, day))


def today() -> dt.date:
    """The day it is in Vietnam (UTC+7)."""
    return dt.datetime.now(VIETNAM).date()


def _code(begin: dt.date | None, end: dt.date | None, day: dt.date) -> str:
    if begin is None and end is None:
        return "khong_ro"
    if end is not None and day >= end:
        return "het_hieu_luc"
    if begin is not None and day < begin:
        return "chua_hieu_luc"
    return "con_hieu_luc" if begin is not None else "khong_ro"


def _status(code: str) -> Status:
    return Status(code, STATUS_LABELS[code])
