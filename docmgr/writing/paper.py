"""What DOCX and PDF have in common: how a cell is printed, and how wide the columns are. Text that is too
long for a page is cut and marked as cut.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Sequence

from docmgr.writing.tables import Cell
from legaltext import dates

# In characters: about half a page of one column. Longer text is complete in the spreadsheet only.
CELL_CHARACTERS = 1_500
_SAMPLE = 300
# In characters. A longer word is broken, so that it does not make a column wide.
_WORD = 16
# Characters that XML 1.0 does not allow and no font has; line ends and tabs are replaced before.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def printed(cell: Cell) -> str:
    """Write a cell as people read it: a date as 05/02/2024, a datetime with its time, a text in NFC without
    control characters, and "" for None."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M:%S}"
    if isinstance(cell, dt.date):
        return dates.printed(cell)
    text = cleaned(str(cell))
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1].rstrip() + "…"


def cleaned(text: str) -> str:
    """Write a text, however long, in NFC without control characters; tabs become spaces."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("\ufffd", text)).strip()


def shares(names: Sequence[str], rows: Sequence[Sequence[str]], line: int) -> list[float]:
    """Compute the share of the table's width for each column, by the amount of text in it. The shares add up
    to 1. `names` are the column names. `line` is about how many characters fit in one line of the page. Only
    the first rows are considered, to save time.
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
    """Compute how much width a column with these texts should get, relative to other columns."""
    lengths = [len(text) for text in texts if text]
    usual = sum(lengths) / len(lengths) if lengths else 0.0
    return math.sqrt(max(usual - _WORD, 0.0)) + 0.5
