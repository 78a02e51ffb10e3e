"""Make the tasks of a workbook in one unit of work: all of them or none."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Assignment, Plan, Task, TaskSheet
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message
from docmgr.services.planning import known_days, plans
from docmgr.services.planning.lists import DUE_RULES
from docmgr.services.planning.occurrences import spread
from docmgr.services.planning.targets import storing as targets
from docmgr.services.start.task_sheets import trying, uploads
from docmgr.services.start.task_sheets.trying import Places, PlannedTask
from docmgr.services.trail import log


def make(actor: Actor, sheet_id: int, places: Places, *, expected: int) -> int:
    """Make the tasks of a stored workbook, which goes then; returns how many. `expected` is how many the preview showed. Raises Denied, NotFound,
    Conflict when it would be another number now, and Invalid when a row is wrong by now or there is nothing to make."""
    sheet = uploads.load(actor, sheet_id)
    uploads.check(actor, sheet.plan_id)
    with db.write() as session:
        known_days.hold(session)
        plan = forms.locked(session, Plan, sheet.plan_id)
        row = forms.locked(session, TaskSheet, sheet_id, to_remove=True)
        found = trying.planned(session, actor, sheet, places)
        if found.faults:
            raise Invalid(found.faults[0].message, "file")
        if len(found.new) != expected:
            raise Conflict(Message("Kế hoạch hoặc danh sách đơn vị vừa thay đổi. Chưa có gì được lưu; hãy xem lại."))
        if not found.new:
            raise Invalid(Message("Mọi dòng trong tệp đều đã có; không có gì để thêm."), "file")
        names = forms.check_units(session, {unit for one in found.new for unit in (one.given.lead_id or 0, *one.given.support_ids)}, "file")
        made = _add(session, actor, plan, found.new)
        for one, task in zip(found.new, made, strict=True):
            if one.given.spread.every:
                spread.fit(session, task, one.given.lead_id or 0, one.given.spread)
            _record(session, actor, plan, task, one, names)
        told = {"Tệp": sheet.name, "Số nhiệm vụ": str(len(made))}
        log.record(session, actor, "plan:import", "plan", plan.id, plans.titled(plan.title, plan.year), document_id=plan.document_id, details=told)
        session.delete(row)
        return len(made)


def _add(session: Session, actor: Actor, plan: Plan, found: tuple[PlannedTask, ...]) -> list[Task]:
    last = session.scalar(select(func.max(Task.position)).where(Task.plan_id == plan.id)) or 0
    made = []
    for number, one in enumerate(found, 1):
        given = one.given
        task = Task(
            plan_id=plan.id, position=last + number, title=forms.cleaned(given.title, "title") or "", due_rule=given.due_rule, due_on=given.due_on,
            due_note=forms.cleaned(given.due_note, "due_note"), expected_evidence=forms.cleaned(given.expected_evidence, "expected_evidence"),
            legal_basis=forms.cleaned(given.legal_basis, "legal_basis"), state="open", created_by=actor.user_id,
        )  # fmt: skip
        targets.fill(task, given.target)
        roles = dict.fromkeys(given.support_ids, "support") | {given.lead_id or 0: "lead"}
        task.assignments = [Assignment(unit_id=unit_id, role=role) for unit_id, role in roles.items()]
        made.append(task)
    session.add_all(made)
    session.flush()
    return made


def _record(session: Session, actor: Actor, plan: Plan, task: Task, one: PlannedTask, names: dict[int, str]) -> None:
    given = one.given
    shown = {
        "Kế hoạch": plan.title, "Nội dung": task.title, "Chủ trì": names.get(given.lead_id or 0), "Phối hợp": ", ".join(names[unit] for unit in given.support_ids),
        "Loại thời hạn": Message(DUE_RULES[task.due_rule]), "Đến hạn": forms.day(task.due_on), **spread.shown(session, task), "Ghi chú thời hạn": task.due_note,
        "Minh chứng cần có": task.expected_evidence, "Căn cứ pháp lý": task.legal_basis, **targets.shown(task),
    }  # fmt: skip
    log.record(session, actor, "task:create", "task", task.id, task.title, details=forms.filled(shown))
