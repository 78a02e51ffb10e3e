"""Inspections: show, create and edit one.

This module decides which data the page of an inspection has. services.inspection.findings writes findings and
recommendations, links.tied.may_inspect decides who may edit an inspection, and `lists` and `of_document` next to this
module list inspections, findings and recommendations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import db, policy
from docmgr.models import Finding, Inspection, InspectionCheck, Plan, Recommendation, Unit
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import team
from docmgr.services.inspection.lists import (
    STATES,
    FindingRow,
    InspectionRow,
    RecommendationRow,
    finding_row,
    inspection_rows,
    recommendation_row,
)
from docmgr.services.inspection.team import Member
from docmgr.services.links import tied
from docmgr.services.message import Message, Words
from docmgr.services.trail import log

# So much of a finding stands in a list to choose from.
CHOICE_CHARACTERS = 200


@dataclass(frozen=True)
class InspectionInput:
    """The fields of the form for an inspection. `state` is a key of STATES. `team` names the inspectors and `period`
    the time that was inspected, both as free text. `plan_id` is the plan to which the inspection belongs, or None."""

    title: str
    inspected_unit_id: int | None = None
    team: str | None = None
    period: str | None = None
    started_on: dt.date | None = None
    ended_on: dt.date | None = None
    state: str = "planned"
    conclusion: str | None = None
    plan_id: int | None = None


@dataclass(frozen=True)
class InspectionView:
    """An inspection with its findings and recommendations: all of them, or only the ones on one page.
    `recommendations_total` is the number of recommendations on all pages; `row` has the number of findings.
    `may_edit` tells whether the actor may edit the inspection with its recommendations and its team, `may_add` whether findings and
    recommendations may be added, `may_follow` whether the state of its findings may be changed, and `may_tie` whether documents may be
    linked to it."""

    row: InspectionRow
    revision: int
    inspected_unit_id: int | None
    team: str | None
    period: str | None
    conclusion: str | None
    plan_id: int | None
    plan_title: str | None
    findings: tuple[FindingRow, ...]
    recommendations: tuple[RecommendationRow, ...]
    recommendations_total: int
    may_edit: bool
    may_add: bool
    may_follow: bool
    may_tie: bool
    members: tuple[Member, ...]
    kind: str
    planned_id: int | None
    checks: int


def get(
    actor: Actor, inspection_id: int, *, limit: int | None = None, skip: int = 0, skip_recommendations: int = 0
) -> InspectionView:
    """Load an inspection with its findings and recommendations. At most `limit` of each are loaded, after the first
    `skip` findings and the first `skip_recommendations` recommendations; None means all. Raises Denied when the
    actor's roles may not read inspections, and NotFound when there is no such inspection."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        found = session.get(Inspection, inspection_id)
        if found is None:
            raise NotFound
        plan = session.get(Plan, found.plan_id) if found.plan_id else None
        writes = team.may_write(session, actor, found)
        findings = select(Finding).where(Finding.inspection_id == found.id).order_by(Finding.id)
        findings = findings.options(joinedload(Finding.task), joinedload(Finding.inspection))
        items = select(Recommendation).where(Recommendation.inspection_id == found.id).order_by(Recommendation.id)
        of_it = Recommendation.inspection_id == found.id
        return InspectionView(
            row=inspection_rows(session, [found])[0],
            revision=found.revision,
            inspected_unit_id=found.inspected_unit_id,
            team=found.team,
            period=found.period,
            conclusion=found.conclusion,
            plan_id=found.plan_id,
            plan_title=plan.title if plan else None,
            findings=tuple(finding_row(actor, one) for one in session.scalars(findings.limit(limit).offset(skip))),
            recommendations=tuple(
                recommendation_row(actor, item)
                for item in session.scalars(items.limit(limit).offset(skip_recommendations))
            ),
            recommendations_total=session.scalar(select(func.count(Recommendation.id)).where(of_it)) or 0,
            may_edit=writes and found.sent_at is None,
            may_add=writes and team.may_record(session, actor, found),
            may_follow=writes,
            may_tie=writes and tied.may_tie(actor, found),
            members=team.members(session, found.id),
            kind=found.kind,
            planned_id=found.planned_id,
            checks=session.scalar(select(func.count(InspectionCheck.id)).where(InspectionCheck.inspection_id == found.id)) or 0,
        )


def places(actor: Actor, inspection_id: int, finding_ids: Collection[int]) -> dict[int, int]:
    """Compute the numbers (1, 2, 3 …) that findings have on the page of the inspection. Returns them by finding id,
    for those of `finding_ids` that belong to this inspection. Raises Denied when the actor's roles may not read
    inspections."""
    policy.require(actor, "inspection:read")
    place = func.row_number().over(order_by=Finding.id).label("place")
    ranked = select(Finding.id, place).where(Finding.inspection_id == inspection_id).subquery()
    with db.read() as session:
        rows = session.execute(select(ranked).where(ranked.c.id.in_(finding_ids)))
        return {row.id: row.place for row in rows}


def finding_texts(actor: Actor, inspection_id: int) -> dict[int, str]:
    """Load how the findings of an inspection begin, by finding id in their order, to choose one of them. Raises Denied when the actor's roles may not read
    inspections."""
    policy.require(actor, "inspection:read")
    query = select(Finding.id, func.substr(Finding.text, 1, CHOICE_CHARACTERS)).where(Finding.inspection_id == inspection_id).order_by(Finding.id)
    with db.read() as session:
        return {number: text for number, text in session.execute(query)}


