"""The named fields of the search box: "loại:nghị định năm:2018-2020 từ:02/2024".

Decides names, values and dates. What is no field after all ("Kính gửi: Sở") is left among the words; a value
that makes no sense is left out and noted. Which documents have a value is the evaluator's question.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from indexer.abbreviations import BUILT_IN, stretches
from indexer.numbers import TYPE_ABBREVIATIONS, NumberQuery, parse_number_query
from indexer.symbols import SYMBOLS_OF_ISSUERS
from indexer.syntax import Note, Piece
from indexer.text import fold, syllables

# Names without marks, as many words as people write → the field.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "loai": "type",
        "loai van ban": "type",
        "so": "number",
        "so hieu": "number",
        "so ky hieu": "number",
        "co quan": "issuer",
        "co quan ban hanh": "issuer",
        "nam": "year",
        "nam ban hanh": "year",
        "tu": "since",
        "tu ngay": "since",
        "den": "until",
        "den ngay": "until",
        "hieu luc": "at",
        "hieu luc tai": "at",
        "hieu luc tai ngay": "at",
    }
)
IN_FORCE = "con_hieu_luc"

_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_LONGEST_NAME = max(len(name.split()) for name in FIELDS)
# A ministry has its department in each province: "bo y te", BYT → "so y te", SYT.
_SYMBOLS = SYMBOLS_OF_ISSUERS | {
    f"so {name.removeprefix('bo ')}": f"S{symbol[1:]}"
    for name, symbol in SYMBOLS_OF_ISSUERS.items()
    if name.startswith("bo ")
}
# Symbol or abbreviation → the names of issuers that it stands for.
_ISSUERS = dict(BUILT_IN) | {
    symbol: (*(name for name, own in _SYMBOLS.items() if own == symbol), *BUILT_IN.get(symbol, ()))
    for symbol in _SYMBOLS.values()
}
# Names that a value may have without quotes, without marks.
_KNOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "type": frozenset(TYPE_ABBREVIATIONS),
        "issuer": frozenset(_SYMBOLS) | {fold(name) for names in BUILT_IN.values() for name in names},
    }
)
_LONGEST = {name: max(len(known.split()) for known in names) for name, names in _KNOWN.items()}
_BAD = {
    "year": "bad_year",
    "number": "bad_number",
    **dict.fromkeys(("since", "until", "at"), "bad_date"),
    **dict.fromkeys(("type", "issuer"), "empty_field"),
}
_PUNCTUATION = " ,.;:!?"
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_YEARS = re.compile(r"(\d{4})(?:[-–—](\d{4}))?")
_UNKNOWN = re.compile(r"([^\W\d_]{2,}):\w")


Period = tuple[date, date]


@dataclass(frozen=True)
class Conditions:
    """What the fields ask for: values as typed, a range of years written out; `begin` and `end` are the
    periods typed after "từ:" and "đến:"."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    begin: Period | None = None
    end: Period | None = None
    at: date | None = None
    number: NumberQuery | None = None

    @property
    def since(self) -> date | None:
        """The first day of issue asked for."""
        return self.begin[0] if self.begin else None

    @property
    def until(self) -> date | None:
        """The last day of issue asked for."""
        return self.end[1] if self.end else None


def take(found: list[Piece], notes: list[Note]) -> tuple[list[Piece], Conditions]:
    """(the pieces that belong to no field, the conditions of those that do)."""
    if not any(":" in piece.text for piece in found):
        return found, Conditions()
    rest: list[Piece] = []
    held, place = Conditions(), 0
    while place < len(found):
        count, name = _name(rest, found[place])
        value, used = _value(name, found, place) if name else ("", 0)
        read = _read(held, name, value) if value else None
        if not name or _is_prose(name, value, read, found[place:]):
            rest.append(found[place])
            place += 1
            continue
        words = [*rest[len(rest) - count :], found[place]]
        del rest[len(rest) - count :]
        place += 1 + used
        if rest and rest[-1].kind == "not":
            rest.pop()
            notes.append(Note("negated_field", " ".join(word.text for word in words)))
        elif read is not None:
            held = read
        else:
            notes.append(Note(_BAD[name] if value else "empty_field", value or words[-1].text))
    notes += [Note("unknown_field", typed) for piece in rest if (typed := _unknown(piece))]
    return rest, _in_order(held, notes)


def _is_prose(name: str, value: str, read: Conditions | None, found: list[Piece]) -> bool:
    """Whether the name of a field is no more than a word: "thời hạn từ: khi nhận", "các loại: sách". Right
    after the colon a value was meant, whatever it is."""
    glued = found[0].text.split(":", 1)[1]
    if glued or not value or found[1].kind != "word":
        return False
    return read is None or (name == "type" and not _is_type(value))


def _unknown(piece: Piece) -> str:
    """The name of a field that there is not, "" where none was meant."""
    typed = _UNKNOWN.match(piece.text) if piece.kind == "word" else None
    return typed[1] if typed and fold(typed[1]) not in FIELDS else ""


