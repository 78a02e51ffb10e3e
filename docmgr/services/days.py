"""Days as people type them. The office writes 05/02/2024; addresses and machines write 2024-02-05."""

from __future__ import annotations

import datetime as dt
import re

TYPED = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")


def parse(text: str) -> dt.date:
    """The day that `text` says. Raises ValueError."""
    typed = TYPED.fullmatch(text.strip())
    if typed:
        return dt.date(int(typed[3]), int(typed[2]), int(typed[1]))
    return dt.date.fromisoformat(text.strip())


def printed(text: str | dt.date | None) -> str:
    """05/02/2024 for a day or its ISO text; what is no day stays as it was typed."""
    if text is None or text == "":
        return ""
    try:
        day = text if isinstance(text, dt.date) else parse(text)
    except ValueError:
        return str(text)
    return day.strftime("%d/%m/%Y")