def create(actor: Actor, given: InspectionInput, *, planned_id: int | None = None) -> int:
    """Create an inspection with the fields `given`, of the line `planned_id` of a year's plan if any, and return its id. Raises Denied when the actor's roles may not
    edit inspections, and Invalid when a field is wrong or the actor belongs to the inspected unit."""
    policy.require(actor, "inspection:edit")
    _check_side(actor, given.inspected_unit_id)
    with db.write() as session:
        inspection = Inspection(title="", created_by=actor.user_id, planned_id=planned_id)
        shown = _fill(session, inspection, given)
        session.add(inspection)
        session.flush()
        _record(session, actor, "inspection:create", inspection, {**forms.filled(shown), "keys": [f"unit:{inspection.inspected_unit_id}"]})
        return inspection.id


def edit(actor: Actor, inspection_id: int, given: InspectionInput, *, revision: int) -> None:
    """Change an inspection to the fields `given`. `revision` is the revision when the form was opened. Raises
    Denied when the actor may not edit it, NotFound when there is no such inspection, Invalid with the field that is
    wrong, and Conflict when the revision has changed."""
    with db.write() as session:
        inspection = for_writing(session, actor, inspection_id, revision)
        if inspection.sent_at is not None:
            raise Invalid(team.SENT)
        if inspection.planned_id is not None and given.inspected_unit_id != inspection.inspected_unit_id:
            raise Invalid(Message("Cuộc kiểm tra này lập theo kế hoạch năm; đơn vị được kiểm tra không đổi được."), "inspected_unit_id")
        if inspection.kind != "self":
            _check_side(actor, given.inspected_unit_id)
        elif given.inspected_unit_id != inspection.inspected_unit_id:
            raise Invalid(Message("Tự kiểm tra luôn là của chính đơn vị đó."), "inspected_unit_id")
        team.check_members(session, inspection.id, given.inspected_unit_id)
        before = _shown(session, inspection)
        details = forms.differences(before, _fill(session, inspection, given))
        if details["changes"]:
            forms.bump(inspection)
            _record(session, actor, "inspection:edit", inspection, details)


def for_writing(
    session: Session, actor: Actor, inspection_id: int, revision: int | None = None
) -> Inspection:
    """Lock and return an inspection that the actor may edit with its findings. `revision` is the revision when a
    form was opened; None means that there was no form. Raises Denied when the actor may not edit it, NotFound when
    there is no such inspection, and Conflict when the revision has changed."""
    policy.require(actor, "inspection:edit")

    def allowed(inspection: Inspection) -> None:
        if not team.may_write(session, actor, inspection):
            raise Denied("inspection:edit")

    return forms.for_change(session, Inspection, inspection_id, revision, allowed)


def _check_side(actor: Actor, inspected_unit_id: int | None) -> None:
    if not tied.may_inspect(actor, inspected_unit_id):
        raise Invalid(Message("Bạn không lập cuộc kiểm tra đối với chính đơn vị mình được."), "inspected_unit_id")


def _fill(session: Session, inspection: Inspection, given: InspectionInput) -> dict[str, Words | None]:
    inspection.title = forms.required(given.title, Message("Hãy nhập tên cuộc kiểm tra."), "title", 500)
    if given.inspected_unit_id is None:
        raise Invalid(Message("Hãy chọn đơn vị được kiểm tra."), "inspected_unit_id")
    forms.check_units(session, {given.inspected_unit_id}, "inspected_unit_id")
    if given.started_on and given.ended_on and given.ended_on < given.started_on:
        raise Invalid(Message("Ngày kết thúc phải từ ngày bắt đầu trở đi."), "ended_on")
    if given.plan_id is not None and session.get(Plan, given.plan_id) is None:
        raise Invalid(Message("Kế hoạch đã chọn không còn; hãy chọn lại."), "plan_id")
    inspection.inspected_unit_id, inspection.plan_id = given.inspected_unit_id, given.plan_id
    inspection.team = forms.cleaned(given.team, "team", 2000)
    inspection.period = forms.cleaned(given.period, "period", 200)
    inspection.started_on, inspection.ended_on = given.started_on, given.ended_on
    inspection.state = forms.one_of(given.state, STATES, "state")
    inspection.conclusion = forms.cleaned(given.conclusion, "conclusion")
    return _shown(session, inspection)


def _shown(session: Session, inspection: Inspection) -> dict[str, Words | None]:
    plan = session.get(Plan, inspection.plan_id) if inspection.plan_id else None
    unit = session.get(Unit, inspection.inspected_unit_id) if inspection.inspected_unit_id else None
    return {
        "Tên": inspection.title,
        "Đơn vị được kiểm tra": unit.name if unit else None,
        "Đoàn kiểm tra": inspection.team,
        "Kỳ kiểm tra": inspection.period,
        "Bắt đầu": forms.day(inspection.started_on),
        "Kết thúc": forms.day(inspection.ended_on),
        "Trạng thái": Message(STATES[inspection.state]),
        "Kết luận": inspection.conclusion,
        "Kế hoạch": plan.title if plan else None,
    }


def _record(
    session: Session, actor: Actor, action: str, inspection: Inspection, details: dict[str, Any]
) -> None:
    log.record(session, actor, action, "inspection", inspection.id, inspection.title, details=details)
