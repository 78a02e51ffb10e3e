"""Create, edit and answer the findings and recommendations of an inspection.

A recommendation must be answered within 15 days of receipt, unless another date is given. Law 10/2022/QH15 says so in
article 63, clause 1, point c. Findings and recommendations are written by people who may edit the inspection; the unit that receives a
recommendation answers it (`following.answers`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Finding, Recommendation, Task
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import inspections, lists, team
from docmgr.services.inspection.lists import FINDING_STATES, SEVERITIES, FindingRow, RecommendationRow
from docmgr.services.message import Message, Words
from docmgr.services.trail import log

ANSWER_DAYS = 15
# What the unit says, under the labels of the trail.
ANSWER = {"Trả lời", "Ngày trả lời"}
FOLLOWED = Message("Kết quả tự kiểm tra đã gửi; chỉ đổi được trạng thái của phát hiện.")
ACCEPTED = Message("Trả lời này đã được chấp nhận; đoàn kiểm tra cần trả lại trước.")


@dataclass(frozen=True)
class FindingInput:
    """The fields of the form for a finding. `severity` is a key of SEVERITIES, `state` one of FINDING_STATES.
    `unit_id` is the unit that must correct the fault by `due_on`; `task_id` is the task that the finding concerns, `cause` why it came about."""

    text: str
    severity: str = "medium"
    unit_id: int | None = None
    due_on: dt.date | None = None
    state: str = "open"
    task_id: int | None = None
    cause: str | None = None


@dataclass(frozen=True)
class RecommendationInput:
    """The fields of the form for a recommendation. `unit_id` is the unit that receives it and answers by `due_on`;
    without `due_on` the answer is due 15 days after `received_on`. `finding_id` is the finding from which it
    follows."""

    text: str
    unit_id: int | None = None
    received_on: dt.date | None = None
    due_on: dt.date | None = None
    finding_id: int | None = None
    answer: str | None = None
    answered_on: dt.date | None = None


def get(actor: Actor, finding_id: int) -> FindingRow:
    """Load the finding with this id. Raises Denied when the actor's roles may not read inspections, and NotFound when
    there is no such finding."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        finding = session.get(Finding, finding_id)
        if finding is None:
            raise NotFound
        return lists.finding_row(actor, finding)


