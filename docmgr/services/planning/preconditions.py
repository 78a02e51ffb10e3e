"""What must be done before a task: which tasks of its plan, that they wait for each other in no circle, and that nothing is done before them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import collation, db, policy
from docmgr.models import Occurrence, Plan, Task, TaskPrecondition
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message, Words
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.trail import log

# Of one task.
MOST = 20
# How many tasks a search offers.
OFFERED = 50
# How much of a name a message shows.
SHOWN = 80


def add(actor: Actor, task_id: int, needed_id: int, *, revision: int) -> None:
    """Let a task need another task of its plan. Raises Denied when the actor may not edit the task, NotFound, Conflict, and Invalid when it would
    wait for itself, has it already, or it is in another plan."""
    with db.write() as session:
        task = _locked(session, actor, task_id, revision)
        needed = session.get(Task, needed_id)
        if needed is None or needed.plan_id != task.plan_id:
            raise Invalid(Message("Hãy chọn một nhiệm vụ khác trong cùng kế hoạch."), "needed_id")
        held = list(session.scalars(select(TaskPrecondition.needed_id).where(TaskPrecondition.task_id == task.id)))
        if needed.id in held:
            raise Invalid(Message("Nhiệm vụ này đã là điều kiện."), "needed_id")
        if len(held) >= MOST:
            raise Invalid(Message("Một nhiệm vụ có nhiều nhất %(most)s điều kiện.", most=MOST), "needed_id")
        if circle := path(edges(session, task.plan_id), needed.id, task.id):
            raise Invalid(Message("Các nhiệm vụ sẽ chờ lẫn nhau thành vòng: %(names)s.", names=names(session, [task.id, *circle])), "needed_id")
        session.add(TaskPrecondition(task_id=task.id, needed_id=needed.id, created_by=actor.user_id))
        forms.bump(task)
        _record(session, actor, "precondition:add", task, needed)


def remove(actor: Actor, task_id: int, needed_id: int, *, revision: int) -> None:
    """Let a task no longer need another one. Raises Denied, NotFound and Conflict as `add` does."""
    with db.write() as session:
        task = _locked(session, actor, task_id, revision)
        row = session.get(TaskPrecondition, (task.id, needed_id))
        if row is None:
            raise NotFound
        session.delete(row)
        forms.bump(task)
        _record(session, actor, "precondition:remove", task, session.get_one(Task, needed_id))


def waive(actor: Actor, task_id: int, needed_id: int, *, reason: str, revision: int) -> None:
    """Say that a task may be done although another one that it needs is not. Clerks and leaders may. Raises Denied, NotFound, Conflict, and
    Invalid when there is no reason."""
    with db.write() as session:
        task = _locked(session, actor, task_id, revision, forms.edits_all)
        row = session.get(TaskPrecondition, (task.id, needed_id))
        if row is None:
            raise NotFound
        if row.waived_at is not None:
            raise Conflict(Message("Điều kiện này đã được miễn."))
        row.waived_reason = forms.required(reason, Message("Hãy ghi lý do miễn điều kiện."), "reason", 2000)
        row.waived_at, row.waived_by, row.waived_by_label = db.now(), actor.user_id, actor.label
        forms.bump(task)
        _record(session, actor, "precondition:waive", task, session.get_one(Task, needed_id), {"Lý do": row.waived_reason})


def check(session: Session, task: Task, row: Occurrence | None = None) -> None:
    """Raise Invalid when the task, or one occurrence of it, is to be done before a task that it needs. Of a task that the same unit carries
    out as well only the occurrence of that unit counts, and of the same period where both have it."""
    held = TaskPrecondition.task_id == task.id, TaskPrecondition.waived_at.is_(None)
    query = select(Task).join(TaskPrecondition, TaskPrecondition.needed_id == Task.id).where(*held, Task.state.in_(UNFINISHED)).order_by(Task.position, Task.id)
    for needed in session.scalars(query):
        if row is None or _open_for(session, needed, row):
            told = Message("Phải làm xong việc này trước: %(name)s. Văn thư hoặc lãnh đạo có thể miễn điều kiện ở trang của nhiệm vụ.", name=_short(needed.title))
            raise Invalid(told)


def _open_for(session: Session, needed: Task, row: Occurrence) -> bool:
    own = list(session.execute(select(Occurrence.number, Occurrence.state).where(Occurrence.task_id == needed.id, Occurrence.unit_id == row.unit_id)))
    of_period = [state for number, state in own if number == row.number]
    return any(state in UNFINISHED for state in of_period or [state for _, state in own] or [needed.state])


def edges(session: Session, plan_id: int) -> dict[int, list[int]]:
    """What the tasks of a plan need, by the id of the task."""
    found: dict[int, list[int]] = {}
    query = select(TaskPrecondition.task_id, TaskPrecondition.needed_id).join(Task, Task.id == TaskPrecondition.task_id).where(Task.plan_id == plan_id)
    for task_id, needed_id in session.execute(query.order_by(TaskPrecondition.task_id, TaskPrecondition.needed_id)):
        found.setdefault(task_id, []).append(needed_id)
    return found


def path(found: dict[int, list[int]], first: int, last: int) -> list[int]:
    """Find a way from `first` to `last` along these arrows; both are in it. [] when there is none."""
    came: dict[int, int | None] = {first: None}
    waiting = [first]
    while waiting and last not in came:
        at = waiting.pop()
        for number in found.get(at, ()):
            if number not in came:
                came[number] = at
                waiting.append(number)
    way: list[int] = []
    step: int | None = last if last in came else None
    while step is not None:
        way.append(step)
        step = came[step]
    return way[::-1]


def names(session: Session, ids: list[int]) -> str:
    """The names of tasks, in this order, as a message shows them."""
    found = {number: title for number, title in session.execute(select(Task.id, Task.title).where(Task.id.in_(ids)))}
    return " → ".join(f"“{_short(found.get(number, ''))}”" for number in ids)


def offered(actor: Actor, task_id: int, text: str) -> list[tuple[int, str]]:
    """Find tasks of the same plan whose name has the words of `text`: at most OFFERED pairs (id, name). Raises Denied and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        task = forms.loaded(session, Task, task_id)
        query = select(Task.id, Task.title).where(Task.plan_id == task.plan_id, Task.id != task.id, Task.state != "cancelled", collation.holds(text.split(), Task.title))
        return [(number, title) for number, title in session.execute(query.order_by(Task.position, Task.id).limit(OFFERED))]


def _locked(session: Session, actor: Actor, task_id: int, revision: int, more: Callable[[Actor], bool] | None = None) -> Task:
    """Lock the plan of a task and then the task, so that two who add preconditions at once make no circle."""
    policy.require(actor, "plan:edit")
    forms.locked(session, Plan, forms.loaded(session, Task, task_id).plan_id)

    def allowed(task: Task) -> None:
        own = actor.unit_id in {part.unit_id for part in task.assignments}
        if not (more(actor) if more else forms.edits_all(actor) or own):
            raise Denied("plan:edit")

    return forms.for_change(session, Task, task_id, revision, allowed)


def _record(session: Session, actor: Actor, action: str, task: Task, needed: Task, more: dict[str, Words] | None = None) -> None:
    details = {"Điều kiện": _short(needed.title), **(more or {})}
    log.record(session, actor, action, "task", task.id, task.title, document_id=task.document_id, details=details)


def _short(title: str) -> str:
    return title if len(title) <= SHOWN else title[: SHOWN - 1] + "…"
