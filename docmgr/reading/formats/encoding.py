"""Decode the bytes of a text or HTML file whose encoding is not known.

UTF-8 and UTF-16 are recognised from the bytes. Other bytes are decoded with the charset that the file
declares. A declaration of UTF-8, ASCII or Western European is then ignored, because it is often wrong. In
this case, or without a declaration, the bytes decide between windows-1258 (Vietnamese) and windows-1252
(Western European).
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)
_SAMPLE = 65536
# Combining characters that only windows-1258 puts after a vowel: grave, hook, tilde, acute, dot below.
_1258_MARKS = re.compile(
    rb"[aeiouyAEIOUY\xe2\xe3\xea\xf4\xf5\xfd\xc2\xc3\xca\xd4\xd5\xdd][\xcc\xd2\xde\xec\xf2]"
)
_ALIASES = {"windows-1258": "cp1258", "x-sjis": "shift_jis", "unicode": "utf-16"}


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode the bytes of a file to text. This never fails; bytes that cannot be decoded become U+FFFD.
    `declared` is the charset that the file declares, or None."""
    return decode_as(data, detect(data, declared))


def decode_as(data: bytes, name: str) -> str:
    """Decode the bytes of a file with the codec `name`, which `detect` has found. This never fails, as `decode`."""
    if name == "cp1252":
        # Browsers read windows-1252 as a superset: undefined bytes are C1 control characters.
        return "".join(_CP1252[byte] for byte in data) if _has_gap(data) else data.decode("cp1252")
    return data.decode(name, "replace").lstrip("\ufeff")


def detect(data: bytes, declared: str | None = None) -> str:
    """Find the Python codec with which to decode the bytes of a file, and return its name. `declared` is the
    charset that the file declares, or None."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    wide = _utf16_without_bom(data[:_SAMPLE])
    if wide:
        return wide
    if is_utf8(data):
        return "utf-8"
    named = _known(declared)
    if named and named not in ("utf-8", "ascii", "cp1252", "iso8859-1", "latin-1"):
        return named
    return "cp1258" if _looks_1258(data[:_SAMPLE]) else "cp1252"


def declared_charset(data: bytes) -> str | None:
    """Find the charset that an HTML or XML file declares near its beginning; None when it declares none."""
    head = data[:4096]
    match = _META.search(head) or re.search(rb"""encoding\s*=\s*["']([A-Za-z0-9_\-]+)""", head)
    return match.group(1).decode("ascii") if match else None


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        return codecs.lookup(_ALIASES.get(name.lower(), name)).name
    except LookupError:
        return None


def _utf16_without_bom(sample: bytes) -> str | None:
    even, odd = sample[0::2], sample[1::2]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    # Vietnamese in UTF-16 has many zero high bytes (ASCII) and hardly any zero low bytes.
    low_zero, high_zero = even.count(0) / len(even), odd.count(0) / len(odd)
    if high_zero > 0.3 and low_zero < 0.05:
        return "utf-16-le"
    if low_zero > 0.3 and high_zero < 0.05:
        return "utf-16-be"
    return None


def _looks_1258(sample: bytes) -> bool:
    high = sum(byte >= 0xC0 for byte in sample)
    return high > 0 and len(_1258_MARKS.findall(sample)) >= 0.2 * high


def _has_gap(data: bytes) -> bool:
    return any(byte in data for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


_CP1252 = [bytes([n]).decode("cp1252", "replace") for n in range(256)]
