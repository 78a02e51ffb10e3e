"""What a report on a plan says about the target figures of its tasks."""

from __future__ import annotations

from sqlalchemy.orm import Session

from docmgr.models import Task
from docmgr.policy import Actor
from docmgr.services.planning import lists
from docmgr.services.planning.wanted import met
from docmgr.services.planning.wanted.filters import TaskFilter, named
from docmgr.services.planning.wanted.met import Reach
from docmgr.services.reports.wording import Address
from docmgr.writing.reports.plan_report import Figure, FigureTable

# So many tasks are named with their target, in the order of the plan.
SHOWN = 50
COLUMNS = ("Nhiệm vụ", "Chỉ tiêu", "Đạt được", "Kết quả")
_OF = {"sum": "cộng %s", "lowest": "thấp nhất %s", "highest": "cao nhất %s"}
NO_FIGURE = "chưa có số liệu"


def figures(actor: Actor, plan_id: int, address: Address) -> tuple[Figure, ...]:
    """Count the tasks of a plan with a target, and those that do not reach it."""
    counts = {asked: lists.find(actor, TaskFilter(plan_id=plan_id, target=asked), per_page=0)[1] for asked in ("set", "met", "missed")}
    words = {"set": "Nhiệm vụ có chỉ tiêu bằng số", "met": "Trong đó đạt", "missed": "Trong đó chưa đạt hoặc chưa có số liệu"}
    return tuple(Figure(words[asked], count, address("tasks", plan=plan_id, target=asked)) for asked, count in counts.items())


def table(session: Session, plan_id: int, address: Address) -> FigureTable:
    """The first SHOWN tasks of a plan with a target, and what they reached."""
    query = named(TaskFilter(plan_id=plan_id, target="set")).order_by(Task.position, Task.id).limit(SHOWN)
    tasks = list(session.scalars(query))
    found = met.of_tasks(session, tasks)
    rows = tuple((task.title, *_cells(found[task.id])) for task in tasks if task.id in found)
    return FigureTable(COLUMNS, rows, address("tasks", plan=plan_id, target="set"))


def _cells(reach: Reach) -> tuple[str, str, str]:
    return reach.wanted.told(), reached(reach), verdict(reach)


def reached(reach: Reach) -> str:
    """What was reached, in words."""
    return _OF.get(reach.of or "", "%s") % reach.figure if reach.figure else NO_FIGURE


def verdict(reach: Reach) -> str:
    """Whether the target is reached, in words; "" where one occurrence is not judged alone."""
    return {True: met.MET, False: met.MISSED, None: ""}[reach.met]
