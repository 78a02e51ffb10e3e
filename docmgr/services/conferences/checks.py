"""What can be true of a conference: its day, its numbers of people, and whether it was held by the rule."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr.models import Conference, ConferenceDocument, ConferenceVote
from docmgr.services.conferences import rules
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext import dates
from legaltext.text import clean_line

MOST_PEOPLE = 1_000_000
_TIME = re.compile(r"([01]?[0-9]|2[0-3])\s*(?:[:h]\s*([0-5][0-9])?|giờ)", re.I)


def is_valid(session: Session, row: Conference) -> bool:
    """Whether the conference was held: it is recorded how many came, and they were enough by the rule of its day."""
    if row.held_on is None or row.invited is None or row.present is None:
        return False
    return rules.reaches(rules.in_force(session, row.held_on).get("quorum"), row.present, row.invited)


def has_resolution(session: Session, conference_id: int) -> bool:
    """Whether a resolution is tied to the conference."""
    query = select(ConferenceDocument.document_id).where(ConferenceDocument.conference_id == conference_id, ConferenceDocument.role == "resolution")
    return session.scalar(query.limit(1)) is not None


def time_of(typed: str) -> str | None:
    """Read a time as "08:00", None when it is blank. Raises Invalid."""
    words = clean_line(typed)
    if not words:
        return None
    found = _TIME.fullmatch(words)
    if found is None:
        raise Invalid(Message("Giờ không đúng; hãy nhập dạng giờ:phút, ví dụ 8:00."), "starts_at")
    return f"{int(found[1]):02}:{found[2] or '00'}"


def day(year: int, held_on: dt.date | None) -> None:
    """Refuse a day that is not of the year or the next one."""
    # A conference may be held before the end of its year of work, and until the next year is over.
    if held_on is not None and not year <= held_on.year <= year + 1:
        raise Invalid(Message("Hội nghị của năm %(year)s tổ chức trong năm đó hoặc năm sau.", year=year), "held_on")


def numbers(session: Session, row: Conference, held_on: dt.date | None, invited: int | None, present: int | None) -> None:
    """Refuse numbers of people that cannot be, or that do not fit the votes of `row`. Raises Invalid with the field."""
    if invited is not None and not 1 <= invited <= MOST_PEOPLE:
        raise Invalid(Message("Số người được triệu tập phải từ 1 đến %(most)s.", most=MOST_PEOPLE), "invited")
    if present is not None:
        if invited is None:
            raise Invalid(Message("Hãy ghi cả số người được triệu tập."), "invited")
        if present > invited:
            raise Invalid(Message("Số người dự không được nhiều hơn số người được triệu tập (%(count)s).", count=invited), "present")
        if held_on is None or held_on > dates.today():
            raise Invalid(Message("Chỉ ghi số người dự khi hội nghị đã họp; hãy ghi ngày họp, không sau hôm nay."), "held_on")
    _kept(session, row, held_on, invited, present)


def _kept(session: Session, row: Conference, held_on: dt.date | None, invited: int | None, present: int | None) -> None:
    """Refuse numbers that no longer fit the votes and the resolution that are recorded."""
    if not row.id:
        return
    cast = ConferenceVote.agree + ConferenceVote.disagree + ConferenceVote.other
    most = session.scalar(select(func.max(cast)).where(ConferenceVote.conference_id == row.id))
    if most is not None and (present is None or present < most):
        raise Invalid(Message("Đã ghi một lần biểu quyết có %(count)s người; số người dự không được ít hơn.", count=most), "present")
    enough = present is not None and rules.reaches(rules.in_force(session, held_on).get("quorum"), present, invited or 0)
    if (most is not None or has_resolution(session, row.id)) and not enough:
        raise Invalid(Message("Hội nghị đã biểu quyết hoặc có nghị quyết, nên số người dự phải đủ theo quy định."), "present")