def get_recommendation(actor: Actor, recommendation_id: int) -> RecommendationRow:
    """Load the recommendation with this id. Raises Denied when the actor's roles may not read inspections, and
    NotFound when there is no such recommendation."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        item = session.get(Recommendation, recommendation_id)
        if item is None:
            raise NotFound
        return lists.recommendation_row(actor, item)


def create(actor: Actor, inspection_id: int, given: FindingInput, **more: Any) -> int:
    """Add a finding with the fields `given` to an inspection and return its id. `more` are columns that no form has: its line and
    what it pins. Raises Denied when the actor may not
    edit the inspection, NotFound when there is no such inspection, and Invalid with the field that is wrong."""
    row = Finding(inspection_id=inspection_id, text="", created_by=actor.user_id, **more)
    return _add(actor, row, lambda session: _fill_finding(session, row, given))


def edit(actor: Actor, finding_id: int, given: FindingInput, *, revision: int) -> None:
    """Change a finding to the fields `given`; of a self-inspection that was handed in, only its state. `revision` is the
    revision when the form was opened. Raises Denied when the actor may not edit its inspection, NotFound when there is no
    such finding, Invalid with the field that is wrong or that the actor may not change, and Conflict when the revision has
    changed."""
    with db.write() as session:
        finding = forms.for_change(session, Finding, finding_id, revision, _allowed(session, actor))
        before = _shown_finding(session, finding)
        if given.severity != finding.severity and not policy.may(actor, "finding:grade"):
            raise Invalid(Message("Văn thư không đổi mức độ của phát hiện; hãy để người kiểm tra hoặc lãnh đạo đổi."), "severity")
        details = forms.differences(before, _fill_finding(session, finding, given))
        if finding.inspection.sent_at is not None and details["changes"].keys() - {"Trạng thái"}:
            raise Invalid(FOLLOWED, "text")
        _changed(session, actor, finding, details)


def recommend(actor: Actor, inspection_id: int, given: RecommendationInput) -> int:
    """Add a recommendation with the fields `given` to an inspection and return its id. Raises Denied when the actor
    may not edit the inspection, NotFound when there is no such inspection, and Invalid with the field that is
    wrong."""
    row = Recommendation(inspection_id=inspection_id, text="", created_by=actor.user_id)
    return _add(actor, row, lambda session: _fill_recommendation(session, row, given))


def edit_recommendation(
    actor: Actor, recommendation_id: int, given: RecommendationInput, *, revision: int
) -> None:
    """Change a recommendation to the fields `given`; an answer that was given back counts again when it is changed.
    `revision` is the revision when the form was opened. Raises Denied when the actor may not edit its inspection,
    NotFound when there is no such recommendation, Invalid with the field that is wrong or when the inspection or
    the answer stays as it is, and Conflict when the revision has changed."""
    with db.write() as session:
        # The inspection first, as all who change a recommendation with it.
        inspection = inspections.for_writing(session, actor, forms.loaded(session, Recommendation, recommendation_id).inspection_id)
        item = forms.for_change(session, Recommendation, recommendation_id, revision)
        if inspection.sent_at is not None:
            raise Invalid(team.SENT)
        before = shown_recommendation(session, item)
        details: dict[str, Any] = forms.differences(before, _fill_recommendation(session, item, given))
        if item.verdict in ("accepted", "closed") and details["changes"].keys() & {*ANSWER, "Đơn vị"}:
            raise Invalid(ACCEPTED, "answer")
        if details["changes"].keys() & ANSWER:
            item.verdict = "none" if item.verdict == "returned" else item.verdict
            if item.answer is not None:
                details["keys"] = team.hearers(session, inspection)
        _changed(session, actor, item, details)


def _add(actor: Actor, row: Finding | Recommendation, fill: Callable[[Session], dict[str, Words | None]]) -> int:
    with db.write() as session:
        inspection = inspections.for_writing(session, actor, row.inspection_id)
        if not team.may_record(session, actor, inspection):
            raise Denied("inspection:edit")
        shown = fill(session)
        session.add(row)
        session.flush()
        _record(session, actor, "create", row, {"Cuộc kiểm tra": inspection.title, **forms.filled(shown)})
        return row.id


def _changed(session: Session, actor: Actor, row: Finding | Recommendation, details: dict[str, Any]) -> None:
    if details["changes"]:
        forms.bump(row)
        _record(session, actor, "edit", row, details)


def _allowed(session: Session, actor: Actor) -> Callable[[Finding | Recommendation], object]:
    """Return a check for forms.for_change. It raises Denied unless the actor may edit the inspection of the finding or
    recommendation."""
    return lambda row: inspections.for_writing(session, actor, row.inspection_id)


def answer_due(received_on: dt.date) -> dt.date:
    """The last day for the answer to a recommendation that was received on this day, unless another is given."""
    return received_on + dt.timedelta(days=min(ANSWER_DAYS, (dt.date.max - received_on).days))


def check_answered(received_on: dt.date | None, answered_on: dt.date) -> dt.date:
    """Return the day of an answer. Raises Invalid when it lies before the receipt."""
    if received_on and answered_on < received_on:
        raise Invalid(Message("Ngày trả lời phải từ ngày nhận kiến nghị trở đi."), "answered_on")
    return answered_on


def _fill_finding(session: Session, finding: Finding, given: FindingInput) -> dict[str, Words | None]:
    finding.text = forms.required(given.text, Message("Hãy nhập nội dung phát hiện."), "text")
    finding.severity = forms.one_of(given.severity, SEVERITIES, "severity")
    finding.state = forms.one_of(given.state, FINDING_STATES, "state")
    finding.unit_id, finding.due_on, finding.task_id = given.unit_id, given.due_on, given.task_id
    if given.task_id is not None and session.get(Task, given.task_id) is None:
        raise Invalid(Message("Nhiệm vụ đã chọn không còn; hãy chọn lại."), "task_id")
    finding.cause = forms.cleaned(given.cause, "cause")
    return _shown_finding(session, finding)


def _shown_finding(session: Session, finding: Finding) -> dict[str, Words | None]:
    task = session.get(Task, finding.task_id) if finding.task_id else None
    return {
        "Nội dung": finding.text,
        "Mức độ": Message(SEVERITIES[finding.severity]),
        "Nguyên nhân": finding.cause,
        "Đơn vị chịu trách nhiệm": _unit(session, finding.unit_id),
        "Thời hạn khắc phục": forms.day(finding.due_on),
        "Trạng thái": Message(FINDING_STATES[finding.state]),
        "Nhiệm vụ": task.title if task else None,
    }


def _fill_recommendation(
    session: Session, item: Recommendation, given: RecommendationInput
) -> dict[str, Words | None]:
    item.text = forms.required(given.text, Message("Hãy nhập nội dung kiến nghị."), "text")
    item.unit_id, item.received_on = given.unit_id, given.received_on
    if given.finding_id is not None:
        finding = session.get(Finding, given.finding_id)
        if finding is None or finding.inspection_id != item.inspection_id:
            raise Invalid(Message("Phát hiện đã chọn không thuộc cuộc kiểm tra này."), "finding_id")
    item.finding_id = given.finding_id
    item.due_on = given.due_on
    if item.due_on is None and given.received_on is not None:
        item.due_on = answer_due(given.received_on)
    if item.due_on and given.received_on and item.due_on < given.received_on:
        raise Invalid(Message("Hạn trả lời phải từ ngày nhận kiến nghị trở đi."), "due_on")
    item.answer = forms.cleaned(given.answer, "answer")
    item.answered_on = check_answered(given.received_on, given.answered_on) if given.answered_on else None
    return shown_recommendation(session, item)


def shown_recommendation(session: Session, item: Recommendation) -> dict[str, Words | None]:
    """The fields of a recommendation under the labels of the trail."""
    return {
        "Nội dung": item.text,
        "Đơn vị": _unit(session, item.unit_id),
        "Ngày nhận": forms.day(item.received_on),
        "Hạn trả lời": forms.day(item.due_on),
        "Trả lời": item.answer,
        "Ngày trả lời": forms.day(item.answered_on),
    }


def _unit(session: Session, unit_id: int | None) -> str | None:
    return forms.check_units(session, {unit_id}, "unit_id")[unit_id] if unit_id is not None else None


def _record(
    session: Session, actor: Actor, act: str, subject: Finding | Recommendation, details: dict[str, Any]
) -> None:
    kind = "finding" if isinstance(subject, Finding) else "recommendation"
    log.record(session, actor, f"{kind}:{act}", kind, subject.id, subject.text, details=details)
