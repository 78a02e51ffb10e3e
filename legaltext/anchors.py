"""Anchors are the stable names of provisions within one version of a document. A provision is a Điều
(article), a khoản (clause), a điểm (point) or a numbered section.

This module decides how an anchor is spelt and splits an anchor into its components. Examples are
`dieu-5.khoan-2.diem-b`, `muc-II.3.gach-4` (fourth dash in section II.3) and `phu-luc-1.dieu-2` (article in
Appendix 1); a repeat ends in `~2`. The reading of files, citations and search use it.
`docmgr.reading.structure.provisions` decides which lines of a text are provisions.
"""

from __future__ import annotations

import re

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def component(kind: str, number: str) -> str:
    """Make one component of an anchor from `kind`, the kind of a provision, and `number`, its printed number:
    ("dieu", "5a") gives "dieu-5a", ("diem", "đ") gives "diem-dd"."""
    return f"{kind.replace('_', '-')}-{spell(number)}"


def spell(number: str) -> str:
    """Respell `number`, the printed number of a provision, as anchors write it: đ becomes dd, and other
    characters that are not letters or digits become a hyphen ("1.2" gives "1-2")."""
    return re.sub(r"[^0-9A-Za-z]+", "-", number.replace("đ", "dd").replace("Đ", "DD")).strip("-")


def roman_to_int(text: str) -> int:
    """Compute the value of a Roman numeral written with the letters I, V, X, L and C ("XIV" gives 14). Raises
    KeyError where `text` has any other letter."""
    total = 0
    for letter, following in zip(text, [*text[1:], ""], strict=True):
        value = _ROMAN[letter]
        total += -value if following and _ROMAN[following] > value else value
    return total


def ordinal(text: str) -> str:
    """Return the number of an appendix in Arabic digits, from the printed number `text`: "IV" gives "4", and
    the letters A to H give "1" to "8". Any other text is returned in lower case and respelt as `spell` does
    ("1.a" gives "1-a")."""
    if re.fullmatch(r"[A-H]", text):
        return str(ord(text) - ord("A") + 1)
    if re.fullmatch(r"[IVXLC]+", text):
        return str(roman_to_int(text))
    return spell(text.lower())


def inside(anchor: str, *steps: str) -> str:
    """The anchor of a provision inside the provision `anchor`; `steps` are the further components: ("dieu-5",
    "khoan-2", "diem-b") gives "dieu-5.khoan-2.diem-b"."""
    return ".".join((anchor, *steps))


def is_inside(anchor: str, above: str) -> bool:
    """Whether the provision `anchor` lies inside the provision `above`, at any depth. A provision does not
    lie inside itself."""
    return anchor.startswith(f"{above}.")


def ends_in(anchor: str, step: str) -> bool:
    """Whether the last component of `anchor` is `step`. An ending `~2` for a repeat is ignored, so
    "phu-luc-1.dieu-2~2" ends in "dieu-2"."""
    return anchor.rpartition(".")[2].partition("~")[0] == step


class Registry:
    """Makes the anchors of one document unique: the second provision with the same anchor gets the ending
    `~2`, the third `~3`, and so on."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, anchor: str) -> str:
        """Return `anchor` unchanged when it is passed for the first time, and with the ending `~2`, `~3` and
        so on when it is passed again."""
        count = self._seen[anchor] = self._seen.get(anchor, 0) + 1
        return anchor if count == 1 else f"{anchor}~{count}"
