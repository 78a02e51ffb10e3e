"""Tasks: show, create and edit one. This module decides who may edit a task: clerks and leaders every task, staff tasks of
their unit. The quote of a task must occur in the provision of the stored version from which the task comes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Assignment, Plan, Task
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef, ProvisionRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message, Words
from docmgr.services.planning import due, evidence, known_days, lists, preconditions, quotes
from docmgr.services.planning.due import DAY_UNITS
from docmgr.services.planning.lists import CHOICES, DUE_RULES, STATES, TaskRow
from docmgr.services.planning.occurrences import inherited, recount, rollup, spread
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.planning.targets import storing as targets
from docmgr.services.planning.targets.storing import TargetInput
from docmgr.services.trail import log
from legaltext.working_days import CountedDays

# The trail records only this of a quote: its words come from the document, which some readers of the event may not
# read.
QUOTE_CHANGED = Message("đã sửa")


@dataclass(frozen=True)
class TaskInput:
    """The fields of the form for a task. `lead_id` and `support_ids` are units. `document_id`, `version_no` and
    `anchor` name the provision from which the task comes; a blank `quote` means the whole provision. `due_days`, `due_unit` (of
    due.DAY_UNITS) and `event_on` are for the rule "event": where the event has happened they give the last day, whatever `due_on` says.
    `spread` says in which periods and by which units the task is carried out; of such a task `state` only says whether it is cancelled."""

    title: str
    lead_id: int | None = None
    support_ids: tuple[int, ...] = ()
    due_rule: str = "fixed"
    due_on: dt.date | None = None
    due_note: str | None = None
    expected_evidence: str | None = None
    legal_basis: str | None = None
    state: str = "open"
    document_id: int | None = None
    anchor: str | None = None
    quote: str | None = None
    version_no: int | None = None
    due_days: int | None = None
    due_unit: str | None = None
    event_on: dt.date | None = None
    spread: SpreadInput = field(default_factory=SpreadInput)
    target: TargetInput = field(default_factory=TargetInput)


@dataclass(frozen=True)
class TaskView:
    """The data of a task's page. The source (`document`, `version_no`, `provision`) is None if there is no readable document. `counted`
    says how the last day was counted from `counted_from`, where an event or another task decides it and the calendar still gives that day."""

    row: TaskRow
    revision: int
    plan_year: int
    support_ids: tuple[int, ...]
    legal_basis: str | None
    document: DocumentRef | None
    version_no: int | None
    provision: ProvisionRef | None
    may_edit: bool
    due_days: int | None = None
    due_unit: str | None = None
    event_on: dt.date | None = None
    counted_from: dt.date | None = None
    counted: CountedDays | None = None
    spread: SpreadInput = field(default_factory=SpreadInput)
    target: TargetInput = field(default_factory=TargetInput)


def get(actor: Actor, task_id: int) -> TaskView:
    """Load the data of a task's page. Raises Denied when the actor's roles may not read plans, NotFound for an unknown task."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        found = lists.rows(session, actor, select(Task).where(Task.id == task_id))
        task = session.get(Task, task_id)
        if task is None or not found:
            raise NotFound
        document = references.documents(session, actor, [task.document_id]).get(task.document_id or 0)
        places = references.provisions(session, [(task.version_id, task.anchor)]) if document else {}
        provision, counted = next(iter(places.values()), None), inherited.counted(session, task)
        return TaskView(
            row=found[0],
            revision=task.revision,
            plan_year=task.plan.year,
            support_ids=tuple(unit_id for unit_id, _ in lists.units_of(task)[1]),
            legal_basis=task.legal_basis,
            document=document,
            version_no=provision.version_no if provision else None,
            provision=provision,
            may_edit=may_edit(actor, task),
            due_days=task.due_days,
            due_unit=task.due_unit,
            event_on=task.event_on,
            counted_from=task.event_on or inherited.base(session, task),
            counted=counted if counted and counted.last == task.due_on else None,
            spread=spread.stored(session, task),
            target=targets.stored(task),
        )


def may_edit(actor: Actor, task: Task) -> bool:
    """Whether the actor may edit the task and link documents to it."""
    return may_edit_units(actor, {part.unit_id for part in task.assignments})


def may_edit_units(actor: Actor, unit_ids: set[int]) -> bool:
    """Whether the actor may edit a task that these organisational units lead or support."""
    return policy.may(actor, "plan:edit") and (forms.edits_all(actor) or actor.unit_id in unit_ids)


