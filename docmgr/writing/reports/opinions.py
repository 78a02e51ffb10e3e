"""What the summary of a consultation says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class OpinionLine:
    """A line of the table: the provision, the opinion, whose it is, and how it was received."""

    place: str
    words: str
    who: str
    received: str


@dataclass(frozen=True)
class OpinionSummary:
    """A consultation as its summary tells it. `total` counts all opinions, `stances` those of each stance by its name, and `lines` has the
    first ones."""

    agency: str
    day: dt.date
    document: str
    question: str
    from_on: dt.date
    to_on: dt.date
    asked: int
    answered: int
    anonymous: bool
    total: int
    stances: tuple[tuple[str, int], ...]
    lines: tuple[OpinionLine, ...]
