"""What the DOCX and the PDF of a table share: how a cell is printed, and how wide the columns are.

A page is read, not computed: days are printed as people write them, and text that no page can hold is cut and shows
it. Leaves drawing to tables_docx and tables_pdf.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Sequence

from docmgr.writing.tables import Cell
from legaltext import dates

# About half a page of one column; what is longer is for the spreadsheet.
CELL_CHARACTERS = 1_500
_SAMPLE = 300
# A word that is longer is broken, so no column is made wide for it.
_WORD = 16
# What XML 1.0 cannot hold and no font draws; line ends and tabs are dealt with before.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def printed(cell: Cell) -> str:
    """A cell as people read it: 05/02/2024, moments with their time, text in NFC without control characters."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M:%S}"
    if isinstance(cell, dt.date):
        return dates.printed(cell)
    text = _LINE_ENDS.sub("\n", str(cell)).replace("\t", " ")
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("\ufffd", text)).strip()
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1].rstrip() + "…"


def shares(names: Sequence[str], rows: Sequence[Sequence[str]], line: int) -> list[float]:
    """The share of the width that each column gets, by what its first rows hold; they add up to 1.

    `line` is about how many characters a page is wide: first every column gets its longest word, then text gets more.
    """
    columns = [[name, *(row[number] for row in rows[:_SAMPLE])] for number, name in enumerate(names)]
    floors = [_longest_word(texts) + 3 for texts in columns]
    wishes = [_usual_length(texts) for texts in columns]
    spare = max(line - sum(floors), 0)
    widths = [floor + spare * wish / max(sum(wishes), 1) for floor, wish in zip(floors, wishes, strict=True)]
    return [width / sum(widths) for width in widths]


def _longest_word(texts: Sequence[str]) -> int:
    return min(max((len(word) for text in texts for word in text.split()), default=0), _WORD)


def _usual_length(texts: Sequence[str]) -> float:
    """What a column wishes for; longer text takes more lines as well as more width, hence the root."""
    lengths = [len(text) for text in texts if text]
    usual = sum(lengths) / len(lengths) if lengths else 0.0
    return math.sqrt(max(usual - _WORD, 0.0)) + 0.5