def create(actor: Actor, plan_id: int, given: TaskInput) -> int:
    """Add a task with the fields `given` at the end of a plan and return its id. Raises Denied when the actor's roles may not
    edit plans. Raises NotFound when the plan does not exist or the actor may not read the document. Raises Invalid when a field
    is wrong, or when the actor is staff and the actor's unit has no part in the task."""
    policy.require(actor, "plan:edit")
    with db.write() as session:
        known_days.hold(session)
        # The plan is locked, so that two tasks added at once get two places in it.
        plan = forms.locked(session, Plan, plan_id)
        _check_own_unit(actor, given)
        last = session.scalar(select(func.max(Task.position)).where(Task.plan_id == plan_id)) or 0
        task = Task(plan_id=plan_id, position=last + 1, title="", created_by=actor.user_id)
        session.add(task)
        shown, fitted = _fill(session, actor, task, given)
        session.flush()
        _record(session, actor, "task:create", task, {"Kế hoạch": plan.title, **forms.filled(shown), **{name: told for name, told in fitted.items() if name == "keys"}})
        return task.id


def edit(actor: Actor, task_id: int, given: TaskInput, *, revision: int) -> None:
    """Change a task to the fields `given`. `revision` is the revision when the form was opened; Conflict if it has changed.
    Raises Denied when the actor may not edit the task, NotFound when the task does not exist or the document is not readable.
    Raises Invalid when a field is wrong, or when the actor is staff and the actor's unit would have no part in the task."""
    with db.write() as session:
        known_days.hold(session)
        task = _for_change(session, actor, task_id, revision)
        _check_own_unit(actor, given)
        before, quote = _shown(session, task), task.quote
        shown, fitted = _fill(session, actor, task, given)
        details: dict[str, Any] = {**forms.differences(before, shown), **fitted}
        if task.quote != quote:
            details["Lời trích"] = QUOTE_CHANGED
        if any(details.values()):
            forms.bump(task)
            _record(session, actor, "task:edit", task, details)


def set_state(actor: Actor, task_id: int, state: str, *, revision: int, reached: str | None = None) -> None:
    """Set the state of a task to a key of CHOICES, and the figure that it reached unless that is None. `revision` is the revision that the page showed;
    Conflict if it has changed. Raises Denied when the actor may not edit the task, NotFound when it does not exist, Invalid for an unknown state or figure."""
    with db.write() as session:
        known_days.hold(session)
        task = _for_change(session, actor, task_id, revision)
        before, before_state = _said(task), task.state
        task.state = forms.one_of(state, CHOICES, "state")
        targets.reach(task, task, reached)
        if state == "done" != before_state:
            preconditions.check(session, task)
        # While it was finished the calendar may have changed.
        if state in UNFINISHED and (counted := inherited.counted(session, task)):
            task.due_on = task.extended_on or counted.last
        if rollup.is_spread(task):
            _check_cancelled(state, before_state)
            recount.follow(session, task)
            rollup.roll_up(session, task)
        details = forms.differences(before, _said(task))
        if details["changes"]:
            forms.bump(task)
            _record(session, actor, "task:edit", task, details)


def _said(task: Task) -> dict[str, Words | None]:
    return {"Trạng thái": Message(STATES[task.state]), "Đến hạn": forms.day(task.due_on), "Đạt được": targets.reached(task)}


def _for_change(session: Session, actor: Actor, task_id: int, revision: int) -> Task:
    policy.require(actor, "plan:edit")

    def allowed(task: Task) -> None:
        if not may_edit(actor, task):
            raise Denied("plan:edit")

    return forms.for_change(session, Task, task_id, revision, allowed)


def _check_cancelled(state: str, before: str) -> None:
    if "cancelled" not in (state, before):
        raise Invalid(Message("Trạng thái của nhiệm vụ này theo từng kỳ thực hiện; hãy ghi ở từng kỳ."), "state")


def _check_own_unit(actor: Actor, given: TaskInput) -> None:
    units = {*given.support_ids, *([given.lead_id] if given.lead_id is not None else [])}
    if not may_edit_units(actor, units):
        raise Invalid(Message("Đơn vị của bạn phải là đơn vị chủ trì hoặc phối hợp của nhiệm vụ này."), "lead_id")


def _fill(session: Session, actor: Actor, task: Task, given: TaskInput) -> tuple[dict[str, Words | None], dict[str, Any]]:
    """Store the fields. Returns them for the trail, and how many occurrences were added and removed."""
    before = task.state or "open", rollup.is_spread(task)
    task.title = forms.required(given.title, Message("Hãy nhập nội dung nhiệm vụ."), "title", 2000)
    task.due_rule = forms.one_of(given.due_rule, DUE_RULES, "due_rule")
    if task.due_rule == "fixed" and given.due_on is None:
        raise Invalid(Message("Nhiệm vụ có thời hạn cụ thể cần có ngày đến hạn."), "due_on")
    _set_last_day(session, task, given)
    task.due_note = forms.cleaned(given.due_note, "due_note", 1000)
    task.expected_evidence = forms.cleaned(given.expected_evidence, "expected_evidence", 2000)
    task.legal_basis = forms.cleaned(given.legal_basis, "legal_basis", 2000)
    task.state = forms.one_of(given.state, STATES, "state")
    measured = task.target_unit
    targets.fill(task, given.target)
    if measured is not None and task.target_unit != measured:
        targets.forget_reached(session, task)
    _assign(session, task, given)
    quotes.store(session, actor, task, given)
    fitted = spread.fit(session, task, given.lead_id or 0, given.spread)
    _check_state(session, task, given.state, *before)
    session.flush()
    return _shown(session, task), fitted


