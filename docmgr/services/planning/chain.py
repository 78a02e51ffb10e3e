"""How plans of units answer superior plans: the chain above and below a plan, and what a plan gives one unit to do.

Everybody who reads plans sees the chain. Whoever may edit a plan says which superior plan it carries out; no chain is a circle.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import Assignment, Occurrence, Plan, Task, Unit
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.planning import plans
from docmgr.services.trail import log

# So many plans above and directly below a plan are shown.
LEVELS, SHOWN = 8, 50
ANSWERED = Message("Đơn vị đã có kế hoạch thực hiện kế hoạch này.")
# So many plans are offered as superior ones, of the year of the plan and the years beside it.
OFFERED = 200


@dataclass(frozen=True)
class PlanLink:
    """A plan in a chain: `below` is how many plans answer it."""

    id: int
    title: str
    year: int
    unit: str | None
    below: int = 0


@dataclass(frozen=True)
class PlanChain:
    """The chain of a plan: those above it, the highest first, and the first SHOWN of the `total` plans that answer it. `has_tasks`: the plan
    gives the actor's unit something to do, so that a plan can be drafted; `may_file`: the draft may also be filed."""

    above: tuple[PlanLink, ...]
    below: tuple[PlanLink, ...]
    total: int
    has_tasks: bool
    may_file: bool


def of_plan(actor: Actor, plan_id: int) -> PlanChain:
    """Load the chain of a plan with a fixed number of queries. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        below, total = _below(session, plan_id)
        has_tasks = actor.unit_id is not None and session.scalar(select(Task.id).where(*given_to(plan_id, actor.unit_id)).limit(1)) is not None
        free = has_tasks and actor.unit_id is not None and _answer_of(session, plan_id, actor.unit_id) is None
        return PlanChain(_above(session, plan_id), below, total, has_tasks, free and policy.may(actor, "plan:edit"))


def given_to(plan_id: int, unit_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return SQL conditions on Task: the plan gives it to this unit, to lead, to support or to carry out."""
    assigned = select(Assignment.task_id).where(Assignment.task_id == Task.id, Assignment.unit_id == unit_id).exists()
    carried_out = select(Occurrence.id).where(Occurrence.task_id == Task.id, Occurrence.unit_id == unit_id).exists()
    return Task.plan_id == plan_id, Task.state != "cancelled", or_(assigned, carried_out)


def check_free(actor: Actor, plan_id: int) -> None:
    """Raise Denied when the actor may not edit plans, and Invalid when the actor has no unit or the unit has a plan that answers this one."""
    policy.require(actor, "plan:edit")
    with db.read() as session:
        _require_free(session, actor, plan_id)


def answer(actor: Actor, plan_id: int, title: str, document_id: int) -> int:
    """Add the plan of the actor's unit, issued in a document that the actor has just filed, that answers a superior plan; returns its id.
    Raises Denied, NotFound when there is no such plan, and Invalid as check_free does."""
    policy.require(actor, "plan:edit")
    with db.write() as session:
        forms.one_at_a_time(session, Plan)
        superior = forms.locked(session, Plan, plan_id)
        unit = _require_free(session, actor, plan_id)
        made = Plan(title=title[:500], year=superior.year, unit_id=unit.id, document_id=document_id, answers_id=plan_id, created_by=actor.user_id)
        session.add(made)
        session.flush()
        details = forms.filled({"Tên": made.title, "Năm": str(made.year), "Đơn vị": unit.name, "Thực hiện kế hoạch": superior.title})
        log.record(session, actor, "plan:create", "plan", made.id, plans.titled(made.title, made.year), document_id=document_id, details=details)
        return made.id


def offered(actor: Actor, plan_id: int) -> list[PlanLink]:
    """The plans that may be the superior one of a plan, this year's first: at most OFFERED of its year and the years beside it. Raises Denied when
    the actor's roles may not read plans, and NotFound when there is no such plan."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        plan = forms.loaded(session, Plan, plan_id)
        near = Plan.year.between(plan.year - 1, plan.year + 1), Plan.id != plan_id
        query = select(Plan.id, Plan.title, Plan.year, Unit.name).outerjoin(Unit, Unit.id == Plan.unit_id).where(*near)
        rows = session.execute(query.order_by(Plan.year != plan.year, Plan.year.desc(), order(Plan.title), Plan.id).limit(OFFERED))
        return [PlanLink(*row) for row in rows]


def superior_of(actor: Actor, plan_id: int) -> int | None:
    """The id of the superior plan of a plan, None when it has none. Raises Denied and NotFound as `offered` does."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        return forms.loaded(session, Plan, plan_id).answers_id


