"""What the papers of a conference say, as plain data. None and "" stay dotted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Ballot:
    """A vote: the question, the numbers, and whether enough agreed."""

    question: str
    agree: int
    disagree: int
    other: int
    passed: bool


@dataclass(frozen=True)
class ConferencePaper:
    """A conference. `unit` is the unit that holds it and `superior` the agency above it, "" when the agency itself holds it. `quorum` and `passing` are the parts that the law asks for ("2/3"),
    `basis` names that law, "" where no rule is known, and `checked_every` is every how many months the resolution is to be checked. `day` is the day on which the paper is made."""

    unit: str
    superior: str
    year: int
    annual: bool
    day: dt.date
    held_on: dt.date | None
    starts_at: str
    place: str
    chair: str
    secretary: str
    agenda: tuple[str, ...]
    invited: int | None
    present: int | None
    enough: bool
    quorum: str
    passing: str
    basis: str
    checked_every: int | None
    ballots: tuple[Ballot, ...]
