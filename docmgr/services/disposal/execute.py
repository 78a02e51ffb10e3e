"""Destroy the case files of a list that was decided about: the worker's part, one document in each unit of work.

For each document it is asked anew, under the locks of the document and of its case files, whether something keeps it. A
document that also lies in another case file is taken out of this one and stays. What is kept stays in the case file, which
then is not destroyed. After a kill the work goes on with what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseDocument, CaseFile, DisposalList, DisposalRow, Document, label_of
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.disposal import fit, words
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.keeping import kept, purge
from docmgr.services.message import Message
from docmgr.services.trail import log as trail_log
from legaltext import dates

FAILED = Message("Chưa hủy được vì lỗi của máy chủ; nhật ký máy chủ ghi rõ.")

log = logging.getLogger(__name__)


def start(actor: Actor, list_id: int, *, revision: int | None = None) -> None:
    """Let the worker destroy what was decided. Raises Denied, NotFound, Conflict, and Invalid when the list was not decided about
    or the destruction was started before."""
    with db.write() as session:
        one = forms.for_change(session, DisposalList, list_id, revision, lambda _one: policy.require(actor, "disposal:execute"))
        if one.state != "decided" or one.started_at is not None:
            raise Invalid(Message("Danh mục này không có hồ sơ nào chờ hủy."))
        one.started_by, one.started_by_label, one.started_at = actor.user_id, actor.label, db.now()
        forms.bump(one)
        trail_log.record(session, actor, "disposal:start", "disposal", one.id, one.label)


def work(actor: Actor, stop: Callable[[], bool] = lambda: False) -> int:
    """Destroy one case file of the list that was started first, or end that list. `stop` is asked before each document. `actor`
    is the worker. Returns how much was done; 0 when nothing waits."""
    if not actor.everything:
        raise Denied("disposal:execute")
    with db.read() as session:
        started = DisposalList.state == "decided", DisposalList.started_at.is_not(None)
        one = session.scalar(select(DisposalList).where(*started).order_by(DisposalList.started_at, DisposalList.id).limit(1))
        row = session.scalar(_waiting(one.id)) if one is not None else None
    db.release()
    if one is None:
        return 0
    if row is None:
        _end(one.id)
        return 1
    if _documents(one, row, stop):
        _settle(one, row)
    return 1


def _waiting(list_id: int) -> Select[DisposalRow]:
    agreed = DisposalRow.agreed.is_(True), DisposalRow.proposal == "destroy", DisposalRow.ended_at.is_(None)
    return select(DisposalRow).where(DisposalRow.list_id == list_id, *agreed).order_by(DisposalRow.id).limit(1)


def _documents(one: DisposalList, row: DisposalRow, stop: Callable[[], bool]) -> bool:
    """Destroy the documents of a case file. Those that are kept are tried again after another one is gone: an answer is kept
    only as long as what it answers. Returns False when it was stopped."""
    with db.read() as session:
        own = select(CaseDocument.document_id).where(CaseDocument.case_id == row.case_id)
        left = list(session.scalars(own.order_by(CaseDocument.position, CaseDocument.document_id)))
    gone = True
    while left and gone:
        kept_back: list[int] = []
        for document_id in left:
            if stop():
                return False
            if not _tried(one, row, document_id):
                kept_back.append(document_id)
        gone, left = len(kept_back) < len(left), kept_back
    return True


def _tried(one: DisposalList, row: DisposalRow, document_id: int) -> bool:
    """The same as _one, but a failure is logged and does not stop the others."""
    try:
        return _one(one, row, document_id)
    except Exception:
        log.exception("document %d could not be destroyed", document_id)
        return False


def _one(one: DisposalList, row: DisposalRow, document_id: int) -> bool:
    """Destroy one document, or take it out when it lies in another case file too. Returns whether it is gone from this one."""
    with db.write() as session:
        document, joined = purge.gathered(session, document_id)
        held = session.get(CaseDocument, (row.case_id, document_id))
        if held is None:
            return True
        case = forms.locked(session, CaseFile, row.case_id)
        if fit.refusal(session, case, one.ended_by) is not None:
            return False
        elsewhere = select(CaseDocument.case_id).where(CaseDocument.document_id == document_id, CaseDocument.case_id != case.id)
        if document.merged_into is not None or session.scalar(elsewhere.limit(1)) is not None:
            _take_out(session, one, row, case, document, held)
            return True
        if purge.is_kept(session, [document, *joined], kept.condition(destroying=True)):
            return False
        place = held.position
        stone = purge.erase(session, _actor(one), document, joined, words.decision(one), "document:destroy")
        stone.case_id, stone.place = case.id, place
        return True


def _take_out(session: Session, one: DisposalList, row: DisposalRow, case: CaseFile, document: Document, held: CaseDocument) -> None:
    session.delete(held)
    stored = forms.locked(session, DisposalRow, row.id)
    stored.taken_out = [*(stored.taken_out or ()), document.id]
    details = {"about": label_of(document), "reason": words.decision(one)}
    trail_log.record(session, _actor(one), "case:remove", "case", case.id, case.label, document_id=document.id, details=details)


def _actor(one: DisposalList) -> Actor:
    """Who started the destruction, as the trail names it."""
    return Actor(user_id=one.started_by, label=one.started_by_label or "", via="worker")


def _settle(one: DisposalList, row: DisposalRow) -> None:
    """Note what became of a case file: it is destroyed when nothing is in it any more."""
    with db.write() as session:
        case = forms.locked(session, CaseFile, row.case_id)
        stored = forms.locked(session, DisposalRow, row.id)
        refused = fit.refusal(session, case, one.ended_by)
        left = list(session.scalars(select(CaseDocument.document_id).where(CaseDocument.case_id == case.id).order_by(CaseDocument.position)))
        why = kept.reasons(session, left, destroying=True)
        stored.refused = refused.stored() if refused is not None else None
        stored.left = [[number, [message.stored() for message in why.get(number, [FAILED])]] for number in left if refused is None] or None
        stored.ended_at = db.now()
        if refused is None and not left:
            case.destroyed_on = dates.today()
            details = {"reason": words.decision(one)}
            trail_log.record(session, _actor(one), "case:destroy", "case", case.id, case.label, details=details)
        forms.bump(case)


def _end(list_id: int) -> None:
    with db.write() as session:
        try:
            one = forms.locked(session, DisposalList, list_id)
        except NotFound:
            return
        if one.state == "decided" and one.started_at is not None and session.scalar(_waiting(list_id)) is None:
            one.state, one.done_at = "done", db.now()
            forms.bump(one)
            trail_log.record(session, _actor(one), "disposal:done", "disposal", one.id, one.label)
