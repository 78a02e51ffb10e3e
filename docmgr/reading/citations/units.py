"""The units of provisions, such as điểm, khoản and Điều (point, clause, article): their order, their numbers, and how
anchors spell them."""

from __future__ import annotations

import re

from legaltext.anchors import component, ordinal, roman_to_int

# Units from the innermost to the outermost. "Mẫu" is a form, which belongs to an appendix (Phụ lục).
UNITS = ("điểm", "khoản", "điều", "tiểu mục", "mục", "chương", "phần", "mẫu", "phụ lục")
LEVEL = {unit: level for level, unit in enumerate(UNITS)}
THIS = "này"
POINT_LETTERS = "abcdđeghiklmnopqrstuvxy"
# The most provisions of one range.
LONGEST_RANGE = 200

_ORDINALS = {
    "nhất": "1", "hai": "2", "ba": "3", "tư": "4", "năm": "5", "sáu": "6", "bảy": "7", "tám": "8", "chín": "9",
    "mười": "10",
}  # fmt: skip
_FIGURE, _ROMAN = r"\d{1,3}[a-zđ]?", r"[IVXLC]{1,6}"
_FITS = {
    "điểm": re.compile(rf"[a-zđ]\d{{0,2}}|{_FIGURE}(?:\.\d{{1,2}}){{0,3}}"),
    "khoản": re.compile(rf"{_FIGURE}(?:\.\d{{1,2}}){{0,2}}"),
    "điều": re.compile(_FIGURE),
    "tiểu mục": re.compile(rf"{_FIGURE}|{_ROMAN}"),
    "mục": re.compile(rf"{_FIGURE}(?:\.\d{{1,2}}){{0,3}}|{_ROMAN}(?:\.\d{{1,2}}){{0,3}}|[A-H]"),
    "chương": re.compile(rf"{_FIGURE}|{_ROMAN}"),
    "phần": re.compile(rf"{_FIGURE}|{_ROMAN}|[A-H]|thứ\s\w+"),
    "mẫu": re.compile(r"\d{1,3}[a-zđ]?(?:[./-][\w.-]*\w)?"),
    "phụ lục": re.compile(rf"{_ROMAN}(?:\.\d+)?|\d{{1,3}}[a-zA-Z]?(?:\.\d+)?|[A-H]"),
}
_ROMANS = dict(
    enumerate("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX".split(), 1)
)
_KINDS = {
    "điểm": "diem",
    "khoản": "khoan",
    "điều": "dieu",
    "tiểu mục": "tieu-muc",
    "mục": "muc",
    "chương": "chuong",
}
_KINDS |= {"phần": "phan", "mẫu": "mau", "phụ lục": "phu-luc"}


def unit_of(printed: str) -> str:
    """The unit as UNITS has it: "Điều" gives "điều"."""
    return printed[0].lower() + printed[1:]


def number_of(unit: str, printed: str) -> str | None:
    """The number of a unit as anchors count it: "thứ hai" (second) gives "2". None when `printed` is no number of
    this unit."""
    if printed == THIS:
        return THIS
    if not _FITS[unit].fullmatch(printed):
        return None
    if printed.startswith("thứ"):
        return _ORDINALS.get(printed.split()[1].lower())
    return printed


def numbers_between(first: str, last: str) -> list[str]:
    """The numbers from `first` to `last` in the order of provisions: ("10", "12") gives 10, 11 and 12, and
    ("c", "đ") gives c, d and đ. Only the two themselves when nothing is known about what lies between."""
    if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) < LONGEST_RANGE:
        return [str(number) for number in range(int(first), int(last) + 1)]
    if first in POINT_LETTERS and last in POINT_LETTERS and len(first) == len(last) == 1:
        start, end = POINT_LETTERS.index(first), POINT_LETTERS.index(last)
        if start < end:
            return list(POINT_LETTERS[start : end + 1])
    return [first, last]


def step_component(unit: str, number: str) -> str:
    """The component of an anchor for one step: ("khoản", "2") gives "khoan-2", ("phụ lục", "IV") gives
    "phu-luc-4", and ("mục", "II.1") gives "muc-II.1"."""
    if unit in ("mục", "khoản", "điểm"):
        first, *rest = number.split(".")
        return ".".join((component(_KINDS[unit], first), *rest))
    return component(_KINDS[unit], ordinal(number) if unit == "phụ lục" else number)


def step_spellings(unit: str, number: str) -> list[str]:
    """The components by which a text may have this provision: a number in Roman digits is also tried in
    Arabic ones and the other way round, and a section without a unit ("II", "1", "a") by its number alone."""
    numbers = [number]
    if number.isupper() and set(number) <= set("IVXLC"):
        numbers.append(str(roman_to_int(number)))
    elif unit in ("chương", "phần") and number.isdigit() and int(number) in _ROMANS:
        numbers.append(_ROMANS[int(number)])
    steps = [step_component(unit, one) for one in numbers]
    if unit in ("mục", "phần"):
        steps += [step_component("mục", one) for one in numbers]
    if unit in ("khoản", "điểm", "mục"):
        steps += [step_component("mục", number), number.replace("đ", "dd")]
    return list(dict.fromkeys(steps))
