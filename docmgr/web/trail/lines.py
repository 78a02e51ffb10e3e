"""The lines of a folded trail by day, for its templates."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from docmgr.models import TrailEvent
from docmgr.services.trail import words as trail_words
from docmgr.services.trail.audit.folding import ReadingFold
from docmgr.services.trail.words import EventLine
from legaltext import dates


@dataclass(frozen=True)
class FoldLine:
    """Readings of one person on one day. `lines` are the newest of them."""

    fold: ReadingFold
    lines: tuple[EventLine, ...]


@dataclass(frozen=True)
class FoldedDay:
    """A day in Vietnam's time zone, its events, and the readings folded on it."""

    date: dt.date
    lines: tuple[EventLine | FoldLine, ...]


def by_day(rows: Iterable[TrailEvent | ReadingFold]) -> list[FoldedDay]:
    """Group the rows of a folded trail, which must be sorted by time, by day; their order is kept."""
    days = itertools.groupby(rows, key=lambda row: row.day if isinstance(row, ReadingFold) else dates.day_of(row.at))
    return [FoldedDay(date, tuple(line(row) for row in group)) for date, group in days]


def line(row: TrailEvent | ReadingFold) -> EventLine | FoldLine:
    """Make the line of one row, in the language of the page."""
    if isinstance(row, ReadingFold):
        return FoldLine(row, tuple(_line(event) for event in row.events))
    return _line(row)


def _line(event: TrailEvent) -> EventLine:
    return EventLine(event, trail_words.verb(event), trail_words.details(event, gettext))
