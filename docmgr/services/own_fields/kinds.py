"""The kinds of fields: how a value of each is typed, stored, shown, indexed and given to programs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from docmgr.models import OwnField, OwnValue
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from legaltext import dates
from legaltext.text import clean, clean_line

KINDS = {
    "text": "Chữ, một dòng",
    "long_text": "Chữ, nhiều dòng",
    "whole": "Số nguyên",
    "decimal": "Số thập phân",
    "date": "Ngày",
    "yes_no": "Có hoặc không",
    "choice": "Chọn một mục",
    "choices": "Chọn nhiều mục",
    "person": "Người",
    "unit": "Đơn vị",
}
LISTED = frozenset({"choice", "choices"})
# Their values are ids, which are told by the present names.
NAMED = frozenset({"person", "unit"})
# The words of their values can be found by a search.
SEARCHED = frozenset({"text", "long_text", *LISTED})
# By their values results can be filtered; days are filtered by their year.
FILTERED = frozenset({"date", "yes_no", *LISTED, *NAMED})
LONGEST = {"text": 500, "long_text": 5_000}
# The digits before the decimal point, so that a value is the same as a floating-point number, and those behind it.
DIGITS, DECIMALS = 15, 6
YES_NO = {"yes": "Có", "no": "Không"}
# Thousands are parted by full stops or spaces, and decimals by a comma, as Vietnamese texts print numbers.
_WHOLE = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[. ]\d{3})+)")
_DECIMAL = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[. ]\d{3})+)(?:,\d+)?")


@dataclass(frozen=True)
class PlainValue:
    """One value as it is stored: the columns `text`, `number` and `day` of OwnValue."""

    text: str
    number: float | None = None
    day: dt.date | None = None


# The names of the persons and units that are meant by ids, by kind and id.
Names = Mapping[tuple[str, int], str]


def key(field: OwnField) -> str:
    """The name of the field in forms, addresses and the index: "own_ky_hop" for the code "ky_hop"."""
    return f"own_{field.code}"


def read(field: OwnField, given: Sequence[str], present: Sequence[PlainValue], names: Names) -> tuple[PlainValue, ...]:
    """Read what a person typed into the field or chose, as values to store; () for nothing. `present` are the values that the
    document has, which may be kept though they are no longer offered, and `names` the persons and units that can be chosen. Raises
    Invalid with `key` of the field."""
    if field.kind == "choices":
        wanted = dict.fromkeys(filter(None, map(clean_line, given)))
        return tuple(_chosen(field, one, present) for one in wanted)
    typed = clean(given[0].replace("\r\n", "\n")).strip() if given else ""
    if not typed:
        return ()
    if field.kind in NAMED:
        return (_named(field, typed, present, names),)
    return (_READERS[field.kind](field, typed, present),)


def _text(field: OwnField, typed: str, _present: Sequence[PlainValue]) -> PlainValue:
    text = clean_line(typed) if field.kind == "text" else typed
    if len(text) > LONGEST[field.kind]:
        raise _wrong(field, Message("%(field)s dài quá %(limit)s ký tự.", field=field.label, limit=LONGEST[field.kind]))
    return PlainValue(text)


def _whole(field: OwnField, typed: str, _present: Sequence[PlainValue]) -> PlainValue:
    digits = re.sub(r"[. ]", "", typed)
    if not _WHOLE.fullmatch(typed) or len(digits.lstrip("+-0")) > DIGITS:
        message = Message("%(field)s: hãy nhập số nguyên có nhiều nhất %(digits)s chữ số, ví dụ 1250 hoặc 1.250.", field=field.label, digits=DIGITS)
        raise _wrong(field, message)
    return _number(Decimal(digits))


def _decimal(field: OwnField, typed: str, _present: Sequence[PlainValue]) -> PlainValue:
    digits = re.sub(r"[. ]", "", typed).replace(",", ".")
    before, _point, behind = digits.lstrip("+-0").partition(".")
    if not _DECIMAL.fullmatch(typed) or len(behind.rstrip("0")) > DECIMALS or len(before) + len(behind.rstrip("0")) > DIGITS:
        message = Message(
            "%(field)s: hãy viết số có dấu phẩy trước phần lẻ, nhiều nhất %(decimals)s chữ số lẻ, ví dụ 1.250,5.",
            field=field.label, decimals=DECIMALS,
        )  # fmt: skip
        raise _wrong(field, message)
    return _number(Decimal(digits))


def _number(number: Decimal) -> PlainValue:
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    plain = "0" if plain in ("-0", "") else plain
    return PlainValue(plain, number=float(plain))


def _day(field: OwnField, typed: str, _present: Sequence[PlainValue]) -> PlainValue:
    try:
        day = dates.parse(typed)
    except ValueError:
        raise _wrong(field, Message("%(field)s: ngày không hợp lệ (viết như 05/02/2024).", field=field.label)) from None
    return PlainValue(day.isoformat(), day=day)


def _yes_no(field: OwnField, typed: str, _present: Sequence[PlainValue]) -> PlainValue:
    if typed not in YES_NO:
        raise _wrong(field, Message("%(field)s: hãy chọn một mục trong danh sách.", field=field.label))
    return PlainValue(typed)


def _chosen(field: OwnField, typed: str, present: Sequence[PlainValue]) -> PlainValue:
    if typed not in field.choices and typed not in {one.text for one in present}:
        raise _wrong(field, Message("%(field)s: hãy chọn một mục trong danh sách.", field=field.label))
    return PlainValue(typed)


def _named(field: OwnField, typed: str, present: Sequence[PlainValue], names: Names) -> PlainValue:
    kept = next((one for one in present if one.number is not None and typed == str(int(one.number))), None)
    if kept is not None:
        return kept
    number = int(typed) if re.fullmatch(r"[0-9]{1,10}", typed) else -1
    if (field.kind, number) not in names:
        raise _wrong(field, Message("%(field)s: người hoặc đơn vị này không còn chọn được; hãy chọn lại.", field=field.label))
    return PlainValue(names[field.kind, number], number=float(number))


def _wrong(field: OwnField, message: Message) -> Invalid:
    return Invalid(message, key(field))


_READERS: Mapping[str, Callable[[OwnField, str, Sequence[PlainValue]], PlainValue]] = {
    "text": _text,
    "long_text": _text,
    "whole": _whole,
    "decimal": _decimal,
    "date": _day,
    "yes_no": _yes_no,
    "choice": _chosen,
}


def stored(row: OwnValue) -> PlainValue:
    """The value in a row of the database."""
    return PlainValue(row.text, row.number, row.day)


def typed(field: OwnField, value: PlainValue) -> str:
    """The value as the form has it: what `read` reads again."""
    if field.kind in NAMED:
        return str(int(value.number or 0))
    return value.text.replace(".", ",") if field.kind == "decimal" else value.text


def shown(field: OwnField, value: PlainValue, names: Names) -> Words:
    """The value as people read it. A person or unit is told by the present name in `names`, or else by the name it had."""
    if field.kind == "yes_no":
        return Message(YES_NO[value.text])
    if field.kind == "date":
        return dates.printed(value.day)
    if field.kind in ("whole", "decimal"):
        return _printed(value.text)
    if field.kind in NAMED:
        return names.get((field.kind, int(value.number or 0)), value.text)
    return value.text


def _printed(plain: str) -> str:
    """Write a number as Vietnamese texts print it: "1250.5" gives "1.250,5"."""
    whole, point, rest = plain.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return sign + f"{int(digits):,}".replace(",", ".") + ("," + rest if point else "")


def plain(field: OwnField, values: Sequence[PlainValue], words: Sequence[Words]) -> object:
    """The values as JSON for programs: text, a number, true or false, a day as ISO 8601, or a list of texts for several
    choices. `words` are the values as people read them, which name persons and units."""
    if field.kind == "choices":
        return [one.text for one in values]
    value, said = values[0], words[0]
    if field.kind == "yes_no":
        return value.text == "yes"
    if field.kind in ("whole", "decimal"):
        return int(value.text) if field.kind == "whole" else value.number
    return str(said) if field.kind in NAMED else value.text


def cell(field: OwnField, values: Sequence[PlainValue], words: Sequence[Words], translated: Callable[[str], str]) -> str | int | dt.date | None:
    """The values for a cell of a table: a day, a whole number, or text. `words` are the values as people read them."""
    if field.kind == "date":
        return values[0].day
    if field.kind == "whole":
        return int(values[0].text)
    return "; ".join(one.told(translated) if isinstance(one, Message) else one for one in words)


def filtered(field: OwnField, value: PlainValue) -> str:
    """The value by which results are filtered: the year of a day, the id of a person or unit."""
    if field.kind == "date":
        return value.text[:4]
    return typed(field, value)
