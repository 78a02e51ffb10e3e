"""The data classes that the modules of docmgr.reading pass to each other, and that reading returns.

This module decides what a block of text is and which outcomes a reading has. The modules in `formats` read
files, and `interpret` finds the meaning of a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from docmgr.reading.notes import Remark

TEXT = "text"
NO_TEXT = "no_text"
UNREADABLE = "unreadable"
WITHHELD = "withheld"
OUTCOMES = (TEXT, NO_TEXT, UNREADABLE, WITHHELD)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a file, also one in a table cell, page header or note. Blocks are in the order of the
    document. `text` is in NFC, with single spaces and no line breaks.

    `kind` is paragraph, heading, cell, header, footer or footnote (also the words in the box of a signature
    that say who signed and when), or what PartContents.apart names; `level` is the level of a heading. Blocks
    of one table have the same `table` number, counted from 0 in the order of the document. `row` and `col`
    are counted from 0; each paragraph of a cell is one block. `page` is the number of the page or slide, from 1, None
    for formats without pages.
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
class Attachment:
    """One file inside a mail, an archive or an edXML message. `number` counts them from 0; an unpacked file
    lies in the folder of the unpacking under this number. `name` is its name in the container, which may be
    any text and is never used as a path. `size` is in bytes. `reason_code` says why it was not unpacked, a
    key of outcomes.LEFT_OUT; None when it was."""

    number: int
    name: str
    size: int
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class PartContents:
    """What the reader of a file format returns. `kind` is the kind of file. `blocks` are in reading order,
    `pages` is the number of pages (None for formats without pages), and `notes` are remarks about what was
    left out. `from_pictures` says that the words were recognised on pictures of pages (OCR), and `some_from_pictures`
    that those of some pages were. `facts` are facts that the file states as data, by field; None when they must be
    found in the text. `attachments` are the files inside it. `apart` are lines that are no text of the document, and in
    which only a secrecy stamp is looked for: the header or footer of a page, a box (text boxes and WordArt), or the
    subject of a message (their `kind`). `picture_pages` are the numbers of the pages that are pictures, where other
    pages have text of their own."""

    kind: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    notes: tuple[Remark, ...] = ()
    from_pictures: bool = False
    some_from_pictures: bool = False
    facts: Mapping[str, Fact] | None = None
    attachments: tuple[Attachment, ...] = ()
    apart: tuple[Block, ...] = ()
    picture_pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OldFonts:
    """What a reading tells of text in old encodings (TCVN3 and others). `encodings` are those that were found, and
    `lines` is the number of lines in them. `before` is the whole text before the conversion, with the same lines as
    the text after it; None when the text was left as it is written."""

    encodings: tuple[str, ...]
    lines: int
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """One electronic signature of a PDF file, as far as it can be checked without network.

    `signer` is the name in the certificate, None when the signature is unreadable. `at` is the time of signing in
    ISO 8601 (UTC), None when none is given. It comes from a time stamp, or else from the signer's own clock.
    `covers` is document (the whole file), revision (later only further signatures or form fields were added),
    changed (the document was changed after signing) or unknown.
    `chain` is trusted (the certificate leads to one that the site trusts), unknown (it does not), expired (it
    does, but had expired, or nothing proves that it was used in time) or revoked.
    `valid` is True when the bytes are as signed and the chain is trusted. It is False when the bytes or the
    document were changed, or the certificate did not hold at the time. It is None when it is not known.
    `revision` counts the saved states of the file from 1. `time_stamp` says whether `at` was confirmed by a time
    stamp authority: trusted, unknown (an authority that the site does not know), or None (no time stamp).
    """

    signer: str | None
    at: str | None
    covers: str
    valid: bool | None
    chain: str
    revision: int | None = None
    time_stamp: str | None = None


COVERS = ("document", "revision", "changed", "unknown")
CHAINS = ("trusted", "unknown", "expired", "revoked")
TIME_STAMPS = (None, "trusted", "unknown")


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one file.

    `outcome` is text, no_text, unreadable or withheld. `reason_code` says why there is no text: a key of
    outcomes.REASONS, or None for the outcome text. `secrecy` is the level of a secrecy stamp, or None. When
    there is an `interpretation`, it holds the text and `blocks` is empty.
    `old_fonts` tells of text in old encodings, None when there was none. `health` is one of
    repair.health.HEALTHS, and `health_reason` a key of its REASONS or None. `official` is false when the
    file is surely no official document, so that nobody is asked for its number and date.
    `attachments` are the files inside the file, unless it is unreadable or withheld. `signatures` are the
    electronic signatures of a PDF file, whether its text was read or not. `picture_pages` are the numbers of the
    pages that are pictures, where other pages have text of their own.
    """

    outcome: str
    kind: str
    reason_code: str | None = None
    secrecy: str | None = None
    blocks: tuple[Block, ...] = ()
    pages: int | None = None
    notes: tuple[Remark, ...] = ()
    interpretation: Interpretation | None = None
    old_fonts: OldFonts | None = None
    health: str = "none"
    health_reason: str | None = None
    official: bool = True
    attachments: tuple[Attachment, ...] = ()
    signatures: tuple[Signature, ...] = ()
    picture_pages: tuple[int, ...] = ()

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
    document), so (a numbered section outside an article), bang (a sheet of a workbook), hang (one of its rows)
    or trang (a slide). `label` is as printed: "Điều 5", "Khoản 2", "Điểm a".
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
    the mention as printed, and `start` and `end` are its offsets in `Interpretation.text`, in characters. A
    mention of several provisions is one citation for each, all with the same offsets. `number`, `name`,
    `type`, `issuer` and `issued_on` describe the other document; each is None when the mention lacks it.

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
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OwnReference:
    """One reference of a text to itself, such as "khoản 2 Điều này" (clause 2 of this article). `start` and
    `end` are its offsets in the text, in characters, and `quote` is the reference as printed. `provisions`
    are the anchors of all provisions that it means, as far as the text has them. It is empty when the
    reference means the whole document, and when the text has no such provision; `whole` is true only for the former.

    `type` is the type of document that it names, as in "Nghị định này" (this decree); None when it names
    none. `links` say which of its words mean what: (start, end, anchor of the first provision meant), in
    order, with offsets in the text.
    """

    start: int
    end: int
    quote: str
    provisions: tuple[str, ...]
    type: str | None
    links: tuple[tuple[int, int, str], ...]
    whole: bool = False


