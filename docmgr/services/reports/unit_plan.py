"""The plan of a unit drafted from a superior plan: what that plan gives the unit to do, as a DOCX that is sent or filed as a document."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Occurrence, Plan, Task, Unit
from docmgr.policy import Actor
from docmgr.services.cases.export import slug
from docmgr.services.chunks import chunks
from docmgr.services.documents import references, upload
from docmgr.services.documents.references import ProvisionRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.paper_templates import making
from docmgr.services.people import agency
from docmgr.services.planning import chain, lists, plans
from docmgr.services.planning.plans import PlanView
from docmgr.services.planning.targets import storing as targets
from docmgr.services.reports import wording
from docmgr.services.reports.wording import ReportFile
from docmgr.services.trail import log, readings
from docmgr.writing.reports.unit_plan import UnitPlan, UnitTask
from legaltext import dates, labels

OTHER = "Nhiệm vụ khác"
# So many tasks, legal bases, and days of one task go into the draft.
MOST_TASKS, MOST_BASES, MOST_DAYS = 500, 12, 12
# The longest name of a part, in characters.
MOST_WORDS = 200


@dataclass(frozen=True)
class FiledDraft:
    """A draft that became a document: the new plan and the document. `notice` says that the agency's own form of it failed."""

    plan_id: int
    document_id: int
    notice: Message | None


def write(actor: Actor, plan_id: int) -> ReportFile:
    """Write the draft of the actor's unit, and record an event. Raises Denied when the actor's roles may not read plans, NotFound when there
    is no such plan, and Invalid when the plan gives the unit nothing to do."""
    draft = gather(actor, plan_id)
    file, details = _written(draft)
    _record(actor, plan_id, draft, details)
    return file


def file(actor: Actor, plan_id: int, folder_id: int) -> FiledDraft:
    """Write the draft, add it to a folder as a document, and add the plan of the unit that is issued in it and answers the superior one.
    Raises what `write` and `upload.upload` raise, and Invalid when the unit has a plan that
    answers this one."""
    chain.check_free(actor, plan_id)
    draft = gather(actor, plan_id)
    made, details = _written(draft)
    _record(actor, plan_id, draft, details)
    stored = upload.upload(actor, io.BytesIO(made.body), made.name, folder_id=folder_id)
    if stored.document_id is None:
        raise Invalid(stored.reason or Message("Không lưu được tệp này."))
    title = f"Kế hoạch triển khai thực hiện “{draft.plan}” của {draft.unit}"
    return FiledDraft(chain.answer(actor, plan_id, title, stored.document_id), stored.document_id, made.notice)


def gather(actor: Actor, plan_id: int) -> UnitPlan:
    """Put together what the draft says. Raises what `write` raises."""
    plan = plans.get(actor, plan_id, limit=0)
    with db.read() as session:
        unit = session.get(Unit, actor.unit_id) if actor.unit_id is not None else None
        tasks, total = _tasks(session, plan_id, unit.id) if unit else ([], 0)
        if unit is None or not tasks:
            raise Invalid(Message("Kế hoạch này không giao nhiệm vụ nào cho đơn vị của bạn."))
        parent = session.get(Unit, unit.parent_id) if unit.parent_id is not None else None
        days = _days(session, [task.id for task in tasks], unit.id)
        mine = [task for task in tasks if _carries_out(task, unit.id, days)]
        others = [task for task in tasks if task not in mine]
        return UnitPlan(
            superior=parent.name if parent else agency.name(),
            unit=unit.name,
            plan=plan.title,
            year=plan.year,
            day=dates.today(),
            bases=_bases(plan, tasks),
            sections=_sections(session, actor, plan, mine, days),
            support=tuple(_line(task, days) for task in others),
            left_out=total - len(tasks),
        )


def _written(draft: UnitPlan) -> tuple[ReportFile, dict[str, Any]]:
    """The draft as a file, and what its event tells of it."""
    from docmgr.writing.reports import unit_plan_docx

    made = making.make("unit_plan", draft, lambda: unit_plan_docx.to_docx(draft))
    file = ReportFile(f"du-thao-ke-hoach-{slug(draft.unit)}-{draft.year}.docx", made.body, made.notice)
    return file, {"file": file.name, **made.details()}


