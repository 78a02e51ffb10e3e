"""Lists of inspections, findings and recommendations.

This module decides which data a row of a list has, and who may answer a recommendation.
services.inspection.inspections and services.inspection.findings write them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import db, policy
from docmgr.models import Finding, Inspection, Recommendation
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.chunks import chunks
from docmgr.services.links import tied
from legaltext import dates

STATES = {"planned": "Sắp tiến hành", "running": "Đang tiến hành", "concluded": "Đã kết luận"}
SEVERITIES = {"low": "Nhẹ", "medium": "Trung bình", "high": "Nghiêm trọng"}
VERDICTS = {"none": "Chờ đoàn kiểm tra", "returned": "Bị trả lại", "accepted": "Đã chấp nhận", "closed": "Đã thực hiện xong"}
FINDING_STATES = {"open": "Chưa khắc phục", "fixing": "Đang khắc phục", "closed": "Đã khắc phục"}
# The rule of `is_answered` in SQL.
UNANSWERED = (Recommendation.verdict == "returned") | (
    (Recommendation.verdict == "none") & Recommendation.answered_on.is_(None) & Recommendation.answer.is_(None)
)
Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class InspectionRow:
    """An inspection in a list. `findings` says how many findings it has, `open_findings` how many of them are not
    closed, and `unanswered` how many of its recommendations have no answer."""

    id: int
    title: str
    unit: str | None
    state: str
    started_on: dt.date | None
    ended_on: dt.date | None
    findings: int
    open_findings: int
    unanswered: int


@dataclass(frozen=True)
class FindingRow:
    """A finding on the page of an inspection or a task. `overdue` is true when the finding is not closed although its
    date `due_on` has passed. `may_tie` tells whether the actor may link documents to the finding."""

    id: int
    revision: int
    inspection_id: int
    inspection_title: str
    text: str
    severity: str
    unit_id: int | None
    unit: str | None
    due_on: dt.date | None
    state: str
    overdue: bool
    task_id: int | None
    task_title: str | None
    cause: str | None
    may_tie: bool


@dataclass(frozen=True)
class RecommendationRow:
    """A recommendation on the page of an inspection. `overdue` is true when it has no answer although its date
    `due_on` has passed. `may_answer` tells whether the actor may answer it."""

    id: int
    revision: int
    inspection_id: int
    finding_id: int | None
    text: str
    unit_id: int | None
    unit: str | None
    received_on: dt.date | None
    due_on: dt.date | None
    answer: str | None
    answered_on: dt.date | None
    answered: bool
    overdue: bool
    may_answer: bool
    received_by: str | None
    verdict: str
    verdict_note: str | None


def listing(actor: Actor, where: Conditions = (), *, limit: int | None = None, skip: int = 0) -> list[InspectionRow]:
    """Find at most `limit` inspections after the first `skip`, the most recently started first; None as `limit` means
    all. `where` are SQL conditions on Inspection (wanted.InspectionFilter). Raises Denied when the actor's roles may
    not read inspections."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        query = select(Inspection).order_by(Inspection.started_on.desc(), Inspection.id.desc())
        found = list(session.scalars(query.where(*where).limit(limit).offset(skip)))
        return inspection_rows(session, found)


def count(actor: Actor, where: Conditions = ()) -> int:
    """Count the inspections that meet the SQL conditions `where`. Raises Denied when the actor's roles may not read
    inspections."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        return session.scalar(select(func.count(Inspection.id)).where(*where)) or 0


def findings_of_task(actor: Actor, task_id: int) -> list[FindingRow]:
    """Load the findings that concern a task, the newest first. Raises Denied when the actor's roles may not read
    inspections."""
    policy.require(actor, "inspection:read")
    query = select(Finding).where(Finding.task_id == task_id).order_by(Finding.id.desc())
    query = query.options(tied.OF_TEAMS["finding"], joinedload(Finding.task))
    with db.read() as session:
        return [finding_row(actor, found) for found in session.scalars(query)]


def unanswered(actor: Actor, limit: int = 50) -> list[RecommendationRow]:
    """Find at most `limit` recommendations without an answer, those with the earliest deadline first. Raises Denied
    when the actor's roles may not read inspections."""
    return _recommendations(actor, UNANSWERED, limit)


def overdue(actor: Actor, limit: int = 50) -> list[RecommendationRow]:
    """Find at most `limit` recommendations without an answer whose deadline has passed, those with the earliest
    deadline first. Raises Denied when the actor's roles may not read inspections."""
    return _recommendations(actor, UNANSWERED & (Recommendation.due_on < dates.today()), limit)


