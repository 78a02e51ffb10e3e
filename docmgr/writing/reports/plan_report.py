"""What the six-month and the yearly report on a plan say; `plan_report_docx` writes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure: what is counted, how many, and the address of the list that shows them, "" where there is none."""

    words: str
    count: int
    address: str


@dataclass(frozen=True)
class FigureTable:
    """A table of figures: the names of its columns, its rows, and the address of the list that they come from. The first column has words,
    the others numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    address: str


@dataclass(frozen=True)
class PlanReport:
    """A report. `period` says its time, such as "6 tháng đầu năm 2024"; `bases` are whole lines of legal bases without their marks. The figures
    are of all tasks (`general`), of those due in the period (`due`), and of inspections, which are None where the reader may not read them.
    `conferences` count the units by the state of their conference, and are empty where none is recorded. `targets` count the tasks with target
    figures, and are empty where there are none; `reached` names them. `late` are the overdue tasks: what is to do, who, and for how long. `day`
    is that of the figures and the paper."""

    agency: str
    plan: str
    period: str
    day: dt.date
    bases: tuple[str, ...]
    general: tuple[Figure, ...]
    due: tuple[Figure, ...]
    units: FigureTable
    sections: FigureTable
    conferences: tuple[Figure, ...]
    targets: tuple[Figure, ...]
    reached: FigureTable
    late: FigureTable
    late_count: int
    inspections: tuple[Figure, ...] | None
