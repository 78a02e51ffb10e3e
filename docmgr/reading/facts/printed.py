"""Find the facts that a text prints somewhere, even where their values could not be read.

The rules are simple and look at one line at a time. A fact is named only when its usual place or label is there: then a
person can find the value on the page.
"""

from __future__ import annotations

import re

from legaltext import doctypes
from legaltext.text import fold

# Lines with text that count as the head of a document, and as its end.
HEAD_LINES, END_LINES = 40, 60
_MAILS = frozenset({"eml", "msg"})

_TYPES = frozenset(map(fold, doctypes.NAMES))
_URGENT = frozenset({"khan", "thuong khan", "hoa toc", "hoa toc hen gio"})
_NUMBER = re.compile(r"so\s*:")
# The line of place and day stands alone, or behind the number in the other column.
_DAY = re.compile(r"(?:^(?:so\s*:.{0,40}?)?|\s{2,}|\t)(?:(?P<place>[^\d,:;()]{2,40}),\s*)?ngay\b.{0,12}\bthang\b.{0,12}\bnam\b")
# "(Kèm theo Nghị định số … ngày …)" below the name of an annex.
_BELONGS = re.compile(r"\((?:ban hanh )?kem theo\b[^)]{0,300}\)?")
_ADDRESSEES = re.compile(r"kinh gui\b")
_SUBJECT = re.compile(r"(?:v/v|ve viec)\b")
_NATION = re.compile(r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam")
_RECIPIENTS = re.compile(r"noi nhan\b")
_SIGNED = re.compile(r"(?:t/?m|kt|tl|tuq|q)\s*\.\s*\w|noi nhan\b|da ky\b|\(ky\b")
_OFFICE = re.compile(r"(?:pho )?(?:giam doc|chu tich|bo truong|thu truong|hieu truong|truong phong|cuc truong|tong giam doc|bi thu)")
_EFFECTIVE = re.compile(r"co hieu luc(?: thi hanh)?(?: ke)? tu ngay")


def printed(text: str) -> frozenset[str]:
    """Find the facts for which `text` prints a label or has the usual line. Returns names of fields, such as "number"
    for a line "Số:". Empty for a text without any of them."""
    folded = _BELONGS.sub("", fold(text))
    lines = [line.strip() for line in folded.split("\n") if line.strip()]
    head, end = lines[:HEAD_LINES], lines[-END_LINES:]
    found = {field for field, holds in _HEAD.items() if any(map(holds, head))}
    if any(map(_ADDRESSEES.match, head)) or any(map(_RECIPIENTS.match, end)):
        found.add("recipients")
    if any(_SIGNED.match(line) or _OFFICE.fullmatch(line) for line in end):
        found |= {"signer", "position"}
    if any(map(_EFFECTIVE.search, lines)):
        found.add("effective_from")
    return frozenset(found)


def may_print(kind: str, official: bool) -> bool:
    """Whether a file of `kind` can print the facts of an official document. Mails and files that are surely no official
    document have none, though they may quote such lines. `official` says whether the file may be one."""
    return official and kind not in _MAILS


def _has_place(line: str) -> bool:
    day = _DAY.search(line)
    return day is not None and bool(day["place"])


# Field → whether a folded line of the head prints it.
_HEAD = {
    "type": _TYPES.__contains__,
    "number": lambda line: _NUMBER.match(line) is not None,
    "issued_on": lambda line: _DAY.search(line) is not None,
    "place": _has_place,
    "subject": lambda line: _SUBJECT.match(line) is not None,
    "issuer": lambda line: _NATION.search(line) is not None,
    "urgency": _URGENT.__contains__,
}
