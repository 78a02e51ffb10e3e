"""The data classes that the modules of docmgr.reading pass to each other, and that reading returns.

This module decides what a block of text is and which outcomes a reading has. The modules in `formats` read
files, and `interpret` finds the meaning of a text.
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
    """One paragraph of a file, also one in a table cell, page header or note. Blocks are in the order of the
    document. `text` is in NFC, with single spaces and no line breaks.

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
    """Join the text of the blocks, one block per line. Offsets in a text count characters of this result."""
    return "\n".join(block.text for block in blocks)


@dataclass(frozen=True, slots=True)
class PartContents:
    """What the reader of a file format returns. `kind` is the kind of file. `blocks` are in reading order,
    `pages` is the number of pages (None for formats without pages), and `notes` are remarks about what was
    left out. `from_pictures` says that the words were recognised on pictures of pages (OCR)."""

    kind: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    notes: tuple[str, ...] = ()
    from_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one file.

    `outcome` is text, no_text, unreadable or withheld. `reason_code` says why there is no text: a key of
    outcomes.REASONS, or None for the outcome text. `secrecy` is the level of a secrecy stamp, or None. When
    there is an `interpretation`, it holds the text and `blocks` is empty.
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
        """The text that was read, one block per line; "" when there is none."""
        return self.interpretation.text if self.interpretation else joined(self.blocks)


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision of a text. `text` has its heading, numeral and words; the provisions inside it are left
    out. `start` and `end` are the offsets of `text` in `Interpretation.text`, in characters. `parent` is the
    anchor of the provision that contains it, or None.

    `kind` is phan (part), chuong (chapter), muc (section), tieu_muc (sub-section), dieu (article), khoan
    (clause), diem (point), gach (dash item), doan (paragraph), phu_luc (appendix), kem_theo (attached
    document) or so (a numbered section outside an article). `label` is as printed: "Điều 5", "Khoản 2", "Điểm
    a".
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
    """One proposed fact. `value` is its text; a date is in ISO 8601. A fact that is a list has its items
    in `values`. `quote` is the text from which the fact was read. `sure` is false when a person should
    check it."""

    field: str
    value: str | None
    quote: str
    sure: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of another document in a text. `anchor` is the provision of this text that contains the
    mention. `provision` is the anchor of the mentioned provision of the other document, or None. `quote` is
    the mention as printed. `number`, `name`, `type`, `issuer` and `issued_on` describe the other document;
    each is None when the mention lacks it.

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
    """Everything that was found in one text. The offsets of the provisions count characters of `text`. Keys
    of `facts` are field names. `secrecy` is the level of a secrecy stamp, or None."""

    text: str
    provisions: tuple[Provision, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    secrecy: str | None = None
