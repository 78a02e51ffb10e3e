"""Tell leaders what is overdue for many days: first those of the unit that carries it out, later those of the plan; each once for a deadline."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Agency, Assignment, Notice, Occurrence, Plan, Task, Unit, User, UserRole
from docmgr.policy import WORKER
from docmgr.services.chunks import chunks
from docmgr.services.message import Message
from docmgr.services.notifications import making, reasons
from docmgr.services.people import people
from docmgr.services.people.agency import KEY
from docmgr.services.planning.occurrences.rollup import spread
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.trail import log
from legaltext import dates

REASON = "escalated"
# Step → after how many times the days of the setting it is told, and whom, for the trail.
STEPS = {"unit": (1, Message("Lãnh đạo đơn vị")), "plan": (2, Message("Lãnh đạo của kế hoạch"))}
# Nobody is told of what was to be told longer ago.
WITHIN = dt.timedelta(days=30)
# How many pieces of work one unit of work tells of.
AT_ONCE = 500


@dataclass(frozen=True)
class LateWork:
    """A piece of work that is overdue. `unit_id` carries it out, and the plan is that of `plan_unit_id`."""

    kind: str
    id: int
    task_id: int
    due_on: dt.date
    unit_id: int
    plan_unit_id: int | None

    def cause(self, step: str) -> str:
        """Why a notice is made: a person gets it once."""
        return f"{REASON}:{step}:{self.kind}:{self.id}:{self.due_on}"


def tell() -> int:
    """Make the notices of what is overdue for as many days as the site's setting says, and record for each whom it was told. Returns how much it
    was, at most AT_ONCE for each step; 0 where leaders are not to be told."""
    with db.read() as session:
        days = session.scalar(select(Agency.escalate_days).where(Agency.id == KEY))
    if not days:
        return 0
    making.started()
    with db.write() as session:
        # Two workers tell one after the other.
        making.locked_place(session)
        return sum(_step(session, step, days * times) for step, (times, _whom) in STEPS.items())


def _step(session: Session, step: str, days: int) -> int:
    found = _late(session, dates.today() - dt.timedelta(days=days))
    known = _told(session, [one.cause(step) for one in found])
    new = [one for one in found if one.cause(step) not in known]
    leaders = _leaders(session, {_asked(one, step) for one in new})
    titles = {number: (title, document_id) for some in chunks({one.task_id for one in new}) for number, title, document_id in session.execute(select(Task.id, Task.title, Task.document_id).where(Task.id.in_(some)))}
    count = 0
    # What nobody is told of stays new, and must not stand before what others wait for.
    for one in [one for one in new if leaders.get(_asked(one, step))][:AT_ONCE]:
        told = leaders[_asked(one, step)]
        making.add(session, [{"user_id": user_id, "cause": one.cause(step), "reason": REASON, "kind": "task", "subject_id": one.task_id} for user_id in told])
        title, document_id = titles[one.task_id]
        details = {"Quá hạn (ngày)": str((dates.today() - one.due_on).days), "Báo cho": STEPS[step][1], "Đơn vị": _name(session, one.unit_id)}
        log.record(session, WORKER, "task:escalate", "task", one.task_id, title, document_id=document_id, details=details)
        count += 1
    return count


def _asked(one: LateWork, step: str) -> int | None:
    return one.unit_id if step == "unit" else one.plan_unit_id


def _late(session: Session, last: dt.date) -> list[LateWork]:
    """Find what is unfinished and was due on `last`, or not longer than WITHIN before it."""
    between = last - WITHIN, last
    once = select(Task.id, Task.id.label("task_id"), Task.due_on, Assignment.unit_id, Plan.unit_id.label("plan_unit_id")).join(Assignment, Assignment.task_id == Task.id)
    once = once.join(Plan, Plan.id == Task.plan_id).where(Assignment.role == "lead", Task.state.in_(UNFINISHED), ~spread(), Task.due_on.between(*between))
    each = select(Occurrence.id, Occurrence.task_id, Occurrence.due_on, Occurrence.unit_id, Plan.unit_id.label("plan_unit_id")).join(Task, Task.id == Occurrence.task_id)
    each = each.join(Plan, Plan.id == Task.plan_id).where(Task.state != "cancelled", Occurrence.state.in_(UNFINISHED), Occurrence.due_on.between(*between))
    rows = [("task", row) for row in session.execute(once)] + [("occurrence", row) for row in session.execute(each)]
    made = [LateWork(kind, row.id, row.task_id, row.due_on, row.unit_id, row.plan_unit_id) for kind, row in rows]
    return sorted(made, key=lambda one: (one.due_on, one.kind, one.id))


def _told(session: Session, causes: Collection[str]) -> set[str]:
    query = select(Notice.cause).where(Notice.reason == REASON)
    return {cause for some in chunks(causes) for cause in session.scalars(query.where(Notice.cause.in_(some)))}


def _leaders(session: Session, unit_ids: Collection[int | None]) -> dict[int | None, list[int]]:
    """Find the active leaders of these units who want to hear of it; None stands for the units that have none above them."""
    leads = select(UserRole.user_id).where(UserRole.role == "leader")
    users = list(session.scalars(select(User).where(User.disabled_at.is_(None), User.id.in_(leads)).order_by(User.id)))
    off = reasons.unwanted(session, [user.id for user in users])
    highest = set(session.scalars(select(Unit.id).where(Unit.parent_id.is_(None)))) if None in unit_ids else set()
    found: dict[int | None, list[int]] = defaultdict(list)
    for user in users:
        if REASON in off.get(user.id, ()) or not policy.may(people.actor_for(user), "plan:read"):
            continue
        if user.unit_id in unit_ids and user.unit_id is not None:
            found[user.unit_id].append(user.id)
        if None in unit_ids and (user.unit_id is None or user.unit_id in highest):
            found[None].append(user.id)
    return found


def _name(session: Session, unit_id: int) -> str:
    return session.get_one(Unit, unit_id).name
