"""What the minutes of a hand-over of case files to the archive say; `minutes_docx` writes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# What is written by hand.
DOTS = "……………………………………………"


@dataclass(frozen=True)
class Minutes:
    """What the minutes say. `giver` and `unit` hand over; `cases` and `files` are counts, `span` the time of the documents in
    words, and `day` that of the paper."""

    agency: str
    giver: str
    unit: str
    title: str
    span: str
    cases: int
    files: int
    day: dt.date
