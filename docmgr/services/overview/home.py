"""What each role finds on the first page: the work that waits for it, never a document it may not read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from docmgr import db, policy
from docmgr.models import Document, Link, Task, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.documents import facts
from docmgr.services.inspection import lists
from docmgr.services.inspection.lists import RecommendationRow
from docmgr.services.planning import plans
from docmgr.services.planning.coverage import Coverage
from docmgr.services.planning.lists import TaskRow
from docmgr.services.trail import history
from docmgr.services.upkeep import health
from docmgr.services.upkeep.health import FailedSignIns, Health

SHOWN = 8
FAILED_STATES = ("unreadable", "withheld", "no_text")
# Kinds of document that give orders: without a task nobody carries them out.
ORDERING_TYPES = ("Nghị quyết", "Kế hoạch", "Chỉ thị", "Chương trình", "Đề án")


@dataclass(frozen=True)
class Documents:
    """The first few documents and how many there are in all."""

    shown: list[Document]
    total: int


@dataclass(frozen=True)
class Clerk:
    """Văn thư: what to confirm, what could not be read."""

    to_confirm: Documents
    failed: Documents


@dataclass(frozen=True)
class Staff:
    """Chuyên viên: the tasks of one's unit, the earliest deadline first."""

    tasks: list[TaskRow]
    has_unit: bool


@dataclass(frozen=True)
class Leader:
    """Lãnh đạo: what is overdue, and how far each unit is."""

    overdue: list[TaskRow]
    coverage: Coverage


@dataclass(frozen=True)
class Auditor:
    """Thanh tra, kiểm toán: what lacks a proof or an answer, and what happened lately."""

    unproven: list[TaskRow]
    untouched: Documents
    unanswered: list[RecommendationRow]
    events: list[TrailEvent]


@dataclass(frozen=True)
class Administrator:
    """Quản trị: how the site is doing, people, failed sign-ins."""

    health: Health
    people: int
    one_time: int
    failed: list[FailedSignIns]


def clerk(actor: Actor) -> Clerk:
    """Raises Denied."""
    policy.require(actor, "document:read")
    confirm = Documents(facts.to_confirm(actor, SHOWN), facts.count_to_confirm(actor))
    return Clerk(confirm, _documents(rule.editable(actor) & Document.state.in_(FAILED_STATES)))


def staff(actor: Actor) -> Staff:
    """Raises Denied."""
    policy.require(actor, "plan:read")
    return Staff(plans.mine(actor, SHOWN), actor.unit_id is not None)


def leader(actor: Actor) -> Leader:
    """Raises Denied."""
    policy.require(actor, "plan:read")
    return Leader(plans.overdue(actor, limit=SHOWN), plans.coverage(actor))


def auditor(actor: Actor) -> Auditor:
    """Raises Denied."""
    policy.require(actor, "trail:read_all")
    ordering = rule.visible(actor) & (Document.workflow == "published") & Document.type.in_(ORDERING_TYPES)
    events, _ = history.find(actor, history.Filter(), per_page=SHOWN)
    return Auditor(
        unproven=plans.unproven(actor, SHOWN),
        untouched=_documents(ordering & ~_carried_out()),
        unanswered=lists.overdue(actor, SHOWN),
        events=events,
    )


def administrator(actor: Actor) -> Administrator:
    """Raises Denied."""
    people, one_time = health.people_counts(actor)
    return Administrator(health.overview(actor), people, one_time, health.failed_sign_ins(actor, SHOWN))


def _documents(condition: ColumnElement[bool]) -> Documents:
    newest = select(Document).where(condition).order_by(Document.created_at.desc(), Document.id.desc())
    with db.read() as session:
        total = session.scalar(select(func.count(Document.id)).where(condition)) or 0
        return Documents(list(session.scalars(newest.limit(SHOWN))), total)


def _carried_out() -> ColumnElement[bool]:
    """The document has tasks of its own, or is tied to one, to an inspection or to a finding."""
    own = exists().where(Task.document_id == Document.id)
    tied = exists().where(Link.document_id == Document.id, Link.ended_at.is_(None))
    return own | tied
