"""Gaps in the records, for auditors: what is said to be done without proof, proof that is younger than its approval or was taken away
after it, and findings and recommendations that nobody answered in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import db, policy
from docmgr.models import Finding, Inspection, Recommendation
from docmgr.policy import Actor
from docmgr.services.inspection.lists import UNANSWERED
from docmgr.services.overview import gap_evidence, gap_tasks
from docmgr.services.overview.gap_evidence import Gap
from legaltext import dates

PAGE_SIZE = 50
KINDS = {
    "unproven": "Xong, không có minh chứng",
    "younger": "Minh chứng có ngày sau khi xác nhận",
    "gone": "Minh chứng bị gỡ, thu hồi sau khi xác nhận",
    "findings": "Phát hiện quá hạn chưa khắc phục",
    "answers": "Kiến nghị quá hạn chưa trả lời",
}


@dataclass(frozen=True)
class GapPage:
    """One page of the gaps of one kind. `total` counts those on all pages."""

    rows: tuple[Gap, ...]
    total: int


def find(actor: Actor, kind: str, *, page: int = 1) -> GapPage:
    """Find one page of the gaps of the kind `kind`, a key of KINDS: those of documents that the actor may read. Raises Denied unless
    the actor may see the whole trail, plans and inspections."""
    _check(actor)
    skip = (page - 1) * PAGE_SIZE
    with db.read() as session:
        if kind == "unproven":
            return GapPage(*gap_tasks.find(session, actor, PAGE_SIZE, skip))
        if kind in gap_evidence.KINDS:
            return GapPage(*gap_evidence.find(session, actor, kind, PAGE_SIZE, skip))
        return _of_inspections(session, kind, skip)


def _check(actor: Actor) -> None:
    for action in ("trail:read_all", "plan:read", "inspection:read", "document:read"):
        policy.require(actor, action)


def _late_finding() -> ColumnElement[bool]:
    return (Finding.state != "closed") & (Finding.due_on < dates.today())


def _late_answer() -> ColumnElement[bool]:
    return UNANSWERED & (Recommendation.due_on < dates.today())


def _of_inspections(session: Session, kind: str, skip: int) -> GapPage:
    """Find late findings or recommendations, the longest overdue first."""
    model: Any = Finding if kind == "findings" else Recommendation
    late = _late_finding() if model is Finding else _late_answer()
    total = session.scalar(select(func.count(model.id)).where(late)) or 0
    query = select(model).where(late).options(joinedload(model.inspection).lazyload(Inspection.inspected_unit))
    rows = session.scalars(query.order_by(model.due_on, model.id).limit(PAGE_SIZE).offset(skip))
    return GapPage(tuple(_of_late(row) for row in rows), total)


def _of_late(row: Finding | Recommendation) -> Gap:
    return Gap(row.text, row.inspection.title, row.unit.name if row.unit else None, inspection_id=row.inspection_id, due_on=row.due_on)