def tie(actor: Actor, plan_id: int, superior_id: int | None, *, revision: int | None) -> None:
    """Say which superior plan a plan carries out; None means none. Raises Denied when the actor may not edit the plan, NotFound when there is no
    such plan, Conflict when its revision has changed, and Invalid when the superior plan does not exist, carries out this plan itself, or
    another plan of the unit carries it out."""

    def allowed(plan: Plan) -> None:
        if not plans.may_edit(actor, plan.unit_id):
            raise Denied("plan:edit")

    with db.write() as session:
        # Two people could close a circle together.
        forms.one_at_a_time(session, Plan)
        plan = forms.for_change(session, Plan, plan_id, revision, allowed)
        before = _titled(session, plan.answers_id)
        if superior_id is not None and superior_id != plan.answers_id:
            _check_superior(session, plan, superior_id)
        plan.answers_id = superior_id
        details = forms.differences({"Thực hiện kế hoạch": before}, {"Thực hiện kế hoạch": _titled(session, superior_id)})
        if details["changes"]:
            forms.bump(plan)
            log.record(session, actor, "plan:edit", "plan", plan.id, plans.titled(plan.title, plan.year), document_id=plan.document_id, details=details)


def _check_superior(session: Session, plan: Plan, superior_id: int) -> None:
    if superior_id == plan.id:
        raise Invalid(Message("Kế hoạch không thể thực hiện chính nó."), "superior_id")
    if session.get(Plan, superior_id) is None:
        raise Invalid(Message("Kế hoạch cấp trên đã chọn không còn; hãy chọn lại."), "superior_id")
    climb = select(Plan.answers_id.label("id")).where(Plan.id == superior_id).cte("higher", recursive=True)
    # UNION and not UNION ALL: it ends even in a circle.
    climb = climb.union(select(Plan.answers_id).join(climb, climb.c.id == Plan.id))
    if session.scalar(select(climb.c.id).where(climb.c.id == plan.id)) is not None:
        raise Invalid(Message("Kế hoạch này là cấp trên của kế hoạch đã chọn, nên không thể thực hiện kế hoạch đó."), "superior_id")
    if plan.unit_id is not None and _answer_of(session, superior_id, plan.unit_id) is not None:
        raise Invalid(ANSWERED, "superior_id")


def _titled(session: Session, plan_id: int | None) -> str | None:
    plan = session.get(Plan, plan_id) if plan_id is not None else None
    return plans.titled(plan.title, plan.year) if plan else None


def _require_free(session: Session, actor: Actor, plan_id: int) -> Unit:
    unit = session.get(Unit, actor.unit_id) if actor.unit_id is not None else None
    if unit is None:
        raise Invalid(Message("Bạn chưa thuộc đơn vị nào nên không lập được kế hoạch của đơn vị."))
    if _answer_of(session, plan_id, unit.id) is not None:
        raise Invalid(ANSWERED)
    return unit


def _answer_of(session: Session, plan_id: int, unit_id: int) -> int | None:
    return session.scalar(select(Plan.id).where(Plan.answers_id == plan_id, Plan.unit_id == unit_id).limit(1))


def _above(session: Session, plan_id: int) -> tuple[PlanLink, ...]:
    climb = select(Plan.answers_id.label("id"), literal(1).label("level")).where(Plan.id == plan_id).cte("above", recursive=True)
    higher = select(Plan.answers_id, climb.c.level + 1).join(climb, climb.c.id == Plan.id).where(climb.c.level < LEVELS)
    climb = climb.union_all(higher)
    query = select(Plan.id, Plan.title, Plan.year, Unit.name).join(climb, climb.c.id == Plan.id).outerjoin(Unit, Unit.id == Plan.unit_id)
    return tuple(PlanLink(*row) for row in session.execute(query.order_by(climb.c.level.desc())))


def _below(session: Session, plan_id: int) -> tuple[tuple[PlanLink, ...], int]:
    total = session.scalar(select(func.count(Plan.id)).where(Plan.answers_id == plan_id)) or 0
    if not total:
        return (), 0
    lower = Plan.__table__.alias("lower")
    answers = select(func.count()).select_from(lower).where(lower.c.answers_id == Plan.id).scalar_subquery()
    query = select(Plan.id, Plan.title, Plan.year, Unit.name, answers).outerjoin(Unit, Unit.id == Plan.unit_id).where(Plan.answers_id == plan_id)
    rows = session.execute(query.order_by(order(Unit.name), Plan.id).limit(SHOWN))
    return tuple(PlanLink(*row) for row in rows), total
