"""Plain shapes that travel between the parts of the reading room.

Decides what a block of text is and how a reading ends. How each format is read lives in the
format modules; what a text means is worked out by `interpret`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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


def joined(blocks: Iterable[Block]) -> str:
    """The text of blocks, one block a line; offsets count in it."""
    return "\n".join(block.text for block in blocks)


@dataclass(frozen=True, slots=True)
class PartContents:
    """What a format reader returns: blocks in reading order, pages where the format has any."""

    kind: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading one file ended.

    `reason_code` is a key of outcomes.REASONS wherever the outcome is not text, `secrecy` the level of a secrecy stamp. What was
    interpreted is no longer needed as blocks, so that long texts do not pass from process to process twice.
    """

    outcome: str
    kind: str
    reason_code: str | None = None
    secrecy: str | None = None
    blocks: tuple[Block, ...] = ()
    pages: int | None = None
    notes: tuple[str, ...] = ()
    interpretation: Interpretation | None = None

    @property
    def text(self) -> str:
        """The text that was read, one block a line."""
        return self.interpretation.text if self.interpretation else joined(self.blocks)


@dataclass(frozen=True, slots=True)
class Provision:
    """One unit of a text; `start`/`end` are character offsets of its own words in `Interpretation.text`.

    kind: phan, chuong, muc, tieu_muc, dieu, khoan, diem, gach (dash item), doan (paragraph), phu_luc,
    kem_theo, so (a numbered section without Điều). `label` is as printed: "Điều 5", "Khoản 2", "Điểm a".
    `text` holds the own words as printed, heading and numeral included, without those of its children.
    """

    anchor: str
    parent: str | None
    kind: str
    label: str
    title: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One proposed fact: dates are ISO, lists are in `values`; `quote` is the words it was read from."""

    field: str
    value: str | None
    quote: str
    sure: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of another document: where it stands (`anchor`) and where it points (`provision`).

    role: basis, cites, amends, replaces, repeals, guides, implements, answers, corrects, suspends,
    consolidates or attached_to, as far as the wording tells.
    """

    number: str | None
    name: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    provision: str | None
    anchor: str
    quote: str
    role: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """All that is read from one text; `text` is what the offsets of the provisions count in."""

    text: str
    provisions: tuple[Provision, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    secrecy: str | None = None
