"""Write the numbers of list items as they are printed."""

from __future__ import annotations

import re


def format_number(value: int, fmt: str) -> str:
    """Write the number `value` of a list item as Word prints it. `fmt` is Word's name of the format:
    lowerLetter, upperLetter, lowerRoman, upperRoman or decimalZero (with a leading zero). All other formats
    give a decimal."""
    letters = {"lowerLetter": str.lower, "upperLetter": str.upper}
    if fmt in letters and value > 0:
        return letters[fmt](chr(ord("a") + (value - 1) % 26) * min(1 + (value - 1) // 26, 20))
    if fmt in ("lowerRoman", "upperRoman") and 0 < value < 4000:
        return roman(value) if fmt == "upperRoman" else roman(value).lower()
    if fmt == "decimalZero":
        return f"{value:02d}"
    return str(value)


def roman(value: int) -> str:
    """Write a number as a Roman numeral in capitals. The caller passes only numbers from 1 to 3999."""
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
    """Read the text as a whole number of at most six digits; None for any other text and for None."""
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else None
