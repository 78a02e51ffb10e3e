"""Read the body of an Outlook mail that is stored as compressed RTF ([MS-OXRTFCP])."""

from __future__ import annotations

import re
import struct

from striprtf.striprtf import rtf_to_text

from docmgr.reading.outcomes import Unreadable

_HEADER = struct.Struct("<IIII")
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_SIZE = 4096
_MOST_BYTES = 32 * 1024 * 1024
# What every compressed body begins with, for the decoder; it is no part of the text.
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    rb"SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" b"\r\n" rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # fmt: skip
_TAGS = re.compile(r"\{\\\*\\htmltag[^{}]*\}")


def rtf_words(data: bytes) -> str:
    """Read the words of a compressed body; "" when `data` is empty. Raises Unreadable("broken") when it is damaged."""
    if len(data) < _HEADER.size:
        return ""
    source = decompressed(data).decode("latin-1").replace("\0", "")
    page = re.search(r"\\ansicpg(\d+)", source)
    try:
        # A body that was HTML has its tags beside the words.
        words: str = rtf_to_text(_TAGS.sub("", source), encoding=f"cp{page[1]}" if page else "cp1252", errors="replace")
    except (UnicodeError, LookupError, ValueError, TypeError) as fault:
        raise Unreadable("broken") from fault
    return words


def decompressed(data: bytes) -> bytes:
    """Decompress a body. Raises Unreadable: "broken" when it is not in this format, "too_large" when it is larger than
    any mail."""
    _, size, kind, _ = _HEADER.unpack_from(data)
    body = data[_HEADER.size :]
    if kind == _PLAIN:
        return body[:size]
    if kind != _COMPRESSED:
        raise Unreadable("broken")
    if size > _MOST_BYTES:
        raise Unreadable("too_large")
    return bytes(_unfolded(body))


def _unfolded(body: bytes) -> bytearray:
    """Decompress the tokens of a body. Eight tokens follow each byte of flags; a token is one byte, or two that name a
    place and a length in the last 4096 bytes."""
    ring, at, out = bytearray(_DICTIONARY.ljust(_SIZE, b"\0")), len(_DICTIONARY), bytearray()
    read, flags, left = 0, 0, 0
    while read < len(body) and len(out) <= _MOST_BYTES:
        if not left:
            flags, left, read = body[read], 8, read + 1
            continue
        if flags & 1:
            token = int.from_bytes(body[read : read + 2].ljust(2, b"\0"), "big")
            start, length, read = token >> 4, (token & 15) + 2, read + 2
            if start == at:
                break
        else:
            # A single byte is copied as well, from where it has just been put.
            ring[at], start, length, read = body[read], at, 1, read + 1
        for step in range(length):
            ring[at] = ring[(start + step) % _SIZE]
            out.append(ring[at])
            at = (at + 1) % _SIZE
        flags, left = flags >> 1, left - 1
    return out
