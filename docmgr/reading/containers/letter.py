"""What all formats of mail have in common, and how it becomes the text of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.html.reader import html_blocks
from docmgr.reading.letters.lines import raw_line, raw_lines
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.types import Attachment, Block, Fact, PartContents
from legaltext.text import clean_line

_PEOPLE_CHARACTERS = 5_000


@dataclass(frozen=True)
class Letter:
    """A mail without its attachments. `sender`, `to`, `copied` and `sent` are as they are shown; "" where the mail
    does not say. The body is `html` or, when that is empty, `plain`."""

    subject: str = ""
    sender: str = ""
    to: str = ""
    copied: str = ""
    sent: str = ""
    plain: str = ""
    html: str = ""


def contents(kind: str, letter: Letter, attachments: Sequence[Attachment], limits: ReadingLimits) -> PartContents:
    """Make the contents of a file of `kind` ("eml" or "msg") from a mail and its attachments. Its only fact is its
    subject: the words of a mail are not those of an official document. Raises Unreadable when it is too large."""
    subject = clean_line(letter.subject)
    facts = {"subject": Fact("subject", subject, subject, sure=True)} if subject else {}
    blocks = tuple(capped(_blocks(letter, attachments), limits))
    return PartContents(kind, blocks, facts=facts, attachments=tuple(attachments))


def _blocks(letter: Letter, attachments: Sequence[Attachment]) -> Iterator[Block]:
    heads = (
        ("Từ", letter.sender), ("Đến", letter.to), ("Đồng gửi", letter.copied), ("Ngày gửi", letter.sent), ("Chủ đề", letter.subject),
    )  # fmt: skip
    for label, words in heads:
        line = raw_line(words)[:_PEOPLE_CHARACTERS]
        if line:
            yield Block(f"{label}: {line}")
    body = list(html_blocks(letter.html)) if letter.html.strip() else []
    yield from body or map(Block, raw_lines(letter.plain))
    for attachment in attachments:
        if attachment.reason_code != "inline":
            yield Block(f"Tệp kèm theo: {attachment.name}")
