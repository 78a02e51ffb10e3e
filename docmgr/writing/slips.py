"""What the slip of an incoming document says (phiếu giải quyết văn bản đến), and the formats in which it is written. The library of a
format is imported when the first slip is written in it."""

from __future__ import annotations

import datetime as dt
import importlib
from dataclasses import dataclass

from docmgr.writing import formats
from legaltext import dates

FORMS = ("docx", "pdf")
TITLE = "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN"
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
DOTS = "…" * 40
# How many dotted lines a part has that says nothing yet, to be written by hand.
BLANK_LINES = 3


@dataclass(frozen=True)
class SlipPart:
    """One part of the form: its title, and the lines of each opinion."""

    title: str
    opinions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Slip:
    """A slip. `facts` are pairs (name, words), `day` is that of the paper."""

    agency: str
    day: dt.date
    facts: tuple[tuple[str, str], ...]
    parts: tuple[SlipPart, ...]

    @property
    def dated(self) -> str:
        """The line with place and day; the place stays dotted."""
        return f"……………, {dates.written_out(self.day)}"


def write(slip: Slip, form: str) -> tuple[bytes, str]:
    """Write the slip in the format `form`, one of FORMS. Returns the bytes of the file and its media type."""
    body: bytes = getattr(importlib.import_module(f"docmgr.writing.slips_{form}"), f"to_{form}")(slip)
    return body, formats.FORMATS[form][0]