def _tasks(session: Session, plan_id: int, unit_id: int) -> tuple[list[Task], int]:
    wanted = chain.given_to(plan_id, unit_id)
    found = session.scalars(select(Task).where(*wanted).order_by(Task.position, Task.id).limit(MOST_TASKS))
    return list(found), session.scalar(select(func.count(Task.id)).where(*wanted)) or 0


def _days(session: Session, task_ids: Sequence[int], unit_id: int) -> dict[int, list[dt.date | None]]:
    """The days of the unit's occurrences of these tasks, by task id."""
    query = select(Occurrence.task_id, Occurrence.due_on).where(Occurrence.unit_id == unit_id, Occurrence.state != "not_applicable")
    days: dict[int, list[dt.date | None]] = {}
    for some in chunks(task_ids):
        for task_id, day in session.execute(query.where(Occurrence.task_id.in_(some)).order_by(Occurrence.due_on)):
            days.setdefault(task_id, []).append(day)
    return days


def _carries_out(task: Task, unit_id: int, days: dict[int, list[dt.date | None]]) -> bool:
    return task.id in days or any(part.role == "lead" and part.unit_id == unit_id for part in task.assignments)


def _bases(plan: PlanView, tasks: Sequence[Task]) -> tuple[str, ...]:
    """The superior plan's document if the reader may read it, and the legal bases of the tasks."""
    named = [wording.named(plan.document)] if plan.document else [plans.titled(plan.title, plan.year)]
    return wording.bases([*dict.fromkeys(task.legal_basis for task in tasks if task.legal_basis)][:MOST_BASES] + named)


def _sections(
    session: Session, actor: Actor, plan: PlanView, tasks: Sequence[Task], days: dict[int, list[dt.date | None]]
) -> tuple[tuple[str, tuple[UnitTask, ...]], ...]:
    """The tasks by the part of the superior plan's document that asks for them. Parts of a document that the reader may not read are not
    named."""
    shown = references.documents(session, actor, [plan.document.id]) if plan.document else {}
    top = {task.id: (task.version_id, task.anchor.split(".")[0]) for task in tasks if task.anchor and task.document_id in shown}
    named = references.provisions(session, top.values())
    sections: dict[str, list[UnitTask]] = {}
    for task in tasks:
        version_id, anchor = top.get(task.id, (None, ""))
        provision = named.get((version_id or 0, anchor))
        sections.setdefault(_name(provision), []).append(_line(task, days))
    return tuple((name, tuple(lines)) for name, lines in sections.items())


def _name(provision: ProvisionRef | None) -> str:
    """The name of a part without its number, since the draft counts its own."""
    if provision is None:
        return OTHER
    words = labels.opening(provision.label, provision.words) or provision.words
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1] + "…"


def _line(task: Task, days: dict[int, list[dt.date | None]]) -> UnitTask:
    own = [dates.printed(day) for day in days.get(task.id, [task.due_on]) if day]
    target = targets.said(task)
    due = "; ".join(own[:MOST_DAYS]) + ("; …" if len(own) > MOST_DAYS else "")
    return UnitTask(" ".join(task.title.split()), due or task.due_note or lists.DUE_RULES[task.due_rule].lower(), "; ".join(filter(None, (task.expected_evidence, target.told() if target else task.target_words))))


def _record(actor: Actor, plan_id: int, draft: UnitPlan, details: dict[str, Any]) -> None:
    """Record that the draft was made, and that words of the superior plan's document were read. Raises NotFound when the actor may no longer
    read it."""
    with db.read() as session:
        plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFound
    if plan.document_id is not None and any(name != OTHER for name, _ in draft.sections):
        readings.record(actor, [plan.document_id])
    with db.write() as session:
        label = plans.titled(plan.title, plan.year)
        log.record(session, actor, "plan:draft", "plan", plan.id, label, document_id=plan.document_id, details=details)
