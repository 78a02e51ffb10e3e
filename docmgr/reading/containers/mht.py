"""Read web pages that were saved as one file (MHTML): the main page as blocks. Its pictures are left out."""

from __future__ import annotations

import email
import email.policy
from email.message import Message
from pathlib import Path

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.encoding import declared_charset, decode
from docmgr.reading.formats.html.reader import html_blocks
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import PartContents


def read_mht(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the MHTML file at `path` within `limits`. Raises Unreadable when it is broken or too large."""
    if path.stat().st_size > limits.mail_bytes:
        raise Unreadable("too_large")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    payload, charset = _main_page(message)
    blocks = capped(html_blocks(decode(payload, charset or declared_charset(payload))), limits)
    return PartContents("mht", tuple(blocks))


def _main_page(message: Message) -> tuple[bytes, str | None]:
    """Find the page from which the file was saved: the one that the file names, or else its first page. Returns its
    bytes and the charset that the part declares, or None. Raises Unreadable when there is no page."""
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    start = message.get_param("start")
    named = [page for page in pages if page.get("content-id", "").strip() == start]
    for page in (*named, *pages):
        payload = page.get_payload(decode=True)
        if isinstance(payload, bytes):
            return payload, page.get_content_charset()
    raise Unreadable("broken")