def _check_state(session: Session, task: Task, state: str, before: str, was_spread: bool) -> None:
    """Refuse the `state` of a form that the task cannot have, and periods or units for a task that was begun without them. `before` is the state that it had."""
    if state == "done" != before:
        preconditions.check(session, task)
    if not rollup.is_spread(task):
        forms.one_of(state, CHOICES, "state")
    elif not was_spread and (before != "open" or state != "open"):
        raise Invalid(Message("Chỉ chia kỳ hoặc giao cho từng đơn vị một nhiệm vụ chưa thực hiện; nhiệm vụ đã bắt đầu thì hãy lập nhiệm vụ mới."), "state")
    elif not was_spread and task.id is not None and evidence.of_whole(session, task.id):
        raise Invalid(Message("Nhiệm vụ này đã có minh chứng, nên không chia kỳ hoặc giao cho từng đơn vị được; hãy gỡ minh chứng hoặc lập nhiệm vụ mới."), "fan_out")
    elif not was_spread and task.reached is not None:
        raise Invalid(Message("Nhiệm vụ này đã có số liệu đạt được, nên không chia kỳ hoặc giao cho từng đơn vị được; hãy bỏ số liệu hoặc lập nhiệm vụ mới."), "fan_out")
    elif state == "done" != before:
        _check_cancelled(state, before)


def _set_last_day(session: Session, task: Task, given: TaskInput) -> None:
    if given.due_rule == "inherited" and task.due_task_id is not None:
        if given.state in UNFINISHED and task.extended_on is None:
            task.due_on = counted.last if (counted := inherited.counted(session, task)) else None
        return
    task.due_task_id = task.due_after = None
    of_event, period = given.due_rule == "event", (task.due_days, task.due_unit, task.event_on)
    if of_event:
        due.check(given.due_days, given.due_unit, given.event_on)
    task.due_days, task.event_on = (given.due_days, given.event_on) if of_event else (None, None)
    task.due_unit = given.due_unit if task.due_days is not None else None
    if task.extended_on is not None and period == (task.due_days, task.due_unit, task.event_on) and (task.due_days is not None or given.due_on == task.due_on):
        return
    task.extended_on = None
    if task.due_days is not None and given.state not in UNFINISHED and period == (task.due_days, task.due_unit, task.event_on):
        # The last day of what is finished is history.
        return
    counted = inherited.counted(session, task)
    # Until the event happens, a period has no last day.
    task.due_on = counted.last if counted else None if task.due_days is not None else given.due_on


def _assign(session: Session, task: Task, given: TaskInput) -> None:
    if given.lead_id is None:
        raise Invalid(Message("Hãy chọn đơn vị chủ trì."), "lead_id")
    wanted = {unit_id: "support" for unit_id in given.support_ids} | {given.lead_id: "lead"}
    forms.check_units(session, set(wanted), "lead_id")
    for part in list(task.assignments):
        if part.unit_id not in wanted:
            task.assignments.remove(part)
    kept = {part.unit_id: part for part in task.assignments}
    for unit_id, role in wanted.items():
        if unit_id in kept:
            kept[unit_id].role = role
        else:
            task.assignments.append(Assignment(unit_id=unit_id, role=role))
    session.flush()
    for part in task.assignments:
        session.refresh(part, ["unit"])


def _shown(session: Session, task: Task) -> dict[str, Words | None]:
    lead, support = lists.units_of(task)
    return {
        "Nội dung": task.title,
        "Chủ trì": lead[1] if lead else None,
        "Phối hợp": ", ".join(name for _, name in support) or None,
        "Loại thời hạn": Message(DUE_RULES[task.due_rule]),
        "Đến hạn": forms.day(task.due_on),
        **spread.shown(session, task),
        "Số ngày": f"{task.due_days}" if task.due_days is not None else None,
        "Tính theo": Message(DAY_UNITS[task.due_unit]) if task.due_unit else None,
        "Ngày xảy ra sự kiện": forms.day(task.event_on),
        "Ghi chú thời hạn": task.due_note,
        "Minh chứng cần có": task.expected_evidence,
        "Căn cứ pháp lý": task.legal_basis,
        **targets.shown(task),
        "Trạng thái": Message(STATES[task.state]),
        # The document's number only: a reader of the event may not be allowed to read both documents.
        "Văn bản": f"#{task.document_id}" if task.document_id else None,
        "Điều khoản": task.anchor,
    }


def _record(session: Session, actor: Actor, action: str, task: Task, details: dict[str, Any]) -> None:
    log.record(
        session, actor, action, "task", task.id, task.title, document_id=task.document_id, details=details
    )
    inherited.settle(session, actor, task)
