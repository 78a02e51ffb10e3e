"""What the report on incoming documents says; `incoming_docx` writes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docmgr.writing.reports.plan_report import Figure, FigureTable


@dataclass(frozen=True)
class IncomingReport:
    """A report on the documents that arrived from `first` to `last`. `total` are all, and `hidden` those that the reader may not read: the
    other figures and the tables leave these out. `day` is that of the figures and the paper."""

    agency: str
    first: dt.date
    last: dt.date
    day: dt.date
    total: Figure
    hidden: int
    results: tuple[Figure, ...]
    types: FigureTable
    senders: FigureTable
    units: FigureTable
