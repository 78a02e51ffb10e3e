"""Recognise a mail and a saved web page (MHTML) by the header lines at the beginning of the file."""

from __future__ import annotations

import re

_HEADER = re.compile(r"([!-9;-~]+):")
# A mail has a sender and some of these (RFC 5322, 3.6); a text that merely begins with "From:" has not.
_MAIL = {
    "to", "cc", "date", "subject", "message-id", "mime-version", "received", "return-path", "delivered-to", "content-type",
}  # fmt: skip
_SENDERS = {"from", "sender", "return-path"}
_ADDRESSED = {"to", "cc", "bcc", "subject"}
_MADE = {"mime-version", "content-type"}
_ENOUGH = 2
_SAVED = re.compile(r"saved by ", re.I)
# Headers of a message that was sent; a web page that a browser or Word saved has none of them.
_SENT = {"to", "cc", "received", "message-id", "delivered-to", "return-path"}


def message_kind(text: str) -> str | None:
    """Find whether a text is a mail or a saved web page. Returns "eml" or "mht", or None when it is neither.
    `text` is the beginning of the file."""
    headers = _headers(text)
    if not headers:
        return None
    if _is_saved_page(headers):
        return "mht"
    # A draft has no sender yet, but says what it is made of.
    sent = headers.keys() & _SENDERS or (headers.keys() & _ADDRESSED and headers.keys() & _MADE)
    is_mail = bool(sent) and len(headers.keys() & _MAIL) >= _ENOUGH
    return "eml" if is_mail or "x-unsent" in headers else None


def _is_saved_page(headers: dict[str, str]) -> bool:
    if "snapshot-content-location" in headers or _SAVED.search(headers.get("from", "")):
        return True
    content = headers.get("content-type", "").lower()
    return "multipart/" in content and not headers.keys() & (_SENT | _SENDERS | _ADDRESSED)


def _headers(text: str) -> dict[str, str]:
    """Read the header lines at the beginning of a text. Returns their values by name in lower case; empty
    when the first lines are no header."""
    found: dict[str, str] = {}
    name = ""
    lines = text.lstrip().splitlines()
    for place, line in enumerate(lines):
        if not line.strip():
            break
        if line[0] in " \t" and name:
            found[name] += line
            continue
        header = _HEADER.match(line)
        if header is None:
            # The last line of a sample may be cut.
            return found if place and place == len(lines) - 1 else {}
        name = header[1].lower()
        found[name] = line[header.end() :]
    return found
