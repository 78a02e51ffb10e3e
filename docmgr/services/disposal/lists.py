"""Lists of case files whose period has ended: make, change, propose and remove them.

Clerks list all case files, others those that they may edit (cases.files.may_edit). A list is changed while it is a draft, by
clerks and by who made it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseFile, DisposalList, DisposalRow
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.cases import words as case_words
from docmgr.services.disposal import fit, words
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext.text import clean_line

NOT_DRAFT = Message("Danh mục đã trình nên không sửa được; lãnh đạo trả lại thì mới sửa tiếp.")


@dataclass(frozen=True)
class RowInput:
    """What a person typed about a case file in a list. `proposal` is a key of words.PROPOSALS; `keep_until` is a year and counts
    for "keep" only. `dropped` takes the case file out of the list."""

    proposal: str
    keep_until: int | None = None
    note: str | None = None
    dropped: bool = False


def get(actor: Actor, list_id: int) -> DisposalList:
    """Load a list. Raises Denied when the actor's roles may not read lists, and NotFound when there is none."""
    policy.require(actor, "disposal:read")
    with db.read() as session:
        return forms.loaded(session, DisposalList, list_id)


def row_ids(actor: Actor, list_id: int) -> list[int]:
    """List the ids of the rows of a list, in the order in which they were listed. Raises Denied and NotFound."""
    get(actor, list_id)
    with db.read() as session:
        return list(session.scalars(select(DisposalRow.id).where(DisposalRow.list_id == list_id).order_by(DisposalRow.id)))


def may_change(actor: Actor, one: DisposalList) -> bool:
    """Whether the actor may change the list as long as it is a draft, and propose it."""
    own = actor.user_id is not None and actor.user_id == one.created_by
    return policy.may(actor, "disposal:propose") and (forms.edits_all(actor) or own)


def for_change(session: Session, actor: Actor, list_id: int, revision: int | None) -> DisposalList:
    """Lock and return a draft that the actor may change. Raises Denied, NotFound, Conflict, and Invalid when it is no draft."""

    def allowed(one: DisposalList) -> None:
        if not may_change(actor, one):
            raise Denied("disposal:propose")

    one = forms.for_change(session, DisposalList, list_id, revision, allowed)
    if one.state != "draft":
        raise Invalid(NOT_DRAFT)
    return one


def create(actor: Actor, title: str, ended_by: dt.date | None = None) -> int:
    """Make a list of the case files whose period had ended on the day `ended_by` (None: today), at most words.MOST_ROWS, each
    proposed for destruction. Returns its id. Raises Denied, and Invalid with the field that is wrong, or when there are none."""
    policy.require(actor, "disposal:propose")
    with db.write() as session:
        # Two people never list the same case file.
        forms.one_at_a_time(session, DisposalList)
        named = _title(title)
        day = case_words.day(ended_by, "ended_by")
        cases = fit.candidates(actor, day)
        if not cases:
            raise Invalid(Message("Không có hồ sơ nào đã hết thời hạn bảo quản vào ngày này mà chưa nằm trong danh mục khác."), "ended_by")
        one = DisposalList(title=named, ended_by=day, created_by=actor.user_id, created_by_label=actor.label)
        session.add(one)
        session.flush()
        session.add_all(DisposalRow(list_id=one.id, case_id=case.id, changed_by=actor.user_id) for case in cases)
        _record(session, actor, "disposal:create", one, {"ended_by": forms.day(day), "cases": [case.code for case in cases]})
        return one.id


def edit(actor: Actor, list_id: int, title: str, rows: Mapping[int, RowInput], *, revision: int | None) -> None:
    """Change the title of a draft and the rows whose ids are named. Raises Denied, NotFound, Conflict, and Invalid with the field
    that is wrong: "title", or "row-" and the id of the row."""
    with db.write() as session:
        one = for_change(session, actor, list_id, revision)
        one.title = _title(title)
        for row in _rows(session, one):
            if row.id in rows:
                _change(session, actor, one, row, rows[row.id])
        session.flush()
        if not _rows(session, one):
            raise Invalid(Message("Danh mục phải có ít nhất một hồ sơ; không cần nữa thì bỏ cả danh mục."))
        forms.bump(one)
        _record(session, actor, "disposal:edit", one)


def _change(session: Session, actor: Actor, one: DisposalList, row: DisposalRow, given: RowInput) -> None:
    field = f"row-{row.id}"
    if given.dropped:
        session.delete(row)
        return
    proposal = forms.one_of(given.proposal, words.PROPOSALS, field)
    until = given.keep_until if proposal == "keep" else None
    least, most = one.ended_by.year, one.ended_by.year + words.MOST_YEARS
    if proposal == "keep" and (until is None or not least <= until <= most):
        raise Invalid(Message("Hãy ghi giữ lại đến năm nào, từ %(least)s đến %(most)s.", least=least, most=most), field)
    new = (proposal, until, forms.cleaned(clean_line(given.note or ""), field, words.NOTE))
    if new != (row.proposal, row.keep_until, row.note):
        row.proposal, row.keep_until, row.note = new
        row.changed_by = actor.user_id


def propose(actor: Actor, list_id: int, *, revision: int | None = None) -> None:
    """Propose a draft to the leaders. Raises Denied, NotFound, Conflict, and Invalid when it is no draft, or a case file no longer
    belongs into it."""
    with db.write() as session:
        one = for_change(session, actor, list_id, revision)
        query = select(CaseFile).join(DisposalRow, DisposalRow.case_id == CaseFile.id).where(DisposalRow.list_id == one.id)
        for case in session.scalars(query.order_by(CaseFile.id)):
            if (why := fit.unfit(case, one.ended_by)) is not None:
                raise Invalid(Message("Hồ sơ %(name)s không thuộc danh mục này nữa: %(why)s Hãy bỏ hồ sơ đó ra trước.", name=case.code, why=why))
        one.state, one.returned = "proposed", None
        one.proposed_by, one.proposed_by_label, one.proposed_at = actor.user_id, actor.label, db.now()
        forms.bump(one)
        _record(session, actor, "disposal:propose", one)


def remove(actor: Actor, list_id: int, *, revision: int | None = None) -> None:
    """Remove a draft; its case files may stand in another list. Raises Denied, NotFound, Conflict, and Invalid when it is no
    draft."""
    with db.write() as session:
        one = for_change(session, actor, list_id, revision)
        session.execute(delete(DisposalRow).where(DisposalRow.list_id == one.id))
        _record(session, actor, "disposal:delete", one)
        session.delete(one)


def _title(title: str) -> str:
    return forms.required(clean_line(title), Message("Hãy ghi tên danh mục."), "title", words.TITLE)


def _rows(session: Session, one: DisposalList) -> list[DisposalRow]:
    return list(session.scalars(select(DisposalRow).where(DisposalRow.list_id == one.id).order_by(DisposalRow.id)))


def _record(session: Session, actor: Actor, action: str, one: DisposalList, details: dict[str, object] | None = None) -> None:
    log.record(session, actor, action, "disposal", one.id, one.label, details=details)
