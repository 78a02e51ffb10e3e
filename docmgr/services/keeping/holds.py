"""Legal holds (Tạm giữ, không được xóa): set on a document or a case file with a reason, and ended with a reason.

Administrators and auditors, and leaders where the site lets them, set and end them on what they may read, also in the recycle bin. Everybody who may read a held document or case file sees
that it is held and why, because the trail tells it too.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, keys, policy
from docmgr.models import CaseDocument, CaseFile, Document, Hold
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard, rule
from docmgr.services.cases import files, words
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log

HELD = Message("Đang tạm giữ rồi; muốn đổi lý do thì thôi tạm giữ trước.")


@dataclass(frozen=True)
class HoldNote:
    """A hold that applies, as pages show it. `case` is the case file by which a document is held, None when it is held
    itself."""

    hold: Hold
    case: CaseFile | None = None


def holdable(actor: Actor, document_id: int) -> Document:
    """Load a document that the actor may read, also from the recycle bin: what lies there is what a hold saves. Raises Denied, and
    NotFound when the actor may not read it, or it was joined to another document or deleted for good."""
    with db.read() as session:
        return _holdable(session, actor, document_id)


def _holdable(session: Session, actor: Actor, document_id: int) -> Document:
    policy.require(actor, "document:read")
    there = Document.merged_into.is_(None) & Document.purged_at.is_(None)
    query = select(Document).where(Document.id == document_id, there, rule.readable(actor))
    found = session.scalar(query) if abs(document_id) <= keys.LARGEST else None
    if found is None:
        raise NotFound
    return found


def on_document(actor: Actor, document_id: int) -> list[HoldNote]:
    """List the holds that apply to a document: its own first, then those of its case files. Raises NotFound when the actor may
    not read it."""
    with db.read() as session:
        _holdable(session, actor, document_id)
        own = [HoldNote(hold) for hold in session.scalars(select(Hold).where(Hold.document_id == document_id, Hold.ended_at.is_(None)))]
        query = select(Hold, CaseFile).join(CaseFile, CaseFile.id == Hold.case_id)
        query = query.join(CaseDocument, CaseDocument.case_id == CaseFile.id)
        query = query.where(CaseDocument.document_id == document_id, Hold.ended_at.is_(None)).order_by(Hold.id)
        return own + [HoldNote(hold, case) for hold, case in session.execute(query)]


def is_held(session: Session, document_id: int) -> bool:
    """Whether a hold applies to a document, its own or that of a case file. The caller has checked the actor's rights."""
    cases = select(CaseDocument.case_id).where(CaseDocument.document_id == document_id)
    held = (Hold.document_id == document_id) | Hold.case_id.in_(cases)
    return session.scalar(select(Hold.id).where(held, Hold.ended_at.is_(None)).limit(1)) is not None


def on_case(actor: Actor, case_id: int) -> Hold | None:
    """Load the hold that applies to a case file, None when there is none. Raises Denied and NotFound."""
    files.get(actor, case_id)
    with db.read() as session:
        return _present(session, Hold.case_id == case_id)


def _present(session: Session, on: object) -> Hold | None:
    return session.scalar(select(Hold).where(on, Hold.ended_at.is_(None)))  # type: ignore[arg-type]


def hold_document(actor: Actor, document_id: int, reason: str) -> int:
    """Hold a document and return the id of the hold. Raises Denied, NotFound when the actor may not read the document, and
    Invalid when it is held already or there is no reason."""
    policy.require(actor, "hold:set")
    told = words.reason(reason)
    with db.write() as session:
        document = _locked_document(session, actor, document_id)
        if _present(session, Hold.document_id == document.id) is not None:
            raise Invalid(HELD)
        made = _made(session, actor, told, document_id=document.id)
        log.document_event(session, actor, "document:hold", document, {"reason": told})
        return made.id


def hold_case(actor: Actor, case_id: int, reason: str) -> int:
    """Hold a case file, and thereby every document in it as long as it is there. Returns the id of the hold. Raises Denied,
    NotFound, and Invalid when it is held already or there is no reason."""
    policy.require(actor, "hold:set")
    policy.require(actor, "case:read")
    told = words.reason(reason)
    with db.write() as session:
        case = forms.locked(session, CaseFile, case_id)
        if _present(session, Hold.case_id == case.id) is not None:
            raise Invalid(HELD)
        made = _made(session, actor, told, case_id=case.id)
        forms.bump(case)
        log.record(session, actor, "case:hold", "case", case.id, case.label, details={"reason": told})
        return made.id


def end_on_document(actor: Actor, document_id: int, hold_id: int, reason: str) -> None:
    """End the hold on a document, with a reason. Raises Denied, NotFound when the actor may not read the document, Conflict
    when the hold has ended meanwhile, and Invalid when there is no reason."""
    policy.require(actor, "hold:set")
    told = words.reason(reason)
    with db.write() as session:
        document = _locked_document(session, actor, document_id)
        hold = _ended(session, actor, Hold.document_id == document.id, hold_id, told)
        log.document_event(session, actor, "document:release", document, {"reason": told, "set_for": hold.reason})


def end_on_case(actor: Actor, case_id: int, hold_id: int, reason: str) -> None:
    """End the hold on a case file, with a reason. Raises Denied, NotFound, Conflict when it has ended meanwhile, and Invalid
    when there is no reason."""
    policy.require(actor, "hold:set")
    policy.require(actor, "case:read")
    told = words.reason(reason)
    with db.write() as session:
        case = forms.locked(session, CaseFile, case_id)
        hold = _ended(session, actor, Hold.case_id == case.id, hold_id, told)
        forms.bump(case)
        log.record(session, actor, "case:release", "case", case.id, case.label, details={"reason": told, "set_for": hold.reason})


def _locked_document(session: Session, actor: Actor, document_id: int) -> Document:
    """Lock a document that the actor may read, also in the recycle bin; the right to edit is not needed, since its content does not change."""
    policy.require(actor, "document:read")
    guard.locked(session, document_id)
    return _holdable(session, actor, document_id)


def _made(session: Session, actor: Actor, reason: str, **on: int) -> Hold:
    made = Hold(reason=reason, set_by=actor.user_id, set_by_label=actor.label, **on)
    session.add(made)
    session.flush()
    return made


def _ended(session: Session, actor: Actor, on: object, hold_id: int, reason: str) -> Hold:
    hold = _present(session, on)
    if hold is None or hold.id != hold_id:
        raise Conflict(forms.STALE)
    hold.ended_at, hold.ended_by, hold.ended_by_label, hold.end_reason = db.now(), actor.user_id, actor.label, reason
    return hold
