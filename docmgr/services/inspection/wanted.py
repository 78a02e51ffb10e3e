"""Which inspections a list shows, and how many findings and recommendations these have together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select

from docmgr import db, policy
from docmgr.models import Finding, Inspection, Recommendation
from docmgr.policy import Actor
from docmgr.services.inspection.lists import UNANSWERED


@dataclass(frozen=True)
class InspectionFilter:
    """Which inspections to list: those that meet all conditions; None sets none. They began from `since` to `until`, both included."""

    state: str | None = None
    plan_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def narrow(self) -> bool:
        """Whether more than the state is asked for."""
        return self.plan_id is not None or self.since is not None or self.until is not None

    def conditions(self) -> list[ColumnElement[bool]]:
        """SQL conditions on Inspection."""
        found: list[ColumnElement[bool]] = []
        if self.state is not None:
            found.append(Inspection.state == self.state)
        if self.plan_id is not None:
            found.append(Inspection.plan_id == self.plan_id)
        if self.since is not None:
            found.append(Inspection.started_on >= self.since)
        if self.until is not None:
            found.append(Inspection.started_on <= self.until)
        return found


@dataclass(frozen=True)
class InspectionTotals:
    """What inspections of a list have together: `closed` are remedied findings, `unanswered` recommendations without an answer."""

    findings: int
    closed: int
    recommendations: int
    unanswered: int


def totals(actor: Actor, wanted: InspectionFilter) -> InspectionTotals:
    """Count the findings and recommendations of the inspections that meet the filter, with two queries. Raises Denied when the actor's roles
    may not read inspections."""
    policy.require(actor, "inspection:read")
    conditions = wanted.conditions()
    findings = select(func.count(), _number(Finding.state == "closed")).select_from(Finding).join(Inspection, Inspection.id == Finding.inspection_id)
    asked = select(func.count(), _number(UNANSWERED)).select_from(Recommendation).join(Inspection, Inspection.id == Recommendation.inspection_id)
    with db.read() as session:
        found, closed = session.execute(findings.where(*conditions)).one()
        recommended, waiting = session.execute(asked.where(*conditions)).one()
    return InspectionTotals(found, int(closed or 0), recommended, int(waiting or 0))


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
