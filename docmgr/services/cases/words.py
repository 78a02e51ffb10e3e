"""What may be typed about a case file, and the rules of Decree 30/2020/NĐ-CP about its days."""

from __future__ import annotations

import calendar
import datetime as dt

from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext import dates
from legaltext.text import clean_line

# The longest values in characters. Annex VI of the Decree gives 500 to the title and the description.
CODE, TITLE, REASON, DESCRIPTION = 50, 500, 500, 500
MOST_YEARS = 200
EARLIEST_YEAR = 1900
# Months until a closed case file goes to the archive, with the words for people (Article 30: a year after the matter ended,
# three months after the settlement of a construction).
HANDOVER = {12: "01 năm sau khi kết thúc công việc", 3: "03 tháng sau khi công trình được quyết toán"}
# So many days before, a case file is in the list of those that go to the archive (Annex VI, part IV).
AHEAD_DAYS = 30
# Case files that are kept for a shorter time do not go to the archive (Article 30).
LEAST_YEARS = 5
STATES = {"open": "Đang mở", "closed": "Đã đóng", "due": "Đến hạn nộp lưu trữ", "archived": "Đã nộp lưu trữ", "destroyed": "Đã hủy"}
# So many documents lie in one case file.
MOST_DOCUMENTS = 5_000


def code_key(code: str) -> str:
    """The code without capitals and blanks: two case files of a year with the same key clash."""
    return "".join(code.casefold().split())[:CODE]


def reason(text: str | None) -> str:
    """Clean the reason of an act. Raises Invalid when it is blank or too long."""
    return forms.required(clean_line(text or ""), Message("Hãy ghi lý do."), "reason", REASON)


def day(given: dt.date | None, field: str) -> dt.date:
    """Return the day that a person typed; None means today. Raises Invalid with `field` for one that is still to come or
    before EARLIEST_YEAR."""
    today = dates.today()
    if given is not None and given > today:
        raise Invalid(Message("Ngày này chưa đến; hãy nhập ngày từ hôm nay trở về trước."), field)
    if given is not None and given.year < EARLIEST_YEAR:
        raise Invalid(Message("Năm phải từ %(year)s trở đi.", year=EARLIEST_YEAR), field)
    return given or today


def months_after(day: dt.date, months: int) -> dt.date:
    """The day so many months later, the last one of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_year(closed_on: dt.date, retention_years: int, keep_until: int | None = None) -> int:
    """The last year in which a case file is kept: so many whole years after the one in which it was closed, or longer by
    decision. Its period has ended with the last day of that year."""
    return max(closed_on.year + retention_years, keep_until or 0)


def retention(years: int | None) -> Message:
    """How long a case file is kept, in words."""
    return Message("Vĩnh viễn") if years is None else Message("%(years)s năm", years=years)
