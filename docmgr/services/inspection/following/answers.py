"""The steps of a recommendation: its unit confirms that it was received and answers; inspectors accept the answer, give it back, and close
the recommendation when what it asks for is done. Nobody judges the answer of their own unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Inspection, Recommendation
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.inspection import findings, lists, team
from docmgr.services.inspection.lists import VERDICTS
from docmgr.services.message import Message, Words
from docmgr.services.trail import log
from legaltext import dates

# Verdict → those after which it may be given.
AFTER = {"accepted": ("none",), "returned": ("none", "accepted"), "closed": ("accepted",), "none": ("closed", "accepted")}
STEPS = {"accepted": "recommendation:accept", "returned": "recommendation:return", "closed": "recommendation:close", "none": "recommendation:reopen"}


def may_judge(session: Session, actor: Actor, inspection: Inspection, item: Recommendation) -> bool:
    """Whether the actor may accept the answer to the recommendation or give it back: who may edit the inspection and belongs neither to
    the inspected unit nor to the one that answers."""
    own = actor.unit_id is not None and actor.unit_id in (item.unit_id, inspection.inspected_unit_id)
    return not own and team.may_write(session, actor, inspection)


def judges(actor: Actor, recommendation_id: int) -> bool:
    """Whether the actor may accept the answer to this recommendation or give it back. Raises Denied when the actor's roles may not read
    inspections, and NotFound when there is none."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        item = forms.loaded(session, Recommendation, recommendation_id)
        return may_judge(session, actor, session.get_one(Inspection, item.inspection_id), item)


def receive(actor: Actor, recommendation_id: int, *, revision: int) -> None:
    """Confirm for the unit that it received the recommendation. Without a day of receipt it is today, and the answer is due from then.
    Raises Denied when the actor may not answer it, NotFound, Conflict, and Invalid when that was confirmed before."""
    with db.write() as session:
        _inspection, item = _locked(session, recommendation_id)
        if not lists.may_answer(actor, item):
            raise Denied("inspection:edit")
        forms.check_revision(item.revision, revision)
        if item.received_by_label is not None:
            raise Invalid(Message("Đơn vị đã xác nhận nhận kiến nghị này."))
        item.received_by, item.received_by_label = actor.user_id, actor.label
        if item.received_on is None:
            item.received_on = dates.today()
            item.due_on = item.due_on or findings.answer_due(item.received_on)
        details = {"Ngày nhận": forms.day(item.received_on), "Hạn trả lời": forms.day(item.due_on)}
        _record(session, actor, "recommendation:receive", item, forms.filled(details))


def answer(actor: Actor, recommendation_id: int, text: str, answered_on: dt.date | None = None, *, revision: int) -> None:
    """Save the answer to a recommendation. `answered_on` is the date of the answer; None means today. `revision` is the revision when the
    form was opened. Raises Denied when the actor may not answer it, NotFound when there is no such recommendation, Invalid when the text is
    blank, the date lies before the receipt or the answer was accepted, and Conflict when the revision has changed."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        inspection, item = _locked(session, recommendation_id)
        if not lists.may_answer(actor, item):
            raise Denied("inspection:edit")
        forms.check_revision(item.revision, revision)
        before = findings.shown_recommendation(session, item)
        item.answer = forms.required(text, Message("Hãy nhập nội dung trả lời."), "answer")
        item.answered_on = findings.check_answered(item.received_on, answered_on or dates.today())
        if item.verdict in ("accepted", "closed"):
            raise Invalid(findings.ACCEPTED, "answer")
        item.verdict = "none"
        details = forms.differences(before, findings.shown_recommendation(session, item))
        _record(session, actor, "recommendation:edit", item, {**details, "keys": team.hearers(session, inspection)})


def judge(actor: Actor, recommendation_id: int, verdict: str, *, note: str | None = None, revision: int) -> None:
    """Give the `verdict`, a key of AFTER, on the answer. Giving back needs a reason in `note`. Raises Denied when the actor may not judge
    it, NotFound, Conflict, and Invalid when there is no answer, the verdict does not follow, or the reason is missing."""
    with db.write() as session:
        inspection, item = _locked(session, recommendation_id)
        if not may_judge(session, actor, inspection, item):
            raise Denied("inspection:edit")
        forms.check_revision(item.revision, revision)
        if item.answer is None and item.answered_on is None:
            raise Invalid(Message("Kiến nghị này chưa được trả lời."), "verdict")
        if verdict not in AFTER or item.verdict not in AFTER[verdict]:
            raise Invalid(Message("Trả lời này không còn ở trạng thái đó; hãy xem lại."), "verdict")
        said = forms.cleaned(note, "verdict_note", 2000)
        if verdict == "returned" and said is None:
            raise Invalid(Message("Hãy nhập lý do trả lại."), "verdict_note")
        before: Words = Message(VERDICTS[item.verdict])
        item.verdict, item.verdict_note = verdict, said
        item.verdict_by_label, item.verdict_at = actor.label, db.now()
        details = forms.differences({"Trạng thái": before}, {"Trạng thái": Message(VERDICTS[verdict])})
        keys = {"keys": [f"unit:{item.unit_id}"]} if item.unit_id is not None and inspection.kind != "self" else {}
        _record(session, actor, STEPS[verdict], item, {**details, **forms.filled({"Lý do": said}), **keys})


def _locked(session: Session, recommendation_id: int) -> tuple[Inspection, Recommendation]:
    inspection = forms.locked(session, Inspection, forms.loaded(session, Recommendation, recommendation_id).inspection_id)
    return inspection, forms.locked(session, Recommendation, recommendation_id)


def _record(session: Session, actor: Actor, action: str, item: Recommendation, details: Mapping[str, object]) -> None:
    policy.require(actor, "inspection:edit")
    forms.bump(item)
    log.record(session, actor, action, "recommendation", item.id, item.text, details=dict(details))
