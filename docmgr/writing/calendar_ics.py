"""Write days as a calendar that other programs read (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

# In octets, the end of the line apart (RFC 5545, 3.1).
LINE = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class DayEntry:
    """One whole day of a calendar. `uid` names it for ever; `url` is the page about it."""

    uid: str
    day: dt.date
    summary: str
    description: str
    url: str


def written(name: str, entries: Iterable[DayEntry], made_at: dt.datetime) -> bytes:
    """Write the calendar `name` with these entries. `made_at` has a time zone; it is written in UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//docmgr//docmgr//VI", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}"]
    stamp = made_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    for one in entries:
        lines += [
            "BEGIN:VEVENT", f"UID:{escaped(one.uid)}", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + dt.timedelta(days=1):%Y%m%d}", f"SUMMARY:{escaped(one.summary)}", f"DESCRIPTION:{escaped(one.description)}",
            # An address has no text to escape, and no control characters.
            f"URL:{_CONTROL.sub('', one.url)}", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    return "".join(folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def escaped(text: str) -> str:
    """Write a text as a value (RFC 5545, 3.3.11); control characters are left out."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Fold a line so that no part of it is longer than LINE octets, without cutting a character."""
    parts, part, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LINE:
            parts.append(part)
            # The blank that begins a continued line counts as well.
            part, size = "", 1
        part, size = part + letter, size + octets
    return "\r\n ".join([*parts, part]) + "\r\n"
