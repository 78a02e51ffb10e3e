"""Anchors: the stable names of provisions within one version of a document.

Decides how an anchor is spelt (`dieu-5.khoan-2.diem-b`, `muc-II.3.gach-4`, `phu-luc-1.dieu-2`, a repeat `~2`) and how
one is taken apart again, for reading, for citations and for the places that people ask for. Which lines are provisions is
decided in `docmgr.reading.structure.provisions`.
"""

from __future__ import annotations

import re

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def component(kind: str, number: str) -> str:
    """One step of an anchor: ("dieu", "5a") → "dieu-5a", ("diem", "đ") → "diem-dd"."""
    return f"{kind.replace('_', '-')}-{spell(number)}"


def spell(number: str) -> str:
    """A printed numeral as an anchor has it: đ is written dd, dots within a numeral become hyphens."""
    return re.sub(r"[^0-9A-Za-z]+", "-", number.replace("đ", "dd").replace("Đ", "DD")).strip("-")


def roman_to_int(text: str) -> int:
    """The value of a Roman numeral of at most three digits' worth ("XIV" → 14)."""
    total = 0
    for letter, following in zip(text, [*text[1:], ""], strict=True):
        value = _ROMAN[letter]
        total += -value if following and _ROMAN[following] > value else value
    return total


def ordinal(text: str) -> str:
    """An appendix's printed numeral in figures: Roman and letters converted ("IV" → "4", "B" → "2")."""
    if re.fullmatch(r"[A-H]", text):
        return str(ord(text) - ord("A") + 1)
    if re.fullmatch(r"[IVXLC]+", text):
        return str(roman_to_int(text))
    return spell(text.lower())


def pointed(dieu: str | None, khoan: str | None, diem: str | None) -> str | None:
    """Where a citation points: ("46", "2", "đ") → "dieu-46.khoan-2.diem-dd"; None where nowhere."""
    steps = [
        component(kind, number)
        for kind, number in (("dieu", dieu), ("khoan", khoan), ("diem", diem))
        if number is not None
    ]
    return ".".join(steps) or None


def inside(anchor: str, *steps: str) -> str:
    """The anchor of a provision within another: ("dieu-5", "khoan-2", "diem-b") → "dieu-5.khoan-2.diem-b"."""
    return ".".join((anchor, *steps))


def is_inside(anchor: str, above: str) -> bool:
    """Whether a provision lies within another, at any depth."""
    return anchor.startswith(f"{above}.")


def ends_in(anchor: str, step: str) -> bool:
    """Whether the last step of an anchor is this one, the first time or a repeat: "dieu-2", "phu-luc-1.dieu-2~2"."""
    return anchor.rpartition(".")[2].partition("~")[0] == step


class Registry:
    """Hands out each anchor once; a repeat gets `~2`, `~3` …"""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, anchor: str) -> str:
        """The anchor itself the first time, then with its count."""
        count = self._seen[anchor] = self._seen.get(anchor, 0) + 1
        return anchor if count == 1 else f"{anchor}~{count}"
