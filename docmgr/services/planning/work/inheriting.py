"""Let the day of a task follow another task of its plan, so many days after its last day or after it is done, or let it follow none."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Plan, Task
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.planning import due, known_days, preconditions
from docmgr.services.planning.due import DAY_UNITS
from docmgr.services.planning.occurrences import inherited, recount
from docmgr.services.planning.occurrences.inherited import AFTER
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.trail import log


@dataclass(frozen=True)
class InheritedInput:
    """After which task a task is due (`task_id`), by how many `days` of which `unit` (a key of due.DAY_UNITS), and `after` what of it: a key of AFTER."""

    task_id: int
    after: str
    days: int | None
    unit: str


def start(actor: Actor, task_id: int, given: InheritedInput, *, revision: int) -> None:
    """Let a task be due after another one. Raises Denied when the actor may not edit the task, NotFound, Conflict, and Invalid with the field: also
    when the tasks would follow each other in a circle, or one of them recurs, so that it has no one day."""
    with db.write() as session:
        task = _locked(session, actor, task_id, revision)
        other = session.get(Task, given.task_id)
        if other is None or other.plan_id != task.plan_id:
            raise Invalid(Message("Hãy chọn một nhiệm vụ khác trong cùng kế hoạch."), "due_task_id")
        if task.recurs_every or other.recurs_every:
            raise Invalid(Message("Nhiệm vụ định kỳ không có một hạn duy nhất, nên không tính hạn theo nhau được."), "due_task_id")
        if given.days is None:
            raise Invalid(Message("Hãy nhập số ngày, để tính được ngày đến hạn."), "due_days")
        due.check(given.days, given.unit, None)
        after = forms.one_of(given.after, AFTER, "due_after")
        if task.state not in UNFINISHED:
            raise Invalid(Message("Chỉ đổi hạn của nhiệm vụ chưa xong."), "due_task_id")
        if circle := preconditions.path(_arrows(session, task.plan_id), other.id, task.id):
            raise Invalid(Message("Các nhiệm vụ sẽ chờ lẫn nhau thành vòng: %(names)s.", names=preconditions.names(session, [task.id, *circle])), "due_task_id")
        before = _shown(session, task)
        task.due_rule, task.due_task_id, task.due_after, task.event_on, task.extended_on = "inherited", other.id, after, None, None
        task.due_days, task.due_unit = given.days, given.unit
        found = inherited.counted(session, task)
        task.due_on = found.last if found else None
        _finish(session, actor, task, before)


def stop(actor: Actor, task_id: int, *, revision: int) -> None:
    """Let a task follow no other one any more; its day stays as it is. Raises Denied, NotFound and Conflict."""
    with db.write() as session:
        task = _locked(session, actor, task_id, revision)
        if task.due_task_id is not None:
            before = _shown(session, task)
            task.due_task_id = task.due_after = task.due_days = task.due_unit = None
            _finish(session, actor, task, before)


def _locked(session: Session, actor: Actor, task_id: int, revision: int) -> Task:
    policy.require(actor, "plan:edit")
    known_days.hold(session)
    # Two who do so at once make no circle.
    forms.locked(session, Plan, forms.loaded(session, Task, task_id).plan_id)

    def allowed(task: Task) -> None:
        if not (forms.edits_all(actor) or actor.unit_id in {part.unit_id for part in task.assignments}):
            raise Denied("plan:edit")

    return forms.for_change(session, Task, task_id, revision, allowed)


def _arrows(session: Session, plan_id: int) -> dict[int, list[int]]:
    query = select(Task.id, Task.due_task_id).where(Task.plan_id == plan_id, Task.due_task_id.is_not(None))
    return {number: [other] for number, other in session.execute(query) if other is not None}


def _finish(session: Session, actor: Actor, task: Task, before: dict[str, Words | None]) -> None:
    recount.follow(session, task)
    session.flush()
    details = forms.differences(before, _shown(session, task))
    if details["changes"]:
        forms.bump(task)
        log.record(session, actor, "task:edit", "task", task.id, task.title, document_id=task.document_id, details=details)
    inherited.follow(session, actor, task)


def _shown(session: Session, task: Task) -> dict[str, Words | None]:
    return {
        "Tính sau nhiệm vụ": preconditions.names(session, [task.due_task_id]) if task.due_task_id else None,
        "Tính từ": Message(AFTER[task.due_after]) if task.due_after else None,
        "Số ngày": str(task.due_days) if task.due_days is not None else None,
        "Tính theo": Message(DAY_UNITS[task.due_unit]) if task.due_unit else None,
        "Đến hạn": forms.day(task.due_on),
    }
