"""Case files themselves: create, edit, close, reopen, and note that one went to the archive.

Codes and titles are shown to everybody who reads case files; the documents in them follow the rights of each document. Clerks
and leaders edit all case files, others those of their unit, those in their charge, and those they opened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseFile, Unit, User
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.cases import words
from docmgr.services.cases.words import HANDOVER
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext.text import clean_line

DESTROYED = Message("Hồ sơ đã hủy; nội dung không còn và không đổi được nữa.")
CLOSED = Message("Hồ sơ đã đóng nên không đổi được; hãy mở lại hồ sơ trước, có ghi lý do.")


@dataclass(frozen=True)
class CaseInput:
    """What a person typed about a case file. `retention_years` counts unless it is `permanent`. None as `opened_on` means
    today."""

    code: str
    title: str
    retention_years: int | None = None
    permanent: bool = False
    opened_on: dt.date | None = None
    unit_id: int | None = None
    person_id: int | None = None
    handover_months: int = 12
    description: str | None = None


def may_edit(actor: Actor, case: CaseFile) -> bool:
    """Whether the actor may edit the case file and change what is in it, as long as it is open."""
    if not policy.may(actor, "case:edit"):
        return False
    own = actor.user_id is not None and actor.user_id in (case.person_id, case.created_by)
    return forms.edits_all(actor) or own or (case.unit_id is not None and case.unit_id == actor.unit_id)


def editable(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on CaseFile, the same as `may_edit`: the actor may edit the case file as long as it is open."""
    if not policy.may(actor, "case:edit"):
        return false()
    if forms.edits_all(actor):
        return true()
    own = [CaseFile.person_id == actor.user_id, CaseFile.created_by == actor.user_id] if actor.user_id is not None else []
    return or_(false(), *own, *([CaseFile.unit_id == actor.unit_id] if actor.unit_id is not None else []))


def get(actor: Actor, case_id: int) -> CaseFile:
    """Load a case file. Raises Denied when the actor's roles may not read any, and NotFound when there is none."""
    policy.require(actor, "case:read")
    with db.read() as session:
        return forms.loaded(session, CaseFile, case_id)


def for_change(session: Session, actor: Actor, case_id: int, revision: int | None = None, *, closed: bool = False) -> CaseFile:
    """Lock and return a case file that the actor may edit. `revision` is its revision when the form was opened; None means that
    there was no form. Raises Denied, NotFound, Conflict, and Invalid unless it is open, or with `closed` unless it is closed, and
    when it was destroyed."""

    def allowed(case: CaseFile) -> None:
        if not may_edit(actor, case):
            raise Denied("case:edit")

    case = forms.for_change(session, CaseFile, case_id, revision, allowed)
    if case.destroyed_on is not None:
        raise Invalid(DESTROYED)
    if closed and case.closed_on is None:
        raise Invalid(Message("Hồ sơ đang mở."))
    if not closed and case.closed_on is not None:
        raise Invalid(CLOSED)
    return case


def create(actor: Actor, given: CaseInput) -> int:
    """Open a case file and return its id. Raises Denied, and Invalid with the field that is wrong."""
    policy.require(actor, "case:edit")
    with db.write() as session:
        forms.one_at_a_time(session, CaseFile)
        case = CaseFile(created_by=actor.user_id)
        _fill(session, actor, case, given)
        session.add(case)
        session.flush()
        log.record(session, actor, "case:create", "case", case.id, case.label, details=forms.filled(_shown(session, case)))
        return case.id


def edit(actor: Actor, case_id: int, given: CaseInput, *, revision: int | None) -> None:
    """Change an open case file. `revision` is its revision when the form was opened; None means that there was no form. Raises
    Denied, NotFound, Conflict, and Invalid with the field that is wrong, or when it is closed."""
    with db.write() as session:
        forms.one_at_a_time(session, CaseFile)
        case = for_change(session, actor, case_id, revision)
        before = _shown(session, case)
        _fill(session, actor, case, given)
        forms.bump(case)
        session.flush()
        details = forms.differences(before, _shown(session, case))
        log.record(session, actor, "case:edit", "case", case.id, case.label, details=details)


def close(actor: Actor, case_id: int, closed_on: dt.date | None = None, *, revision: int | None = None) -> None:
    """Close a case file: nothing goes in or out any more, and it goes to the archive by the day that follows from
    `closed_on` (None: today). Raises Denied, NotFound, Conflict, and Invalid when it is closed or the day is wrong."""
    with db.write() as session:
        case = for_change(session, actor, case_id, revision)
        day = words.day(closed_on, "closed_on")
        if day < case.opened_on:
            raise Invalid(Message("Ngày đóng không được trước ngày mở hồ sơ."), "closed_on")
        case.closed_on, case.handover_on = day, words.months_after(day, case.handover_months)
        forms.bump(case)
        details = {"closed_on": forms.day(day), "handover_on": forms.day(case.handover_on)}
        log.record(session, actor, "case:close", "case", case.id, case.label, details=details)


