"""Open files in MIME format: mails and web pages that were saved as one file."""

from __future__ import annotations

import email
import email.policy
from email.message import Message
from pathlib import Path

from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable

# Lines that look like the beginning of a part, for each attachment that a mail may have. Millions take minutes.
_BOUNDARIES = 20


def opened(path: Path, limits: ReadingLimits) -> Message:
    """Parse the MIME file at `path` within `limits`. Raises Unreadable when it is too large or has too many parts."""
    if path.stat().st_size > limits.mail_bytes:
        raise Unreadable("too_large")
    if path.read_bytes().count(b"\n--") > _BOUNDARIES * limits.attachments:
        raise Unreadable("too_many_files")
    with path.open("rb") as stream:
        # From the stream, so that the file is in memory once.
        return email.message_from_binary_file(stream, policy=email.policy.compat32)
