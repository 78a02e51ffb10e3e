"""What the papers of an inspection say; `inspection_docx` writes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docmgr.writing.reports.plan_report import Figure


@dataclass(frozen=True)
class PaperFinding:
    """A finding: its words, how grave it is, who must mend it by when, its state, and the provisions that it was checked against."""

    words: str
    severity: str
    unit: str
    due: str
    state: str
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperRecommendation:
    """A recommendation: its words, who receives it, the last day for the answer, and the answer ("" while there is none)."""

    words: str
    unit: str
    due: str
    answer: str = ""


@dataclass(frozen=True)
class InspectionPaper:
    """An inspection as its papers tell it; "" and None where the records do not know. `bases` are whole lines of legal bases without their
    marks. `results` are lines of what was looked at, each with its result, and `documents` the names of the documents that were shown as
    evidence. `findings` and `recommendations` are the first ones; their numbers are among the `figures`, which are each counted by a list."""

    agency: str
    title: str
    unit: str
    team: str
    period: str
    plan: str
    started_on: dt.date | None
    ended_on: dt.date | None
    day: dt.date
    bases: tuple[str, ...]
    results: tuple[str, ...]
    documents: tuple[str, ...]
    findings: tuple[PaperFinding, ...]
    findings_total: int
    recommendations: tuple[PaperRecommendation, ...]
    recommendations_total: int
    figures: tuple[Figure, ...]
    conclusion: str
