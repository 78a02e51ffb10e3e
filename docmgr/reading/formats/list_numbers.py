"""Numbers of list items as they are printed."""

from __future__ import annotations

import re


def format_number(value: int, fmt: str) -> str:
    """A list number as Word prints it: decimal, lower/upper letter or roman, with leading zero."""
    letters = {"lowerLetter": str.lower, "upperLetter": str.upper}
    if fmt in letters and value > 0:
        return letters[fmt](chr(ord("a") + (value - 1) % 26) * min(1 + (value - 1) // 26, 20))
    if fmt in ("lowerRoman", "upperRoman") and 0 < value < 4000:
        return roman(value) if fmt == "upperRoman" else roman(value).lower()
    if fmt == "decimalZero":
        return f"{value:02d}"
    return str(value)


def roman(value: int) -> str:
    """Roman numeral of 1 … 3999."""
    parts = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    out = ""
    for size, mark in parts:
        out += mark * (value // size)
        value %= size
    return out


def to_int(text: str | None) -> int | None:
    """A small whole number, None for anything else."""
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else None
