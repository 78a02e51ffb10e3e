"""Make lines of the text of a file that keep what old encodings need.

`legaltext.text.clean_line` drops characters that are letters in an old font: the soft hyphen is "ư" in TCVN3.
Readers therefore make their lines here, and `repair.texts` cleans them after the conversion.
"""

from __future__ import annotations

import re

from legaltext.text import clean

_LETTERS = "\x02-\x06\x10-\x15\x19\x1c-\x1e\x80-\x84\x86-\x9f\xad\xd0\xf0"
_KEPT = re.compile(f"([{_LETTERS}]+)")
_ODD = re.compile(f"[{_LETTERS}]")
# Unlike str.split, this does not split at the control characters that are letters.
_SPACE = re.compile(r"[ \t\n\r\f\v\u0085]+")
_LINE_END = re.compile(r"\r\n|[\n\r\f\v\u0085\u2028\u2029]")
# Signs around words that a format or a font shows in capitals. No text may hold these characters.
_CAPS_ON, _CAPS_OFF = "\ufdd0", "\ufdd1"
FONT_ON, FONT_OFF = "\ufdd2", "\ufdd3"
_SHOWN = re.compile("\ufdd0([^\ufdd1]*)\ufdd1?|\ufdd2([^\ufdd3]*)\ufdd3?")
_SIGNS = re.compile("[\ufdd0-\ufdd3]")
_HIGH = re.compile("[\x80-\xff]")
CAPITAL_FONT = re.compile(r"\.?Vn[\w ]+H", re.I)


def raw_line(text: str) -> str:
    """Make one line of `text` as `legaltext.text.clean_line` does, but keep the characters that are letters in an
    old encoding."""
    if not _ODD.search(text):
        return _SPACE.sub(" ", clean(text)).strip(" ")
    kept = "".join(part if at % 2 else clean(part) for at, part in enumerate(_KEPT.split(text)))
    return _SPACE.sub(" ", kept).strip(" ")


def raw_lines(text: str) -> list[str]:
    """Split `text` into lines and make each as `raw_line` does. Empty lines are left out."""
    return list(filter(None, map(raw_line, split(text))))


def split(text: str) -> list[str]:
    """Split `text` at its line ends. Unlike str.splitlines, this does not split at characters that are letters."""
    lines = _LINE_END.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def in_capitals(text: str) -> str:
    """Write `text` in capitals because its format says so. Where it may be in an old encoding, in which a capital
    can be another letter, it is only marked; `shown` does the rest."""
    return f"{_CAPS_ON}{text}{_CAPS_OFF}" if _HIGH.search(text) else text.upper()


def in_capital_font(text: str) -> str:
    """Mark `text` that a file shows in an old font of capitals, like .VnTimeH. It is written in capitals when it
    turns out to be in an old encoding."""
    return f"{FONT_ON}{text}{FONT_OFF}"


def carried(text: str, ends: str) -> str:
    """Repeat the marks of an old font of capitals in each part of `text` that they reach. Parts end at one of the
    characters in `ends`."""
    if FONT_ON not in text:
        return text
    parts, is_open = [], False
    for part in re.split(f"([{ends}])", text):
        own = f"{FONT_ON}{part}" if is_open else part
        is_open = own.rfind(FONT_ON) > own.rfind(FONT_OFF)
        parts.append(own if part not in ends or not part else part)
    return "".join(parts)


def shown(text: str, converted: bool) -> str:
    """Write the marked words of a line in capitals and take the marks away. `converted` says whether the line was
    converted from an old encoding."""
    if not _SIGNS.search(text):
        return text
    done = _SHOWN.sub(lambda found: _capitals(found, converted), text)
    return _SIGNS.sub("", done)


def _capitals(found: re.Match[str], converted: bool) -> str:
    by_format, by_font = found.group(1), found.group(2)
    if by_format is not None:
        return by_format.upper()
    return by_font.upper() if converted else by_font


def unmarked(text: str) -> str:
    """Take the marks of capitals away from a line, and nothing else."""
    return _SIGNS.sub("", text)