def _name(before: list[Piece], piece: Piece) -> tuple[int, str]:
    """(how many words before belong to the name, the field) of a word with a colon; "" where it is none."""
    if piece.kind != "word" or ":" not in piece.text:
        return 0, ""
    head = piece.text.split(":", 1)[0]
    for count in range(min(_LONGEST_NAME - 1, len(before)), -1, -1):
        words = before[len(before) - count :]
        if all(word.kind == "word" for word in words):
            name = fold(" ".join([*(word.text for word in words), head]))
            if name in FIELDS:
                return count, FIELDS[name]
    return 0, ""


def _value(name: str, found: list[Piece], place: int) -> tuple[str, int]:
    """(the value, how many pieces after the name belong to it)."""
    glued = found[place].text.split(":", 1)[1]
    after = found[place + 1 :]
    if not glued and not (after and after[0].kind in ("word", "phrase")):
        return "", 0
    if not glued and after[0].kind == "phrase":
        return " ".join(after[0].text.split()), 1
    words = [glued] if glued else []
    for piece in after[: _LONGEST.get(name, 1) - len(words)]:
        if piece.kind != "word" or ":" in piece.text:
            break
        words.append(piece.text)
    if not words:
        return "", 0
    count = _known_words(name, words)
    return " ".join(words[:count]).strip(_PUNCTUATION), count - bool(glued)


def _known_words(name: str, words: list[str]) -> int:
    """How many words the longest known type or issuer has that begins here, 1 where none does."""
    folded = [fold(word.strip(_PUNCTUATION)) for word in words]
    known = _KNOWN.get(name, frozenset())
    return next((count for count in range(len(words), 1, -1) if " ".join(folded[:count]) in known), 1)


def _read(held: Conditions, name: str, value: str) -> Conditions | None:
    """The conditions with one more; None where the value makes no sense."""
    if name == "type":
        return _with(held, name, _of_symbol(value) or (value,))
    if name == "issuer":
        return _with(held, name, (value, *_written_out(value)))
    if name == "year":
        years = _years(value)
        return _with(held, name, years) if years else None
    if name == "number":
        number = parse_number_query(value)
        return replace(held, number=number) if number else None
    period = read_period(value)
    if period is None:
        return None
    if name == "since":
        return replace(held, begin=period)
    if name == "until":
        return replace(held, end=period)
    return replace(_with(held, "status", (IN_FORCE,)), at=period[1])


def _with(held: Conditions, name: str, values: tuple[str, ...]) -> Conditions:
    known = held.filters.get(name, ())
    return replace(held, filters={**held.filters, name: tuple(dict.fromkeys((*known, *values)))})


def _of_symbol(value: str) -> tuple[str, ...]:
    """The names that an abbreviation stands for: "NĐ", "HD"."""
    short = fold(value).upper()
    return tuple(name for name, symbol in TYPE_ABBREVIATIONS.items() if symbol == short)


def _written_out(value: str) -> tuple[str, ...]:
    """The names of an issuer typed with an abbreviation: "UBND tỉnh", "Sở GDĐT"; without marks."""
    words = tuple(map(fold, syllables(value)))
    typed = f" {' '.join(words)} "
    return tuple(
        typed.replace(f" {' '.join(one.asked)} ", f" {fold(' '.join(one.other))} ").strip()
        for one in stretches((words,), _ISSUERS)
        if len(one.other) > len(one.asked)
    )


def _is_type(value: str) -> bool:
    return fold(value) in TYPE_ABBREVIATIONS or bool(_of_symbol(value))


def _years(value: str) -> tuple[str, ...]:
    found = _YEARS.fullmatch(value)
    if not found:
        return ()
    first, last = sorted((int(found[1]), int(found[2] or found[1])))
    return tuple(map(str, range(first, last + 1))) if _FIRST_YEAR <= first <= last <= _LAST_YEAR else ()


def read_period(text: str) -> Period | None:
    """The first and last day of 05/02/2024, 2024-02-05, 02/2024 or 2024 (dots and dashes too); None for all
    else."""
    if found := _DAY.fullmatch(text):
        return _days(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.fullmatch(text):
        return _days(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.fullmatch(text):
        return _days(int(found[2]), int(found[1]), None)
    if (found := _YEARS.fullmatch(text)) and not found[2]:
        return _days(int(text), None, None)
    return None


def _days(year: int, month: int | None, day: int | None) -> Period | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR or not 1 <= (month or 1) <= 12:
        return None
    last = monthrange(year, month or 12)[1]
    if not 1 <= (day or 1) <= last:
        return None
    return date(year, month or 1, day or 1), date(year, month or 12, day or last)


def _in_order(held: Conditions, notes: list[Note]) -> Conditions:
    if held.since and held.until and held.until < held.since:
        notes.append(Note("swapped_dates"))
        return replace(held, begin=held.end, end=held.begin)
    return held
