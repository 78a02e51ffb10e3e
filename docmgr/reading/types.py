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
    """One paragraph, in the order of the document. `text` is clean: NFC, single spaces, no line breaks.

    `kind` is paragraph, heading, cell, header, footer or footnote; `level` is the level of a heading. Blocks
    of one table have the same `table` number, counted from 0 in the order of the document. `row` and `col`
    are counted from 0; each paragraph of a cell is one block. `page` is the page number, None for formats
    without pages.
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
    """What the reader of a format returns. `blocks` are in reading order, `pages` is the number of pages
    (None for formats without pages), and `notes` are remarks about what was left out."""

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
    """One provision of a text. `start` and `end` are the offsets of its own words in `Interpretation.text`,
    in characters; `parent` is the anchor of the provision around it.

    `kind` is phan (part), chuong (chapter), muc (section), tieu_muc (sub-section), dieu (article), khoan
    (clause), diem (point), gach (dash item), doan (paragraph), phu_luc (appendix), kem_theo (attached
    document) or so (a numbered section outside an article). `label` is as printed: "Điều 5", "Khoản 2",
    "Điểm a". `text` has the own words with heading and numeral, without those of its children.
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
    """One proposed fact. `value` is its text, in ISO 8601 for a date; a list is in `values`. `quote` is the
    text it was read from. `sure` is false when a person should check it."""

    field: str
    value: str | None
    quote: str
    sure: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in a text that cites another document. `anchor` is the provision that contains it;
    `provision` is the anchor of the provision of the other document that is named, or None.

    `role` is basis, cites, amends, replaces, repeals, guides, implements, answers, corrects, suspends,
    consolidates or attached_to, as far as the wording shows it.
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
    """Everything that was found in one text. The offsets of the provisions count characters of `text`.
    `facts` are by field name; `secrecy` is the level of a secrecy stamp, or None."""

    text: str
    provisions: tuple[Provision, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    secrecy: str | None = None