# What `Due.rule`, `.every` and `.unit`, `Grounds.part` and `Obligation.sure` may be.
DUE_RULES = (None, "fixed", "recurring", "after", "inherited", "continuous", "request")
PERIODS = (None, "week", "month", "quarter", "half-year", "semester", "year", "school-year")
SPANS = (None, "day", "working-day", "week", "month", "year")
WHY_PARTS = ("who", "what", "when", "evidence", "target")
SURENESS = ("good", "doubtful")


@dataclass(frozen=True, slots=True)
class Due:
    """When an obligation is to be met. `rule` is fixed (`on` is the last day, in ISO 8601), recurring (`every` is week,
    month, quarter, half-year, semester, year or school-year, or None for "định kỳ" alone), after (`n` of `unit` after
    `event`), inherited (`event` names the document or task whose time counts), continuous or request; None when no time is
    named. `unit` is day, working-day, week, month or year; a recurring due has `n` and `unit` of its period too. `event` is
    as printed; of a recurring due it names further periods and requests ("một năm; theo yêu cầu")."""

    rule: str | None = None
    on: str | None = None
    every: str | None = None
    n: int | None = None
    unit: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """One stretch of a text that made a part of an obligation. `part` is one of WHY_PARTS, and `rule` the name of the rule. `start` and `end` are the offsets of `quote` in `Interpretation.text`, in characters; they may be
    outside of the obligation, for example in a heading above it."""

    part: str
    rule: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that a text tells somebody to do, as a proposal for a task. `start` and `end` are the offsets of `quote` in
    `Interpretation.text`, in characters, and `anchor` is the provision that contains it. `action` is what is to be done,
    without who and without words before them. `units` are those in charge and `supporting` those who help, as printed.
    `evidence` are the kinds of documents that are expected, and `target` is a figure to reach, as printed, or None.
    `sure` is one of SURENESS: doubtful when nobody is named, or the words are no plain order."""

    start: int
    end: int
    anchor: str
    quote: str
    action: str
    units: tuple[str, ...]
    supporting: tuple[str, ...]
    due: Due
    evidence: tuple[str, ...]
    target: str | None
    why: tuple[Grounds, ...]
    sure: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Everything that was found in one text. The offsets of the provisions count characters of `text`. Keys
    of `facts` are field names. `secrecy` is the level of a secrecy stamp, or None. `obligations` are found only in plans
    and other types of documents that give tasks."""

    text: str
    provisions: tuple[Provision, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    own_references: tuple[OwnReference, ...] = ()
    secrecy: str | None = None
    obligations: tuple[Obligation, ...] = ()
