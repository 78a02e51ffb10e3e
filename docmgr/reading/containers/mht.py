"""Read web pages that were saved as one file (MHTML): the main page as blocks,
then the pages in its frames. Its pictures are left out."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from docmgr.reading.containers.mime import opened
from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.encoding import declared_charset, decode
from docmgr.reading.formats.html.reader import html_blocks
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents


def read_mht(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the MHTML file at `path` within `limits`. Raises Unreadable when it is broken or too large."""
    return PartContents("mht", tuple(capped(_blocks(opened(path, limits)), limits)))


def _blocks(message: Message) -> Iterator[Block]:
    """Yield the text of all its pages: that from which the file was saved, which the file names, or else its first
    page, comes first. Raises Unreadable when there is no page."""
    start = message.get_param("start")
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    pages.sort(key=lambda page: page.get("content-id", "").strip() != start)
    if not pages:
        raise Unreadable("broken")
    for page in pages:
        payload = page.get_payload(decode=True)
        if isinstance(payload, bytes) and payload.strip():
            yield from html_blocks(decode(payload, page.get_content_charset() or declared_charset(payload)))
