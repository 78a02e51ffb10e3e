"""Plain shapes that travel between the parts of the reading room.

Decides what a block of text is and how a reading ends. How each format is read lives in the
format modules; what the text means (facts, provisions, citations) lives in interpret_types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docmgr.reading.interpret_types import Interpretation

TEXT = "text"
NO_TEXT = "no_text"
UNREADABLE = "unreadable"
WITHHELD = "withheld"
OUTCOMES = (TEXT, NO_TEXT, UNREADABLE, WITHHELD)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph in document order; text is clean (NFC, single spaces, no line breaks).

    kind: paragraph | heading | cell | header | footer | footnote. Blocks of one table share
    `table` (0-based, in document order); row and col are 0-based, one block a paragraph of a cell.
    """

    text: str
    kind: str = "paragraph"
    level: int = 0
    bold: bool = False
    italic: bool = False
    centered: bool = False
    table: int | None = None
    row: int | None = None
    col: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a format reader returns: blocks in reading order, pages where the format has any."""

    kind: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading one file ended; `reason` is a Vietnamese sentence wherever outcome is not text."""

    outcome: str
    kind: str
    reason_code: str | None = None
    reason: str | None = None
    text: str = ""
    blocks: tuple[Block, ...] = ()
    pages: int | None = None
    notes: tuple[str, ...] = ()
    interpretation: Interpretation | None = None
