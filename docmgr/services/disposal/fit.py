"""Which case files may stand in a list: closed ones whose period has ended, which are in no other list that is worked on; and why
a case file is not destroyed now.

The period is counted in whole years after the year in which the case file was closed (cases.words.end_year). Case files
that are kept for ever never end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, extract, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseFile, DisposalList, DisposalRow, Hold
from docmgr.policy import Actor
from docmgr.services.cases import files
from docmgr.services.cases import words as case_words
from docmgr.services.chunks import chunks
from docmgr.services.disposal import words
from docmgr.services.message import Message


def candidates(actor: Actor, ended_by: dt.date, limit: int = words.MOST_ROWS) -> list[CaseFile]:
    """List the case files that the actor may put into a list now: those that the actor may edit and whose period had ended on
    the day `ended_by`, at most `limit`, those closed first come first. Raises Denied."""
    policy.require(actor, "disposal:propose")
    query = select(CaseFile).where(_ended(ended_by), files.editable(actor), ~_listed())
    with db.read() as session:
        return list(session.scalars(query.order_by(CaseFile.closed_on, CaseFile.id).limit(limit)))


def _ended(on: dt.date) -> ColumnElement[bool]:
    """An SQL condition on CaseFile: closed, not destroyed, and its period had ended on this day."""
    last = extract("year", CaseFile.closed_on) + CaseFile.retention_years
    longer = or_(CaseFile.keep_until.is_(None), CaseFile.keep_until < on.year)
    there = CaseFile.closed_on.is_not(None) & CaseFile.destroyed_on.is_(None) & CaseFile.retention_years.is_not(None)
    return there & (last < on.year) & longer


def _listed() -> ColumnElement[bool]:
    query = select(DisposalRow.id).join(DisposalList, DisposalList.id == DisposalRow.list_id)
    return query.where(DisposalRow.case_id == CaseFile.id, DisposalList.state != "done").exists()


def last_year(case: CaseFile) -> int | None:
    """The last year of the period of a case file; None while it is open, or when it is kept for ever."""
    if case.closed_on is None or case.retention_years is None:
        return None
    return case_words.end_year(case.closed_on, case.retention_years, case.keep_until)


def unfit(case: CaseFile, ended_by: dt.date) -> Message | None:
    """Why a case file does not belong into a list of those whose period had ended on this day; None when it does."""
    if case.destroyed_on is not None:
        return Message("Hồ sơ đã hủy.")
    if case.closed_on is None:
        return Message("Hồ sơ đã mở lại.")
    last = last_year(case)
    if last is None:
        return Message("Hồ sơ bảo quản vĩnh viễn.")
    return None if last < ended_by.year else Message("Chưa hết thời hạn bảo quản: còn giữ đến hết năm %(year)s.", year=last)


def refusal(session: Session, case: CaseFile, ended_by: dt.date) -> Message | None:
    """Why a case file is not destroyed now; None when nothing speaks against it. Whoever closes, reopens or holds a case file has
    its row locked: the caller that acts on the answer has locked it too."""
    return refused(case, ended_by, held(session, [case.id]).get(case.id))


def held(session: Session, case_ids: Collection[int]) -> dict[int, Hold]:
    """Load the holds that apply to these case files, by the id of the case file; those that are not held are missing."""
    found: dict[int, Hold] = {}
    for some in chunks(case_ids):
        for hold in session.scalars(select(Hold).where(Hold.case_id.in_(some), Hold.ended_at.is_(None))):
            found[hold.case_id or 0] = hold
    return found


def refused(case: CaseFile, ended_by: dt.date, hold: Hold | None) -> Message | None:
    """The same as `refusal` for a case file to which `hold` applies, None when it is not held."""
    if hold is not None:
        return Message("Hồ sơ đang tạm giữ, không được hủy: %(reason)s", reason=hold.reason)
    return unfit(case, ended_by)
