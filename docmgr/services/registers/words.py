"""What series and lines of registers are called, and what may be typed into them."""

from __future__ import annotations

import datetime as dt

from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext import dates
from legaltext.text import clean_line

KINDS = {"outgoing": "Văn bản đi", "copies": "Bản sao", "incoming": "Văn bản đến"}
STATES = {
    "issued": "Đã cấp",
    "reserved": "Đang giữ",
    "released": "Bỏ giữ",
    "cancelled": "Đã hủy",
    "unused": "Chưa dùng",
}
# The kinds of copies with the symbols of their numbers (Decree 30/2020/NĐ-CP, Annex I, part II).
COPIES = {"SY": "Bản sao y", "TrS": "Bản trích sao", "SL": "Bản sao lục"}
# States in which a number may be given to a document.
FREE = ("reserved", "released", "unused")
# Numbers have five digits at most, as everywhere that reads them.
LARGEST = 99_999
EARLIEST_YEAR = 1945
# A number of a document may leave so many before it unused; more is a mistake of typing.
MOST_UNUSED = 200
# So many numbers are reserved in one act.
MOST_RESERVED = 50
REASON = 500


def reason(text: str | None) -> str:
    """Clean the reason of an act. Raises Invalid when it is blank or too long."""
    return forms.required(clean_line(text or ""), Message("Hãy ghi lý do."), "reason", REASON)


def one_line(text: str | None, field: str, limit: int) -> str | None:
    """Clean a text of one line; None when nothing is left. Raises Invalid with `field` when it has more than `limit`
    characters."""
    return forms.cleaned(clean_line(text or ""), field, limit)


def day(given: dt.date | None, field: str) -> dt.date:
    """Return the day on which a number is given; None means today. Raises Invalid with `field` for a day that is still to
    come or before EARLIEST_YEAR."""
    today = dates.today()
    if given is not None and given > today:
        raise Invalid(Message("Ngày này chưa đến; hãy nhập ngày từ hôm nay trở về trước."), field)
    if given is not None and given.year < EARLIEST_YEAR:
        raise Invalid(Message("Năm phải từ %(year)s trở đi.", year=EARLIEST_YEAR), field)
    return given or today
