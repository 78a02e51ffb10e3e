"""One way to clean text, used by every format reader.

Decides characters only: NFC, spaces, invisible characters, Icelandic eth. Tone placement and
case belong to the indexer.
"""

from __future__ import annotations

import re
import unicodedata

_DROP = (
    [0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF, 0xFFFC, 0xFFFE, 0xFFFF]
    + list(range(0x200B, 0x2010))
    + list(range(0x202A, 0x202F))
    + list(range(0x2060, 0x2070))
)
_CONTROL = [c for c in range(0x20) if c not in (0x09, 0x0A, 0x0B, 0x0C, 0x0D)] + list(range(0x7F, 0xA0))
# The eths stand for Đ/đ in numbers typed with the wrong keyboard: 99/2001/QÐ-BTC.
_TABLE: dict[int, str | None] = {
    **dict.fromkeys(_DROP),
    **dict.fromkeys(_CONTROL),
    0x00A0: " ",
    0x0085: " ",
    0x00D0: "Đ",
    0x00F0: "đ",
    # Lone surrogates cannot be written as UTF-8.
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Text in NFC with single spaces, no invisible characters and no line breaks."""
    text = text.translate(_TABLE)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()


def clean_lines(text: str) -> list[str]:
    """The cleaned lines of a text that may hold line breaks; empty lines are left out."""
    lines = (clean(line) for line in text.splitlines())
    return [line for line in lines if line]
