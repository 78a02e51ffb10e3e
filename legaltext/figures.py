"""Other ways to write the numbers, amounts and days of a query: "6 tháng" and "sáu tháng", "2 triệu" and "2.000.000",
"1/7/2024" and "01 tháng 7 năm 2024".

This module decides which figures may be written in another way. A number alone may not, because "6" names a Điều or a class.
"""

import re
from collections.abc import Sequence

from legaltext.abbreviations import Alternative

Words = tuple[str, ...]

_TIMES = frozenset("ngày tháng năm giờ tuần phút tuổi ngay thang nam gio tuan tuoi".split())
_UNITS = _TIMES | frozenset("lần người lan nguoi".split())
# Words before a number that make it a name: "Điều 6 năm 2020", "lớp 6 tuổi nhỏ".
_NAMING = frozenset("điều khoản điểm số lớp quý tháng năm ngày chương mục dieu khoan diem so lop quy thang nam ngay chuong muc".split())
_ONES = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TENS = ("", "mười", *(f"{one} mươi" for one in _ONES[2:]))
_LARGEST_SPELLED = 99
_THOUSANDS = {"nghìn": 1, "ngàn": 1, "nghin": 1, "ngan": 1, "triệu": 2, "trieu": 2, "tỷ": 3, "ty": 3}
_NAMES = {1: "nghìn", 2: "triệu", 3: "tỷ"}
_DIGITS = re.compile(r"\d{1,9}")
_GROUP, _LEAD = re.compile(r"\d{3}"), re.compile(r"[1-9]\d{0,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TO = {"O": "0", "o": "0", "I": "1", "l": "1"}
# A letter between digits that looks like one of them: "2O20", "1l5". A year may also end with such letters.
_MISTYPED = re.compile(r"(?<![^\W_])\d[\dOoIl]*[OoIl][\dOoIl]*\d(?![^\W_])|(?<![^\W_])(?:19|2[0Oo])[\dOo]{2}(?![^\W_])")


def with_digits(text: str) -> str:
    """Return `text` with digits for letters that were typed in their place: "115/2O20" gives "115/2020"."""
    return _MISTYPED.sub(lambda found: "".join(_TO.get(char, char) for char in found.group()), text)


def spelled(number: int) -> Words:
    """Write `number`, from 1 to 99, in words; () for any other number."""
    if not 1 <= number <= _LARGEST_SPELLED:
        return ()
    tens, ones = divmod(number, 10)
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm" if tens else "năm"}.get(ones, _ONES[ones])
    return tuple(f"{_TENS[tens]} {last}".split())


_NUMBERS = {spelled(number): number for number in range(1, _LARGEST_SPELLED + 1)}
_MOST_WORDS = max(map(len, _NUMBERS))


def alternatives(runs: Sequence[Words]) -> tuple[Alternative, ...]:
    """Find the figures in `runs` that may be written in another way, each with its other forms. A run is a tuple of
    neighbouring normalised syllables of a query."""
    found: dict[Alternative, None] = {}
    for run in runs:
        place = 0
        while place < len(run):
            asked, others = next(filter(None, (make(run, place) for make in (_day, _amount, _counted))), ((), ()))
            found.update(dict.fromkeys(Alternative(asked, other) for other in others if other != asked))
            place += len(asked) or 1
    return tuple(found)


_Found = tuple[Words, tuple[Words, ...]] | None


def _day(run: Words, place: int) -> _Found:
    """Read a day at `place`: "1 7 2024" or "1 tháng 7 năm 2024"."""
    for length, step in ((3, 1), (5, 2)):
        asked = run[place : place + length]
        if len(asked) < length or step == 2 and asked[1::2] not in (("tháng", "năm"), ("thang", "nam")):
            continue
        day, month, year = asked[::step]
        if all(map(str.isdecimal, (day, month))) and 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and _YEAR.fullmatch(year):
            plain, padded = (str(int(day)), str(int(month))), (f"{int(day):02}", f"{int(month):02}")
            printed = padded[1] if int(month) < 3 else plain[1]
            forms = ((*padded, year), (padded[0], plain[1], year), (*plain, year), (padded[0], "tháng", printed, "năm", year))
            return asked, tuple(dict.fromkeys(forms))
    return None


def _amount(run: Words, place: int) -> _Found:
    """Read an amount at `place`: "2 triệu", "2 000 000" or "2000000"."""
    if _is_fraction(run, place):
        return None
    first, after = run[place], run[place + 1 : place + 2]
    if _LEAD.fullmatch(first) and after and after[0] in _THOUSANDS:
        groups = _THOUSANDS[after[0]]
        return (first, *after), ((first, *["000"] * groups),)
    groups = 0
    while _LEAD.fullmatch(first) and _GROUP.fullmatch("".join(run[place + 1 + groups : place + 2 + groups])):
        groups += 1
    if groups:
        return run[place : place + 1 + groups], _in_words(first, run[place + 1 : place + 1 + groups])
    if len(first) > 4 and first.isdecimal() and first.endswith("000") and not first.startswith("0"):
        cut = len(first) % 3 or 3
        parts = (first[:cut], *(first[at : at + 3] for at in range(cut, len(first), 3)))
        return (first,), (parts, *_in_words(parts[0], parts[1:]))
    return None


def _is_fraction(run: Words, place: int) -> bool:
    """Whether the number at `place` follows another one, as in "1,5 triệu". Such a number is not read alone."""
    return place > 0 and run[place - 1].isdecimal()


def _in_words(lead: str, groups: Sequence[str]) -> tuple[Words, ...]:
    """Write an amount with a word for its groups of zeros: "2 triệu"; () where not all groups are zeros."""
    name = _NAMES.get(len(groups))
    return ((lead, name),) if name and set(groups) == {"000"} else ()


def _counted(run: Words, place: int) -> _Found:
    """Read a number with a unit at `place`: "6 tháng", "06 tháng", "sáu tháng", "20 phần trăm"."""
    number, length = _number(run, place)
    if not length or _is_fraction(run, place):
        return None
    unit = run[place + length : place + length + 1]
    if run[place + length : place + length + 2] in (("phần", "trăm"), ("phan", "tram")):
        return run[place : place + length + 2], ((str(number),),)
    units = _UNITS if run[place].isdecimal() else _TIMES
    if not unit or unit[0] not in units or (place and run[place - 1] in _NAMING):
        return None
    forms = [(str(number), *unit), (*spelled(number), *unit)] + ([(f"{number:02}", *unit)] if number < 10 else [])
    return run[place : place + length + 1], tuple(form for form in dict.fromkeys(forms) if len(form) > 1)


def _number(run: Words, place: int) -> tuple[int, int]:
    """Read a number at `place`, in digits or in words. Returns (the number, how many words it has), (0, 0) for none."""
    if _DIGITS.fullmatch(run[place]):
        return int(run[place]), 1
    for length in range(_MOST_WORDS, 0, -1):
        if (number := _NUMBERS.get(run[place : place + length])) is not None:
            return number, length
    return 0, 0
