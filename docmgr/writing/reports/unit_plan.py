"""What the drafted plan of a unit says; `unit_plan_docx` writes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class UnitTask:
    """A task that the superior plan gives the unit: its words, when it is due, and the evidence expected ("" where nothing is said)."""

    words: str
    due: str
    evidence: str


@dataclass(frozen=True)
class UnitPlan:
    """The plan of a `unit` below `superior` that carries out the plan `plan`. `bases` are whole lines of legal bases without their marks.
    `sections` are the parts of the superior plan with the tasks that the unit carries out; `support` are those that it only supports.
    `left_out` is how many more there are."""

    superior: str
    unit: str
    plan: str
    year: int
    day: dt.date
    bases: tuple[str, ...]
    sections: tuple[tuple[str, tuple[UnitTask, ...]], ...]
    support: tuple[UnitTask, ...]
    left_out: int = 0
