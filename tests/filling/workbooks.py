"""Workbooks that people fill in to make units and people, and pictures that they choose as a logo."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from PIL import Image


def workbook(*rows: Sequence[object]) -> bytes:
    """An XLSX with one sheet and these rows; an empty row stays empty."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def picture(width: int = 600, height: int = 200, form: str = "PNG", **more: object) -> bytes:
    """A picture of one colour; `more` goes to the writer."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (20, 90, 140)).save(out, form, **more)
    return out.getvalue()
