"""Sort short Vietnamese texts, and find words in them, with the same results on SQLite and PostgreSQL.

The order is the Vietnamese order of Unicode CLDR. Texts are compared by letters first: punctuation,
digits, then a ă â b c d đ e ê …. Equal letters are compared by tones (none, huyền, hỏi, ngã, sắc, nặng),
and then by case, small letters first. PostgreSQL sorts by its collation `vi-x-icu`, and SQLite by the
function `key`. Words are found with or without their diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from legaltext.text import clean

# The order of CLDR. Letters that are not listed are sorted after these, by code point.
SIGNS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_QUALITIES = "\u0306\u0302\u031b"
_FIRST = 0x20
# Combining diacritics that follow a letter in decomposed text, and characters that are invisible.
_MARKS = "[\u0300-\u036f\u00ad\u200b-\u200d\ufeff]*"
_LATIN = [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)]


def _taken_apart(char: str) -> tuple[str, int]:
    """Split a character into (letter, tone). The letter is one of LETTERS, and the tone is 0 to 5. A
    letter with a diacritic that Vietnamese does not have gets the tone 6. Any other character, such as a
    digit, is returned in lower case, with the tone 6."""
    char = {"Đ": "đ", "Ð": "đ", "ð": "đ"}.get(char, char.lower())
    spread = unicodedata.normalize("NFD", char)
    base, marks = spread[0], spread[1:]
    quality = "".join(mark for mark in marks if mark in _QUALITIES)
    letter = unicodedata.normalize("NFC", base + quality)
    tones = [mark for mark in marks if mark not in _QUALITIES]
    if letter not in LETTERS:
        return (base if base in LETTERS else char), 6
    return letter, 0 if not tones else _TONES.get(tones[0], 6) if len(tones) == 1 else 6


_PLACES = {char: chr(_FIRST + place) for place, char in enumerate(SIGNS + LETTERS)}
_APART = {code: _taken_apart(chr(code)) for code in _LATIN}
_BY_LETTER = {ord(char): place for char, place in _PLACES.items()} | {
    code: _PLACES.get(letter, chr(code)) for code, (letter, _) in _APART.items()
}
_BY_TONE = {code: str(tone) for code, (_, tone) in _APART.items()}
_BY_CASE = {code: "1" if chr(code) != chr(code).lower() else "0" for code in _LATIN}


@lru_cache(maxsize=10_000)
def key(text: str | None) -> str | None:
    """Compute the sort key of a text, for Python and SQLite. It consists of the letters of the text, then
    their tones, then their case. None gives None."""
    if text is None:
        return None
    text = clean(text)
    return f"{text.translate(_BY_LETTER)}\x01{text.translate(_BY_TONE)}\x01{text.translate(_BY_CASE)}"


def install(connection: Any) -> None:
    """Register `key` as the SQL function `vn_key` on a SQLite connection."""
    connection.create_function("vn_key", 1, key, deterministic=True)


class order(FunctionElement[str]):
    """An SQL expression for ORDER BY that sorts a text column in the Vietnamese order."""

    type = String()
    inherit_cache = True


@compiles(order)
def _by_key(element: order, compiler: Any, **more: Any) -> str:
    return f"vn_key({compiler.process(element.clauses, **more)})"


@compiles(order, "postgresql")
def _by_collation(element: order, compiler: Any, **more: Any) -> str:
    return f'(({compiler.process(element.clauses, **more)}) COLLATE "vi-x-icu")'


def holds(words: Iterable[str], *columns: Any) -> ColumnElement[bool]:
    """Build an SQL condition that is true when each of `words` occurs in at least one of `columns`, in any
    case, with or without diacritics. A word may contain spaces. When `words` is empty, the condition is
    always true."""
    patterns = [pattern(word) for word in words]
    return and_(true(), *(or_(*(func.coalesce(c, "").regexp_match(one) for c in columns)) for one in patterns))


@lru_cache(maxsize=1024)
def pattern(words: str) -> str:
    """Build a regular expression for Python and PostgreSQL that finds `words` in any case, with or without
    diacritics."""
    text = unicodedata.normalize("NFD", clean(words))
    bare = "".join(char for char in text if not unicodedata.combining(char))
    return "".join(_any_form(char) for char in bare)


def _any_form(char: str) -> str:
    if char.isspace():
        return "[ \u00a0\t\r\n]" + _MARKS
    letter = char.lower().replace("đ", "d").replace("ð", "d")
    if letter in _FORMS:
        return f"[{_FORMS[letter]}]{_MARKS}"
    if not char.isalnum():
        return re.escape(char) + _MARKS
    return "[" + "".join(dict.fromkeys((char, char.lower()[:1], char.upper()[:1]))) + "]" + _MARKS


def _forms() -> dict[str, str]:
    forms = {letter: letter + letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
    for code in _LATIN[52:]:
        base = unicodedata.normalize("NFD", chr(code))[0].lower().replace("đ", "d").replace("ð", "d")
        if base in forms:
            forms[base] += chr(code)
    return forms


_FORMS = _forms()