def _recommendations(actor: Actor, wanted: ColumnElement[bool], limit: int) -> list[RecommendationRow]:
    policy.require(actor, "inspection:read")
    query = select(Recommendation).where(wanted).options(joinedload(Recommendation.inspection))
    query = query.order_by(Recommendation.due_on.is_(None), Recommendation.due_on, Recommendation.id)
    with db.read() as session:
        return [recommendation_row(actor, row) for row in session.scalars(query.limit(limit))]


def is_answered(item: Recommendation) -> bool:
    """Whether the recommendation `item` has an answer, or the date of one, that was not given back, or is settled without one."""
    if item.verdict != "none":
        return item.verdict != "returned"
    return item.answered_on is not None or item.answer is not None


def is_overdue(item: Recommendation, today: dt.date) -> bool:
    """Whether the recommendation `item` has no answer and its deadline lies before `today`."""
    return not is_answered(item) and item.due_on is not None and item.due_on < today


def open_findings(actor: Actor) -> int:
    """The number of findings that are not closed, of all inspections. Raises Denied when the actor's roles may not
    read inspections."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        return session.scalar(select(func.count(Finding.id)).where(Finding.state != "closed")) or 0


def finding_row(actor: Actor, finding: Finding) -> FindingRow:
    """Load the data of the finding as pages show it to this actor."""
    return FindingRow(
        id=finding.id,
        revision=finding.revision,
        inspection_id=finding.inspection_id,
        inspection_title=finding.inspection.title,
        text=finding.text,
        severity=finding.severity,
        unit_id=finding.unit_id,
        unit=finding.unit.name if finding.unit else None,
        due_on=finding.due_on,
        state=finding.state,
        overdue=finding.state != "closed" and finding.due_on is not None and finding.due_on < dates.today(),
        task_id=finding.task_id,
        task_title=finding.task.title if finding.task else None,
        cause=finding.cause,
        may_tie=tied.may_tie(actor, finding),
    )


def recommendation_row(actor: Actor, item: Recommendation) -> RecommendationRow:
    """Load the data of the recommendation `item` as pages show it to this actor."""
    return RecommendationRow(
        id=item.id,
        revision=item.revision,
        inspection_id=item.inspection_id,
        finding_id=item.finding_id,
        text=item.text,
        unit_id=item.unit_id,
        unit=item.unit.name if item.unit else None,
        received_on=item.received_on,
        due_on=item.due_on,
        answer=item.answer,
        answered_on=item.answered_on,
        answered=is_answered(item),
        overdue=is_overdue(item, dates.today()),
        may_answer=may_answer(actor, item),
        received_by=item.received_by_label,
        verdict=item.verdict,
        verdict_note=item.verdict_note,
    )


def may_answer(actor: Actor, item: Recommendation) -> bool:
    """Whether the actor may answer the recommendation `item`. People of the unit that receives it may, and all clerks
    and leaders."""
    if not policy.may(actor, "inspection:edit"):
        return False
    return forms.edits_all(actor) or (item.unit_id is not None and item.unit_id == actor.unit_id)


def inspection_rows(session: Session, found: Sequence[Inspection]) -> list[InspectionRow]:
    """Make the rows with which lists show the inspections `found`, in the same order. Each row has the counts of
    findings and of unanswered recommendations."""
    ids = {one.id for one in found}
    is_open = func.sum(case((Finding.state != "closed", 1), else_=0))
    waits = func.sum(case((UNANSWERED, 1), else_=0))
    findings: dict[int, tuple[int, int]] = {}
    unanswered: dict[int, int] = {}
    for some in chunks(ids):
        of_these = select(Finding.inspection_id, func.count(), is_open).where(Finding.inspection_id.in_(some))
        for number, total, left in session.execute(of_these.group_by(Finding.inspection_id)):
            findings[number] = (total, int(left))
        waiting = select(Recommendation.inspection_id, waits).where(Recommendation.inspection_id.in_(some))
        for number, left in session.execute(waiting.group_by(Recommendation.inspection_id)):
            unanswered[number] = int(left)
    return [
        InspectionRow(
            id=one.id,
            title=one.title,
            unit=one.inspected_unit.name if one.inspected_unit else None,
            state=one.state,
            started_on=one.started_on,
            ended_on=one.ended_on,
            findings=findings.get(one.id, (0, 0))[0],
            open_findings=findings.get(one.id, (0, 0))[1],
            unanswered=unanswered.get(one.id, 0),
        )
        for one in found
    ]
