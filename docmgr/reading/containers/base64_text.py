"""Decode long Base64 text piece by piece, so that only one piece is in memory twice."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

# A multiple of four: every four letters are three bytes.
_PIECE = 1 << 20
_OTHERS = re.compile(r"[^A-Za-z0-9+/]+")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]")


def is_base64(text: str) -> bool:
    """Whether `text` has only letters of Base64 and blanks."""
    return _NOT_BASE64.search(text) is None


def decoded(text: str) -> Iterator[bytes]:
    """Yield the bytes that Base64 text stands for, in pieces. Other characters are left out, as mail programs do, and
    so are letters at the end that make no byte."""
    rest = ""
    for at in range(0, len(text), _PIECE):
        rest += _OTHERS.sub("", text[at : at + _PIECE])
        whole = len(rest) // 4 * 4
        if whole:
            yield binascii.a2b_base64(rest[:whole])
        rest = rest[whole:]
    if len(rest) > 1:
        yield binascii.a2b_base64(rest + "=" * (4 - len(rest)))
