"""Read facts from the boxes of electronic signatures: "Ký bởi: … Thời gian ký: …" (signed by, time of signing).

They are only used for what the document itself leaves blank, and a person should check them: an office may sign
a day after the date of the document.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure.person_names import FAMILIES, NOT_PERSON, PERSON
from docmgr.reading.structure.received import RECEIVED
from docmgr.reading.types import Fact
from legaltext.letters import squeeze
from legaltext.numbers import LABELLED, tidy_number

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_SIGNER = re.compile(
    r"(?:Người ký|(?:Được )?ký (?:số )?bởi|(?:Digitally )?signed by)\s*:?\s*(?P<name>\D+?)\s*"
    r"(?=(?:\bE-?mail|Cơ quan|Đơn vị|Chức vụ|Tổ chức|Thời gian|Ngày|Giờ|Số|Lý do|Địa điểm|Reason|Date|Timestamp|Location|DN)\b"
    r"|[;,.|\d]|$)",
    re.I,
)
_SLASH = r"\s?[./-]\s?"
_TIME = re.compile(
    r"\b(?:Thời\s+gian\s+ký|Ngày\s+ký|Timestamp|Date)\s*:?\s*"
    rf"(?:(?P<d>\d{{1,2}}){_SLASH}(?P<m>\d{{1,2}}){_SLASH}(?P<y>\d{{4}})|(?P<y2>\d{{4}}){_SLASH}(?P<m2>\d{{1,2}}){_SLASH}(?P<d2>\d{{1,2}}))(?!\d)",
    re.I,
)
_NUMBER = re.compile(r"(?<!\w)(?:Số|SỐ)\s*:\s*(?=\d)")


def from_stamps(blocks: Sequence[Block], known: dict[str, Fact]) -> dict[str, Fact]:
    """Find number, date of issue and signer in the boxes of electronic signatures, as far as `known` lacks them.
    Keys are field names. The date is that of the last signature, since the office seals last. Empty when there are
    no such boxes."""
    found: dict[str, Fact] = {}
    days: list[tuple[str, str]] = []
    for block in blocks:
        if block.kind != "footnote" or RECEIVED.search(block.text):
            continue
        time = signed_on(block.text)
        signer = _SIGNER.search(block.text)
        if time is None and signer is None:
            continue
        days += [time] if time else []
        name = _person(signer["name"]) if signer else None
        if signer and name:
            found.setdefault("signer", Fact("signer", name, squeeze(signer.group(0)), sure=False))
        number = _number(block.text)
        if number:
            found.setdefault("number", number)
    if days:
        day, quote = max(days)
        found["issued_on"] = Fact("issued_on", day, quote, sure=False)
    return {field: fact for field, fact in found.items() if field not in known}


def signed_on(text: str) -> tuple[str, str] | None:
    """Find what an electronic signature prints beside the name: "Thời gian ký: 05.02.2024 09:30:00 +07:00". Returns (the day
    in ISO 8601, the words). None when there is no such day."""
    found = _TIME.search(text)
    if found is None:
        return None
    try:
        year, month, day = (int(found[name] or found[name + "2"]) for name in "ymd")
        return dt.date(year, month, day).isoformat(), squeeze(found.group(0))
    except ValueError:
        return None


def _person(printed: str) -> str | None:
    """The name of a person in normal case; None for an office."""
    name = squeeze(printed).strip(" .:-–")
    if name.isupper():
        name = " ".join(word.capitalize() for word in name.split())
    fits = PERSON.match(name) and not NOT_PERSON.match(name)
    return name if fits and name.split()[0] in FAMILIES else None


def _number(text: str) -> Fact | None:
    label = _NUMBER.search(text)
    found = LABELLED.match(text[label.end() :]) if label else None
    return Fact("number", tidy_number(found.group(0)), squeeze(found.group(0)), sure=False) if found else None
