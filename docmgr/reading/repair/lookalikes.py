"""Replace letters of other alphabets that look like Latin ones, inside words that are otherwise Latin.

A search for "CỘNG" does not find a word whose C is Cyrillic. What cannot be replaced surely is only counted.
"""

from __future__ import annotations

import re

_CYRILLIC = dict(zip("АВЕКМНОРСТХІЅЈаеорсухіѕј", "ABEKMHOPCTXISJaeopcyxisj", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι", "ABEZHIKMNOPTYXoi", strict=True))
_LATIN = str.maketrans(_CYRILLIC | _GREEK)
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTER = re.compile("[A-Za-zÀ-ɏ\u1e00-\u1eff]")


def replace(line: str) -> str:
    """Replace look-alikes in the words of one line that also have Latin letters. Words of another alphabet stay."""
    if not _FOREIGN.search(line):
        return line
    return _WORD.sub(lambda found: _replaced(found.group()), line)


def count(line: str) -> int:
    """Count the words of a line that mix Latin letters with letters of another alphabet."""
    if not _FOREIGN.search(line):
        return 0
    return sum(bool(_FOREIGN.search(word) and _LATIN_LETTER.search(word)) for word in _WORD.findall(line))


def _replaced(word: str) -> str:
    return word.translate(_LATIN) if _LATIN_LETTER.search(word) else word
