"""The steps of an occurrence: how far it is, reported, confirmed, given back, not applicable. Each leaves an event with its task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Link, Occurrence, Task, Unit, User
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message, Words
from docmgr.services.planning import evidence, known_days, preconditions
from docmgr.services.planning.occurrences import inherited, recurrence, rights
from docmgr.services.planning.occurrences.rollup import STATES, roll_up
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.planning.targets import storing as targets
from docmgr.services.trail import log

CLOSED = Message("Kỳ này đã được xác nhận hoặc không áp dụng; người có quyền cần trả lại kỳ này trước.")
CANCELLED = Message("Nhiệm vụ này đã được ghi là không thực hiện.")
Allowed = Callable[[Actor, Task, int], bool]


def lock(session: Session, actor: Actor, occurrence_id: int, allowed: Allowed, revision: int | None = None) -> tuple[Task, Occurrence]:
    """Lock the task of an occurrence and then the occurrence. Raises NotFound, Denied unless `allowed`, and Conflict when the occurrence
    no longer has this revision; None asks for none."""
    policy.require(actor, "plan:edit")
    known_days.hold(session)
    task = forms.locked(session, Task, forms.loaded(session, Occurrence, occurrence_id).task_id)
    row = forms.locked(session, Occurrence, occurrence_id)
    if not allowed(actor, task, row.unit_id):
        raise Denied("plan:edit")
    if task.state == "cancelled":
        raise Conflict(CANCELLED)
    if revision is not None:
        forms.check_revision(row.revision, revision)
    return task, row


def save(actor: Actor, occurrence_id: int, *, state: str, note: str | None, person_id: int | None, revision: int, reached: str | None = None) -> None:
    """Say how far an occurrence is: its state (open or doing; another leaves that of a reported one), a note, the person in charge, and the figure that
    it reached unless that is None. Raises NotFound, Denied, Conflict, and Invalid with the field."""
    with db.write() as session:
        task, row = lock(session, actor, occurrence_id, rights.may_work, revision)
        before, person = _shown(session, row), row.person_id
        if row.state in UNFINISHED:
            row.state = forms.one_of(state, {key: STATES[key] for key in UNFINISHED}, "state")
        elif row.state != "waiting":
            raise Invalid(CLOSED, "state")
        row.note = forms.cleaned(note, "note", 2000)
        row.person_id = _person(session, row, person_id)
        targets.reach(row, task, reached)
        put = {"keys": [f"user:{row.person_id}"]} if row.person_id not in (None, person) else {}
        finish(session, actor, "occurrence:edit", task, row, {**forms.differences(before, _shown(session, row)), **put})


def report(actor: Actor, occurrence_id: int, *, note: str | None, revision: int) -> None:
    """Report an occurrence as done, to be confirmed. A blank `note` leaves the one it has. Raises NotFound, Denied, Conflict, and Invalid
    when there is neither evidence nor a note, when it is not unfinished, or when its task waits for another one."""
    with db.write() as session:
        task, row = lock(session, actor, occurrence_id, rights.may_work, revision)
        if row.state not in UNFINISHED:
            raise Invalid(CLOSED if row.state != "waiting" else Message("Kỳ này đã được báo cáo, đang chờ xác nhận."), "note")
        row.note = forms.cleaned(note, "note", 2000) or row.note
        if row.note is None and not has_evidence(session, actor, row):
            raise Invalid(Message("Hãy gắn minh chứng hoặc ghi kết quả trước khi báo hoàn thành."), "note")
        report_row(session, actor, task, row)
        finish(session, actor, "occurrence:report", task, row, forms.filled({"Tiến độ": row.note}))


def report_row(session: Session, actor: Actor, task: Task, row: Occurrence) -> None:
    """Let a locked occurrence wait to be confirmed, as reported by the actor. Raises Invalid when its task waits for another one."""
    preconditions.check(session, task, row)
    row.state, row.reason = "waiting", None
    row.reported_by, row.reported_by_label, row.reported_at = actor.user_id, actor.label, db.now()


def confirm(actor: Actor, occurrence_id: int, *, revision: int) -> None:
    """Confirm that an occurrence is done. Raises NotFound, Denied, Conflict, and Invalid when it is not reported, or when the actor
    reported it."""
    with db.write() as session:
        task, row = lock(session, actor, occurrence_id, rights.may_decide, revision)
        if row.state in UNFINISHED:
            raise Invalid(Message("Kỳ này chưa được báo hoàn thành, nên chưa xác nhận được."))
        if row.state != "waiting":
            raise Invalid(Message("Kỳ này đã được xác nhận hoặc không áp dụng."))
        if not confirmable(actor, row):
            raise Invalid(Message("Người đã báo hoàn thành không tự xác nhận; hãy để người khác xác nhận."))
        preconditions.check(session, task, row)
        row.state, row.reason = "done", None
        row.confirmed_by, row.confirmed_by_label, row.confirmed_at = actor.user_id, actor.label, db.now()
        finish(session, actor, "occurrence:confirm", task, row, {})


def confirmable(actor: Actor, row: Occurrence) -> bool:
    """Whether the occurrence is reported, and by somebody else than the actor."""
    return row.state == "waiting" and (row.reported_by is None or row.reported_by != actor.user_id)


def give_back(actor: Actor, occurrence_id: int, *, reason: str, revision: int) -> None:
    """Give a reported, confirmed or inapplicable occurrence back to its unit. Raises NotFound, Denied, Conflict, and Invalid when there
    is no reason or nothing to give back."""
    with db.write() as session:
        task, row = lock(session, actor, occurrence_id, rights.may_decide, revision)
        if row.state in UNFINISHED:
            raise Invalid(Message("Kỳ này chưa được báo hoàn thành, nên không có gì để trả lại."), "reason")
        row.reason = forms.required(reason, Message("Hãy ghi lý do trả lại."), "reason", 2000)
        row.state = "doing"
        row.due_on = _due(session, task, row)
        row.confirmed_by = row.confirmed_by_label = row.confirmed_at = None
        finish(session, actor, "occurrence:return", task, row, {"Lý do": row.reason, "keys": [f"unit:{row.unit_id}"]})


def skip(actor: Actor, occurrence_id: int, *, reason: str, revision: int) -> None:
    """Say that an occurrence does not apply to its unit. Raises NotFound, Denied, Conflict, and Invalid when there is no reason, or when
    it is confirmed or does not apply already."""
    with db.write() as session:
        task, row = lock(session, actor, occurrence_id, rights.may_decide, revision)
        if row.state not in (*UNFINISHED, "waiting"):
            raise Invalid(Message("Kỳ này đã được xác nhận hoặc không áp dụng."), "reason")
        row.reason = forms.required(reason, Message("Hãy ghi lý do không áp dụng."), "reason", 2000)
        row.state = "not_applicable"
        finish(session, actor, "occurrence:skip", task, row, {"Lý do": row.reason})


def has_evidence(session: Session, actor: Actor, row: Occurrence) -> bool:
    """Whether any document that the actor may read proves the occurrence."""
    return bool(evidence.counts(session, actor, [row.id], Link.occurrence_id))


def named(session: Session, task: Task, row: Occurrence) -> dict[str, Words | None]:
    """The occurrence for the trail: its unit, and its period where the task recurs."""
    unit = session.get_one(Unit, row.unit_id)
    period = Message("Kỳ %(number)s, hạn %(day)s", number=row.number, day=forms.day(row.due_on) or "—") if task.recurs_every else None
    return {"Đơn vị": unit.name, "Kỳ": period}


def changed(session: Session, actor: Actor, task: Task, row: Occurrence) -> None:
    """Count a change of a locked occurrence, and let its locked task and those that are due after it follow."""
    forms.bump(row)
    roll_up(session, task)
    inherited.settle(session, actor, task)


def finish(session: Session, actor: Actor, action: str, task: Task, row: Occurrence, details: Mapping[str, object]) -> None:
    """Count a change of a locked occurrence as `changed` does, and record it with its locked task; empty changes are none."""
    if details.get("changes", True):
        changed(session, actor, task, row)
        details = {**forms.filled(named(session, task, row)), **details}
        log.record(session, actor, action, "task", task.id, task.title, document_id=task.document_id, details=details)


def _due(session: Session, task: Task, row: Occurrence) -> dt.date | None:
    """When the occurrence is due by the present calendar; what is finished keeps the day that it had."""
    if row.extended_on is not None:
        return row.extended_on
    if task.recurs_every is None or row.counted_on is None:
        return task.due_on if task.recurs_every is None else row.due_on
    return recurrence.due_day(row.counted_on, known_days.around(session, row.counted_on, 1)).last


def _person(session: Session, row: Occurrence, person_id: int | None) -> int | None:
    if person_id is None or person_id == row.person_id:
        return person_id
    user = session.get(User, person_id)
    if user is None or user.disabled_at is not None or user.unit_id != row.unit_id:
        raise Invalid(Message("Người phụ trách phải là người của đơn vị thực hiện."), "person_id")
    return person_id


def _shown(session: Session, row: Occurrence) -> dict[str, Words | None]:
    person = session.get(User, row.person_id) if row.person_id else None
    said = {"Tiến độ": row.note, "Đạt được": targets.reached(row), "Người phụ trách": person.full_name if person else None}
    return {"Trạng thái": Message(STATES[row.state]), **said}
