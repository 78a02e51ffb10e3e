"""What leaders do with a list that was proposed: decide about each case file, or send the list back.

Who made, changed or proposed a list never decides about it. A decision locks the case files: a hold that was set before
refuses it, and one that is set later is met by the destruction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseFile, DisposalList, DisposalRow, TrailEvent
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.cases import contents
from docmgr.services.cases import words as case_words
from docmgr.services.disposal import fit, words
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext.text import clean_line


@dataclass(frozen=True)
class RowAnswer:
    """The decision about one case file; `reason` is needed where it is not what was proposed."""

    agreed: bool
    reason: str | None = None


@dataclass(frozen=True)
class DecisionInput:
    """What a leader typed. `document` names the decision in the store by its number or id ("#12"); then number and day come
    from there. `answers` has the decision about each row by its id."""

    number: str
    decided_on: dt.date | None
    answers: Mapping[int, RowAnswer]
    document: str = ""


def may_decide(actor: Actor, one: DisposalList) -> bool:
    """Whether the actor may decide about the list as soon as it is proposed, as far as the list itself says; `decide` also looks
    at who changed its rows."""
    return policy.may(actor, "disposal:decide") and actor.user_id is not None and actor.user_id not in (one.created_by, one.proposed_by)


def send_back(actor: Actor, list_id: int, reason: str, *, revision: int | None = None) -> None:
    """Make a proposed list a draft again, with a reason. Raises Denied, NotFound, Conflict, and Invalid when it is not proposed or
    there is no reason."""
    told = case_words.reason(reason)
    with db.write() as session:
        one = _proposed(session, actor, list_id, revision)
        one.state, one.returned = "draft", told
        forms.bump(one)
        log.record(session, actor, "disposal:return", "disposal", one.id, one.label, details={"reason": told})


def decide(actor: Actor, list_id: int, given: DecisionInput, *, revision: int | None = None) -> None:
    """Decide about a proposed list and each of its case files. Raises Denied, NotFound, Conflict, and Invalid with the field that
    is wrong: a row without an answer or reason, a case file that is held or no longer fits, a decision without number or day,
    or when the actor proposed it."""
    policy.require(actor, "disposal:decide")
    number, day, document_id = _decision(actor, given)
    with db.write() as session:
        if document_id is not None:
            # Nobody takes away what the decision rests on while it is written down.
            guard.locked(session, document_id)
            guard.readable(session, actor, document_id)
        one = _proposed(session, actor, list_id, revision)
        rows = list(session.scalars(select(DisposalRow).where(DisposalRow.list_id == one.id).order_by(DisposalRow.case_id)))
        if actor.user_id is None or actor.user_id in _hands(session, one):
            raise Invalid(words.OWN)
        one.decision_number, one.decision_on, one.decision_document_id = number, day, document_id
        one.decided_by, one.decided_by_label, one.decided_at = actor.user_id, actor.label, db.now()
        for row in rows:
            _answer(session, actor, one, row, given.answers.get(row.id))
        one.state = "decided" if any(row.agreed and row.proposal == "destroy" for row in rows) else "done"
        one.done_at = one.decided_at if one.state == "done" else None
        forms.bump(one)
        details = {"number": number, "issued_on": forms.day(day), "cases": _codes(session, rows)}
        log.record(session, actor, "disposal:decide", "disposal", one.id, one.label, details=details)


def _hands(session: Session, one: DisposalList) -> set[int]:
    """Find everybody who made, changed or proposed the list, also before it was sent back. The rows keep only the last of them."""
    acts = TrailEvent.action.in_(("disposal:create", "disposal:edit", "disposal:propose"))
    query = select(TrailEvent.actor_id).where(TrailEvent.subject_type == "disposal", TrailEvent.subject_id == one.id, acts)
    return {number for number in session.scalars(query.distinct()) if number is not None}


def _proposed(session: Session, actor: Actor, list_id: int, revision: int | None) -> DisposalList:
    one = forms.for_change(session, DisposalList, list_id, revision, lambda _one: policy.require(actor, "disposal:decide"))
    if one.state != "proposed":
        raise Invalid(Message("Danh mục này không chờ quyết định."))
    return one


def _decision(actor: Actor, given: DecisionInput) -> tuple[str, dt.date, int | None]:
    """The number and day of the decision, and its document where the store has it."""
    number, day, document_id = clean_line(given.number), given.decided_on, None
    if named := given.document.strip():
        try:
            document = guard.get(actor, contents.named(actor, named))
        except Invalid as refused:
            raise Invalid(refused.message, "document") from None
        number, day, document_id = document.number or number, document.issued_on or day, document.id
    number = forms.required(number, Message("Hãy ghi số của quyết định."), "decision_number", words.NUMBER)
    if day is None:
        raise Invalid(Message("Hãy ghi ngày của quyết định."), "decision_on")
    return number, case_words.day(day, "decision_on"), document_id


def _answer(session: Session, actor: Actor, one: DisposalList, row: DisposalRow, answer: RowAnswer | None) -> None:
    field = f"row-{row.id}"
    case = forms.locked(session, CaseFile, row.case_id)
    if answer is None:
        raise Invalid(Message("Hãy quyết định về hồ sơ %(name)s.", name=case.code), field)
    reason = forms.cleaned(clean_line(answer.reason or ""), field, words.NOTE)
    if not answer.agreed and reason is None:
        raise Invalid(Message("Hãy ghi lý do không đồng ý về hồ sơ %(name)s.", name=case.code), field)
    if answer.agreed:
        why = fit.refusal(session, case, one.ended_by) if row.proposal == "destroy" else fit.unfit(case, one.ended_by)
        if why is not None:
            raise Invalid(Message("Hồ sơ %(name)s: %(why)s", name=case.code, why=why), field)
    row.agreed, row.reason = answer.agreed, reason
    if answer.agreed and row.proposal == "keep":
        case.keep_until = row.keep_until
    forms.bump(case)
    agreed = Message("Đồng ý") if answer.agreed else Message("Không đồng ý")
    details = {"list": one.title, "proposal": words.proposal(row), "agreed": agreed, "reason": reason}
    shown = {name: value for name, value in details.items() if value is not None}
    log.record(session, actor, "case:dispose", "case", case.id, case.label, details=shown)


def _codes(session: Session, rows: Sequence[DisposalRow]) -> list[str]:
    agreed = [row.case_id for row in rows if row.agreed and row.proposal == "destroy"]
    return list(session.scalars(select(CaseFile.code).where(CaseFile.id.in_(agreed)).order_by(CaseFile.id)))