def reopen(actor: Actor, case_id: int, reason: str, *, revision: int | None = None) -> None:
    """Open a closed case file again, with a reason. Raises Denied, NotFound, Conflict, and Invalid when it is open, has gone to
    the archive, or there is no reason."""
    told = words.reason(reason)
    with db.write() as session:
        case = for_change(session, actor, case_id, revision, closed=True)
        if case.archived_on is not None:
            raise Invalid(Message("Hồ sơ đã nộp lưu trữ nên không mở lại được."))
        details = {"reason": told, "closed_on": forms.day(case.closed_on)}
        case.closed_on = case.handover_on = None
        forms.bump(case)
        log.record(session, actor, "case:reopen", "case", case.id, case.label, details=details)


def archive(actor: Actor, case_id: int, archived_on: dt.date | None = None, *, revision: int | None = None) -> None:
    """Note the day on which a closed case file went to the archive; None means today. Raises Denied, NotFound, Conflict, and
    Invalid when it is open, went there already, or the day is wrong."""
    with db.write() as session:
        case = for_change(session, actor, case_id, revision, closed=True)
        mark_archived(session, actor, case, words.day(archived_on, "archived_on"))


def mark_archived(session: Session, actor: Actor, case: CaseFile, day: dt.date, receiver: str | None = None) -> None:
    """Note in the open unit of work that a closed case file, which the caller has locked, went to the archive on this day, and
    who received it there. Raises Invalid when it went there already, or the day is before it was closed."""
    if case.archived_on is not None:
        raise Invalid(Message("Hồ sơ “%(name)s” đã nộp lưu trữ.", name=case.code))
    if case.closed_on is not None and day < case.closed_on:
        message = Message("Ngày nộp lưu trữ không được trước ngày đóng hồ sơ “%(name)s”.", name=case.code)
        raise Invalid(message, "archived_on")
    case.archived_on = day
    forms.bump(case)
    details = {"archived_on": forms.day(day), **({"receiver": receiver} if receiver else {})}
    log.record(session, actor, "case:archive", "case", case.id, case.label, details=details)


def _fill(session: Session, actor: Actor, case: CaseFile, given: CaseInput) -> None:
    code = forms.required(clean_line(given.code), Message("Hãy ghi số và ký hiệu hồ sơ."), "code", words.CODE)
    title = forms.required(clean_line(given.title), Message("Hãy ghi tiêu đề hồ sơ."), "title", words.TITLE)
    opened_on = words.day(given.opened_on, "opened_on")
    with session.no_autoflush:
        _refuse_clash(session, case, code, opened_on.year)
        if given.unit_id is not None and given.unit_id != case.unit_id:
            forms.check_units(session, {given.unit_id}, "unit_id")
        if given.person_id is not None and given.person_id != case.person_id:
            _check_person(session, given.person_id)
        case.code, case.code_key, case.year, case.title = code, words.code_key(code), opened_on.year, title
        case.opened_on, case.unit_id, case.person_id = opened_on, given.unit_id, given.person_id
        case.retention_years = None if given.permanent else _years(given.retention_years)
        case.handover_months = _months(given.handover_months)
        case.description = forms.cleaned(given.description, "description", words.DESCRIPTION)
        if not may_edit(actor, case):
            raise Invalid(Message("Hãy chọn đơn vị của bạn, hoặc ghi bạn là người phụ trách."), "unit_id")


def _refuse_clash(session: Session, case: CaseFile, code: str, year: int) -> None:
    same = select(CaseFile).where(CaseFile.year == year, CaseFile.code_key == words.code_key(code))
    other = session.scalar(same)
    if other is not None and other is not case:
        raise Invalid(Message("Năm %(year)s đã có hồ sơ mang số, ký hiệu này: %(title)s.", year=year, title=other.title), "code")


def _check_person(session: Session, user_id: int) -> None:
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise Invalid(Message("Người đã chọn không còn; hãy chọn lại."), "person_id")


def _years(years: int | None) -> int:
    if years is None or not 1 <= years <= words.MOST_YEARS:
        message = Message("Hãy ghi thời hạn bảo quản từ 1 đến %(most)s năm, hoặc chọn vĩnh viễn.", most=words.MOST_YEARS)
        raise Invalid(message, "retention_years")
    return years


def _months(months: int) -> int:
    if months not in words.HANDOVER:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), "handover_months")
    return months


def _shown(session: Session, case: CaseFile) -> forms.Shown:
    unit = session.get(Unit, case.unit_id) if case.unit_id is not None else None
    user = session.get(User, case.person_id) if case.person_id is not None else None
    return {
        "Số và ký hiệu hồ sơ": case.code,
        "Tiêu đề hồ sơ": case.title,
        "Thời hạn bảo quản": words.retention(case.retention_years),
        "Ngày mở": forms.day(case.opened_on),
        "Đơn vị": unit.name if unit else None,
        "Người phụ trách": user.full_name if user else None,
        "Hạn nộp lưu trữ": Message(HANDOVER[case.handover_months]),
        "Chú giải": case.description,
    }
