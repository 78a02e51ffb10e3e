"""Which form of the Decree a document has, and the parts that it therefore lacks."""

from __future__ import annotations

from docmgr.writing.layout.sheet import LaidSheet
from legaltext.text import fold

SLIP = "phieu giai quyet van ban den"
# Forms that another annex gives whole: the slip of Annex IV and the minutes of a hand-over of Annex V.
_OWN_FORMS = (SLIP, "giao nhan ho so, tai lieu", "giao nhan ho so tai lieu")
_OWN_LACK = frozenset(("number", "subject", "authority", "recipients"))
# Type → the parts that its form has not.
_LACKING = {
    **dict.fromkeys(("luat", "bo luat", "phap lenh"), frozenset(("recipients",))), "giay gioi thieu": frozenset(("subject",)),
    "giay nghi phep": frozenset(("subject",)), "bien ban": frozenset(("date",)),
}  # fmt: skip
# What is issued with a decision has its number, day, signature and recipients there.
_ISSUED_LACK = frozenset(("number", "date", "authority", "recipients"))
# Types that are always issued with a decision where they have neither number nor day.
_ISSUED = ("quy che", "quy dinh", "noi quy", "dieu le", "quy trinh", "quy tac ung xu")
NO_SUBJECT = frozenset((SLIP, *(name for name, parts in _LACKING.items() if "subject" in parts)))


def fill_form(sheet: LaidSheet) -> None:
    """Fill `lacks`, `slip` and `issued_with` of a sheet whose lines have their roles."""
    title, titles = type_of(sheet), " ".join(fold(line.words) for line in sheet.of("type", "subject"))
    sheet.slip = SLIP in titles
    sheet.issued_with = sheet.issued_with or (title in _ISSUED and not sheet.of("number", "date"))
    lacks = _LACKING.get(title, frozenset())
    if any(form in titles for form in _OWN_FORMS):
        lacks |= _OWN_LACK
    sheet.lacks = lacks | _ISSUED_LACK if sheet.issued_with else lacks


def type_of(sheet: LaidSheet) -> str:
    """The type as it is printed, in small letters without marks; "" where there is none."""
    return " ".join(fold(line.words).strip(" .:") for line in sheet.of("type"))
