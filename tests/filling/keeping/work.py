"""Tasks with many occurrences for a big site (tests.filling.big_site): ten for each thing of its size, of a twentieth as many units in 20 plans.

Rows are added by bulk inserts, as in the module `many`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import insert, select

from docmgr import db
from docmgr.models import Assignment, Link, Occurrence, Plan, Task, Unit, User
from docmgr.services.planning import board, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.rollup import roll_up
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.tasks import TaskInput
from legaltext import dates
from tests.filling.big_site import BigSite
from tests.filling.planning import World

PLANS, STATES = 20, ("done", "open", "waiting", "doing", "done")
CHUNK = 5_000


@dataclass(frozen=True)
class ManyOccurrences:
    """The ids of a plan, of a task that each unit carries out, of one occurrence, and of a unit."""

    plan: int
    task: int
    one: int
    unit: int


def addresses(work: ManyOccurrences) -> list[tuple[str, str]]:
    """The (role, address) of pages that list occurrences or count them."""
    task = f"/tasks/{work.task}"
    pages = ("/desk?kind=task", task, f"{task}?state=late", f"{task}?q=don&page=2", f"/occurrences/{work.one}", f"/plans/{work.plan}", f"/plans/{work.plan}/coverage", "/plans")
    lists = ("/tasks?overdue=1", "/tasks?unproven=1", f"/tasks?unit={work.unit}", "/tasks?state=waiting", "/tasks?q=viec", "/tasks")
    return [*(("staff", page) for page in (*pages, "/")), *(("leader", page) for page in (*lists, "/"))]


def fill(big: BigSite, people: dict[str, User]) -> ManyOccurrences:
    """Add the units, plans, tasks and occurrences; the staff's unit carries out some."""
    staff, today = people["staff"], dates.today()
    count = max(3, big.size // 20)
    with db.write() as session:
        session.execute(insert(Unit), [{"name": f"Đơn vị nhỏ {number:05}", "parent_id": staff.unit_id} for number in range(count)])
        units = [*session.scalars(select(Unit.id).where(Unit.name.like("Đơn vị nhỏ %")).order_by(Unit.id))][1:] + [staff.unit_id or 0]
        plans = [Plan(title=f"Kế hoạch lớn {number}", year=today.year) for number in range(PLANS)]
        session.add_all(plans)
        session.flush()
        wanted = max(1, 10 * big.size // len(units))
        large = [
            Task(plan_id=plans[number % PLANS].id, title=f"Việc của từng đơn vị {number}", due_on=today, fan_out="below", fan_out_unit_id=staff.unit_id)
            for number in range(wanted)
        ]  # fmt: skip
        session.add_all(large)
        session.flush()
        session.execute(insert(Assignment), [{"task_id": task.id, "unit_id": staff.unit_id, "role": "lead"} for task in large])
        rows = [
            {
                "task_id": task.id, "unit_id": unit_id, "number": 1, "due_on": today + dt.timedelta(days=(place + turn) % 120 - 60),
                "state": STATES[(place + turn) % len(STATES)],
            }
            for turn, task in enumerate(large) for place, unit_id in enumerate(units)
        ]  # fmt: skip
        for start in range(0, len(rows), CHUNK):
            session.execute(insert(Occurrence), rows[start : start + CHUNK])
        done = session.execute(select(Occurrence.id, Occurrence.task_id).where(Occurrence.state == "done", Occurrence.id % 2 == 0)).all()
        proofs = [
            {"task_id": task_id, "occurrence_id": number, "document_id": big.document, "role": "evidence", "created_by_label": "x"} for number, task_id in done
        ]  # fmt: skip
        for start in range(0, len(proofs), CHUNK):
            session.execute(insert(Link), proofs[start : start + CHUNK])
        for task in large:
            roll_up(session, task)
        one = session.scalar(select(Occurrence.id).where(Occurrence.unit_id == staff.unit_id).order_by(Occurrence.id).limit(1))
        return ManyOccurrences(plans[0].id, large[0].id, one or 0, staff.unit_id or 0)


def a_few(world: World, plan_id: int) -> list[str]:
    """Give a task that recurs to two units, report and confirm some of it. Returns the addresses of the pages that show it."""
    clerk, leader = world.actors["clerk"], world.actors["leader"]
    each = SpreadInput("half_year", dt.date(2024, 3, 29), None, "listed", unit_ids=(world.units["tccb"], world.units["gdtrh"]))
    task_id = tasks.create(clerk, plan_id, TaskInput("Eta", world.units["tccb"], due_rule="recurring", spread=each))
    found = board.load(clerk, task_id)
    assert found is not None
    ids = [row.id for row in found.rows]
    steps.report(clerk, ids[0], note="Theta", revision=1)
    steps.report(clerk, ids[-1], note="Xong", revision=1)
    steps.confirm(leader, ids[-1], revision=2)
    return [f"/tasks/{task_id}", f"/tasks/{task_id}/edit", "/tasks?overdue=1", *(f"/occurrences/{number}" for number in (ids[0], ids[1], ids[-1]))]
