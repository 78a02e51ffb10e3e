"""Whether targets are reached, as a condition in SQL and for the rows of a list: both say the same.

A count is what all occurrences of a task reached together, unless each of them is to reach the target; a percentage is always that of each, and the
lowest one (the highest, where the target is the most) is shown. Occurrences that do not apply are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr.models import Occurrence, Task
from docmgr.reading.obligations import figures
from docmgr.services.chunks import chunks
from docmgr.services.message import Message
from docmgr.services.planning.occurrences.rollup import is_spread, spread
from docmgr.services.planning.targets import storing

# Which tasks a list has: those with a target, and those whose target is reached or not.
ASKED = {"set": "Có chỉ tiêu", "met": "Đạt chỉ tiêu", "missed": "Chưa đạt chỉ tiêu"}
MET, MISSED = "đạt", "chưa đạt"


@dataclass(frozen=True)
class Reach:
    """The target of a row and what it reached, in thousandths. `of` says what `reached` is of several occurrences: sum, lowest or highest;
    None for one. Of these `known` have a figure out of `total`. `each`: each of them is to reach it. `met` is None for one occurrence of those
    whose figures are added up."""

    target: int
    unit: str | None
    rule: str
    each: bool
    reached: int | None
    met: bool | None
    of: str | None = None
    known: int = 0
    total: int = 0

    @property
    def wanted(self) -> Message:
        """The target in words."""
        return storing.wanted(self.target, self.unit, self.rule)

    @property
    def figure(self) -> str:
        """What was reached with its unit, "" when nobody has said so."""
        return storing.measured(self.reached, self.unit) if self.reached is not None else ""

    @property
    def typed(self) -> str:
        """What was reached as a form shows it."""
        return figures.printed(self.reached) if self.reached is not None else ""


def asked(wanted: str) -> ColumnElement[bool]:
    """Return an SQL condition on Task for a key of ASKED. What is cancelled, or applies to nobody, has nothing to reach."""
    applies = and_(Occurrence.task_id == Task.id, Occurrence.state != "not_applicable")
    counted = and_(Task.target.is_not(None), Task.state != "cancelled", or_(not_(spread()), exists().where(applies)))
    if wanted == "set":
        return counted
    each = not_(exists().where(applies, or_(Occurrence.reached.is_(None), not_(_meets(Occurrence.reached)))))
    together = select(Occurrence.task_id).where(applies).group_by(Occurrence.task_id).having(_meets(func.sum(Occurrence.reached))).correlate(Task).exists()
    once = and_(Task.reached.is_not(None), _meets(Task.reached))
    met = or_(and_(not_(spread()), once), and_(spread(), Task.target_each, each), and_(spread(), not_(Task.target_each), together))
    return and_(counted, met if wanted == "met" else not_(met))


def _meets(reached: ColumnElement[int] | ColumnElement[int | None] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    return or_(and_(Task.target_rule == "most", reached <= Task.target), and_(Task.target_rule == "least", reached >= Task.target))


def of_tasks(session: Session, tasks: Sequence[Task]) -> dict[int, Reach]:
    """What these tasks reached, by task id; those without a target, or with nothing to reach, are left out. It takes one SQL query where any
    of those with a target has occurrences."""
    with_target = [task for task in tasks if task.target is not None and task.state != "cancelled"]
    several = [task.id for task in with_target if is_spread(task)]
    columns = func.count(), func.count(Occurrence.reached), func.sum(Occurrence.reached), func.min(Occurrence.reached), func.max(Occurrence.reached)
    query = select(Occurrence.task_id, *columns).where(Occurrence.state != "not_applicable").group_by(Occurrence.task_id)
    told = {task_id: numbers for some in chunks(several) for task_id, *numbers in session.execute(query.where(Occurrence.task_id.in_(some)))}
    found = {}
    for task in with_target:
        if not is_spread(task):
            found[task.id] = _reach(task, task.reached)
        elif task.id in told:
            found[task.id] = _of_several(task, told[task.id])
    return found


def of_occurrence(whole: Reach | None, state: str, reached: int | None) -> Reach | None:
    """What one occurrence in this state reached of the target of its task, which as a whole has `whole`."""
    if whole is None or state == "not_applicable":
        return None
    met = _is_met(whole.target, whole.rule, reached) if whole.each else None
    return replace(whole, reached=reached, met=met, of=None, known=0, total=0)


def _of_several(task: Task, numbers: Sequence[int | None]) -> Reach:
    total, known, together, lowest, highest = (int(number) if number is not None else None for number in numbers)
    if not task.target_each:
        return replace(_reach(task, together), of="sum", known=known or 0, total=total or 0)
    of, reached = ("highest", highest) if task.target_rule == "most" else ("lowest", lowest)
    found = _reach(task, reached)
    return replace(found, met=found.met and known == total, of=of, known=known or 0, total=total or 0)


def _reach(task: Task, reached: int | None) -> Reach:
    target, rule = task.target or 0, task.target_rule or "least"
    return Reach(target, task.target_unit, rule, task.target_each, reached, _is_met(target, rule, reached))


def _is_met(target: int, rule: str, reached: int | None) -> bool:
    if reached is None:
        return False
    return reached <= target if rule == "most" else reached >= target
