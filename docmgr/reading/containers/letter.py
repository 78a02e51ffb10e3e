"""What all formats of mail have in common, and how it becomes the text of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.html.reader import parsed, tree_blocks
from docmgr.reading.letters.lines import raw_line, raw_lines
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.types import Attachment, Block, Fact, PartContents
from legaltext.text import clean_line

_PEOPLE_CHARACTERS = 5_000


@dataclass(frozen=True)
class Body:
    """One part of the body of a mail: HTML, or else plain text."""

    text: str
    is_html: bool = False

    @property
    def blocks(self) -> Iterator[Block]:
        """Its text as blocks. A part without words, such as one with a picture alone, has none."""
        if not self.is_html:
            return map(Block, raw_lines(self.text))
        return tree_blocks(self._tree)

    @cached_property
    def _tree(self) -> etree._Element | None:
        # Whether there are words is asked before they are read.
        return parsed(self.text)

    @property
    def has_words(self) -> bool:
        """Whether it has any text to read."""
        return any(block.text.strip() for block in self.blocks)


def richest(plain: str, html: str) -> tuple[Body, ...]:
    """Choose between two forms of the same body: the HTML form, which keeps its tables, when it has words."""
    rich = Body(html, is_html=True)
    return (rich,) if rich.has_words else (Body(plain),)


@dataclass(frozen=True)
class Letter:
    """A mail without its attachments. `sender`, `to`, `copied` and `sent` are as they are shown; "" where the mail
    does not say. `bodies` are the parts of its body, in their order."""

    subject: str = ""
    sender: str = ""
    to: str = ""
    copied: str = ""
    sent: str = ""
    bodies: tuple[Body, ...] = ()


def contents(kind: str, letter: Letter, attachments: Sequence[Attachment], limits: ReadingLimits) -> PartContents:
    """Make the contents of a file of `kind` ("eml" or "msg") from a mail and its attachments. Its only fact is its
    subject: the words of a mail are not those of an official document. Raises Unreadable when it is too large."""
    subject = clean_line(letter.subject)
    facts = {"subject": Fact("subject", subject, subject, sure=True)} if subject else {}
    blocks = tuple(capped(_blocks(letter, attachments), limits))
    apart = (Block(subject, "subject"),) if subject else ()
    return PartContents(kind, blocks, facts=facts, attachments=tuple(attachments), apart=apart)


def _blocks(letter: Letter, attachments: Sequence[Attachment]) -> Iterator[Block]:
    heads = (
        ("Từ", letter.sender), ("Đến", letter.to), ("Đồng gửi", letter.copied), ("Ngày gửi", letter.sent), ("Chủ đề", letter.subject),
    )  # fmt: skip
    for label, words in heads:
        line = raw_line(words)[:_PEOPLE_CHARACTERS]
        if line:
            yield Block(f"{label}: {line}")
    for body in letter.bodies:
        yield from body.blocks
    for attachment in attachments:
        if attachment.reason_code != "inline":
            yield Block(f"Tệp kèm theo: {attachment.name}")
