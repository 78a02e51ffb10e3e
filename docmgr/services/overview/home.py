"""The first page of each role: the work that waits for the person. Documents that the person may not read are left
out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from docmgr import db, policy
from docmgr.models import Document, Link, Task, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.documents import facts
from docmgr.services.inspection import lists as inspection_lists
from docmgr.services.inspection.lists import RecommendationRow
from docmgr.services.overview.charts import Charts, charts
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning.coverage import Coverage, of_foremost
from docmgr.services.planning.lists import TaskRow
from docmgr.services.start import steps
from docmgr.services.start.steps import FirstRun
from docmgr.services.texts import kept
from docmgr.services.trail import history
from docmgr.services.upkeep import health
from docmgr.services.upkeep.health import FailedSignIns, Health

SHOWN = 8
FAILED_STATES = ("unreadable", "withheld", "no_text")
# Types of document that give orders, which nobody carries out unless there is a task.
ORDERING_TYPES = ("Nghị quyết", "Kế hoạch", "Chỉ thị", "Chương trình", "Đề án")


@dataclass(frozen=True)
class Documents:
    """Documents of one kind. `shown` are the newest ones, at most SHOWN; `total` is the number of all."""

    shown: list[Document]
    total: int


@dataclass(frozen=True)
class Clerk:
    """The first page of a clerk (văn thư). `to_confirm` are documents whose facts nobody has confirmed,
    `failed` are documents that could not be read. `kept` counts old readings that wait for a decision."""

    to_confirm: Documents
    failed: Documents
    kept: int


@dataclass(frozen=True)
class Staff:
    """The first page of a staff member (chuyên viên). `tasks` are unfinished tasks of the person's unit, those with
    the earliest deadline first. `has_unit` is false when the person belongs to no unit."""

    tasks: list[TaskRow]
    has_unit: bool


@dataclass(frozen=True)
class Leader:
    """The first page of a leader (lãnh đạo). `overdue` are overdue tasks, and `coverage` counts the tasks of each
    unit and how many are done (coverage.of_foremost). `charts` has the figures of the charts."""

    overdue: list[TaskRow]
    coverage: Coverage
    charts: Charts


@dataclass(frozen=True)
class Auditor:
    """The first page of an auditor (thanh tra, kiểm toán). `unproven` are done tasks without evidence. `untouched`
    are published documents that give orders (ORDERING_TYPES) and have no tasks or links. `unanswered` are
    recommendations whose answer is overdue. `events` are the latest events of the trail."""

    unproven: list[TaskRow]
    untouched: Documents
    unanswered: list[RecommendationRow]
    events: list[TrailEvent]


@dataclass(frozen=True)
class Administrator:
    """The first page of an administrator (quản trị). `people` is the number of people, `one_time` how many of them
    still have a one-time password, and `failed` are the latest failed sign-ins. `first_run` says how far the first run is."""

    first_run: FirstRun
    health: Health
    people: int
    one_time: int
    failed: list[FailedSignIns]


def clerk(actor: Actor) -> Clerk:
    """Load the data of a clerk's first page. Raises Denied when the actor's roles may not read documents."""
    policy.require(actor, "document:read")
    confirm = Documents(facts.to_confirm(actor, SHOWN), facts.count_to_confirm(actor))
    failed = _documents(rule.editable(actor) & Document.state.in_(FAILED_STATES))
    return Clerk(confirm, failed, kept.count(actor))


def staff(actor: Actor) -> Staff:
    """Load the data of a staff member's first page. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    return Staff(task_lists.mine(actor, SHOWN), actor.unit_id is not None)


def leader(actor: Actor) -> Leader:
    """Load the data of a leader's first page. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    tasks = of_foremost(actor)
    return Leader(task_lists.overdue(actor, limit=SHOWN), tasks, charts(actor, tasks))


def auditor(actor: Actor) -> Auditor:
    """Load the data of an auditor's first page. Raises Denied when the actor may not see the whole trail."""
    policy.require(actor, "trail:read_all")
    ordering = rule.visible(actor) & (Document.workflow == "published") & Document.type.in_(ORDERING_TYPES)
    events, _ = history.find(actor, history.Filter(), per_page=SHOWN)
    return Auditor(
        unproven=task_lists.unproven(actor, SHOWN),
        untouched=_documents(ordering & ~_carried_out()),
        unanswered=inspection_lists.overdue(actor, SHOWN),
        events=events,
    )


def administrator(actor: Actor) -> Administrator:
    """Load the data of an administrator's first page. Raises Denied when the actor is no administrator."""
    people, one_time = health.people_counts(actor)
    return Administrator(steps.first_run(actor), health.overview(actor), people, one_time, health.failed_sign_ins(actor, SHOWN))


def _documents(condition: ColumnElement[bool]) -> Documents:
    newest = select(Document).where(condition).order_by(Document.created_at.desc(), Document.id.desc())
    with db.read() as session:
        total = session.scalar(select(func.count(Document.id)).where(condition)) or 0
        return Documents(list(session.scalars(newest.limit(SHOWN))), total)


def _carried_out() -> ColumnElement[bool]:
    """Return an SQL condition on Document: a task comes from the document, or the document is linked to a task,
    inspection or finding."""
    own = exists().where(Task.document_id == Document.id)
    tied = exists().where(Link.document_id == Document.id, Link.ended_at.is_(None))
    return own | tied
