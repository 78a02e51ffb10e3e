"""The six-month and the yearly report on a plan: figures from the records that the reader may read, as a DOCX.

Each figure has the address of the list that shows it. The page that asks makes the addresses, because services know no pages.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select, union_all
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Inspection, Occurrence, Plan, Task
from docmgr.policy import Actor
from docmgr.services.documents import references
from docmgr.services.documents.references import ProvisionRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection.wanted import InspectionFilter, totals
from docmgr.services.message import Message
from docmgr.services.paper_templates import making
from docmgr.services.people import agency
from docmgr.services.planning import coverage, lists, plans
from docmgr.services.planning.occurrences import items
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.planning.plans import PlanView
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.reports import conferences, targets, wording
from docmgr.services.reports.wording import Address, ReportFile
from docmgr.services.trail import log, readings
from docmgr.writing.reports.plan_report import Figure, FigureTable, PlanReport
from legaltext import dates, labels

# Period → how it is called, and its last day as (month, day).
PERIODS = {"half": ("6 tháng đầu năm %d", (6, 30)), "year": ("năm %d", (12, 31))}
# So many overdue tasks are named, those that wait longest first.
LATE_SHOWN = 50
# So many parts of the plan's document are named.
SECTIONS_SHOWN = 60
_OTHER = "Phần khác"
_BASES = 12
# The states of what no total counts.
_LEFT_OUT = ("cancelled", "not_applicable")
_WORDS = 200


def write(actor: Actor, plan_id: int, period: str, address: Address) -> ReportFile:
    """Write the report on a plan for a period, a key of PERIODS, and record an event. `address` makes the addresses of lists: of
    "plan", "coverage", "tasks", "conferences" and "inspections", with what is chosen there by name. Raises Denied when the actor's roles may not read
    plans, NotFound when there is no such plan, and Invalid when the period is unknown or the machine is busy."""
    from docmgr.writing.reports import plan_report_docx

    if period not in PERIODS:
        raise Invalid(Message("Hãy chọn báo cáo 6 tháng hoặc báo cáo năm."), "period")
    report = gather(actor, plan_id, period, address)
    made = making.make("plan_report", report, lambda: plan_report_docx.to_docx(report))
    if any(words != _OTHER for words, *_ in report.sections.rows):
        _record_reading(actor, plan_id)
    with db.write() as session:
        plan = session.get(Plan, plan_id)
        if plan is None:
            raise NotFound
        label = plans.titled(plan.title, plan.year)
        name = f"bao-cao-{'6-thang' if period == 'half' else 'nam'}-{plan.year}.docx"
        log.record(session, actor, "plan:report", "plan", plan.id, label, document_id=plan.document_id, details={"file": name, **made.details()})
        return ReportFile(name, made.body, made.notice)


def _record_reading(actor: Actor, plan_id: int) -> None:
    """Record that words of the plan's document are sent. Raises NotFound when the actor may no longer read it."""
    with db.read() as session:
        document_id = session.scalar(select(Plan.document_id).where(Plan.id == plan_id))
    readings.record(actor, [document_id] if document_id is not None else [])


def gather(actor: Actor, plan_id: int, period: str, address: Address) -> PlanReport:
    """Count what the report says. Raises what `write` raises."""
    plan = plans.get(actor, plan_id, limit=0)
    name, last = PERIODS[period]
    first, end = dt.date(plan.year, 1, 1), dt.date(plan.year, *last)
    units = coverage.coverage(actor, plan_id)
    overdue, late_count = lists.find(actor, TaskFilter(plan_id=plan_id, overdue=True), per_page=LATE_SHOWN)
    today = dates.today()
    reached, held = targets.figures(actor, plan_id, address), conferences.figures(actor, plan_id, plan.year, address)
    with db.read() as session:
        return PlanReport(
            agency=agency.name(),
            plan=plan.title,
            period=name % plan.year,
            day=today,
            bases=_bases(session, plan),
            general=_general(session, plan, units, address),
            due=_due(session, plan_id, first, end, address),
            units=_units(units, address("coverage", plan_id=plan_id)),
            sections=_first_rows(_sections(session, actor, plan, address("coverage", plan_id=plan_id))),
            conferences=held,
            targets=reached if reached[0].count else (),
            reached=targets.table(session, plan_id, address),
            late=_late(overdue, today, address("tasks", plan=plan_id, overdue=1)),
            late_count=late_count,
            inspections=_inspections(session, actor, plan_id, first, end, address) if policy.may(actor, "inspection:read") else None,
        )


def _bases(session: Session, plan: PlanView) -> tuple[str, ...]:
    """The legal bases of the plan's tasks, and the document in which the plan was issued if the reader may read it."""
    query = select(Task.legal_basis).where(Task.plan_id == plan.id, Task.legal_basis.is_not(None)).group_by(Task.legal_basis)
    named = [one or "" for one in session.scalars(query.order_by(func.min(Task.position), func.min(Task.id)).limit(_BASES))]
    own = [wording.named(plan.document)] if plan.document is not None else []
    return wording.bases([*named, *own])


def _first_rows(table: FigureTable) -> FigureTable:
    """The table with its first SECTIONS_SHOWN rows; the last row then adds up the others."""
    if len(table.rows) <= SECTIONS_SHOWN:
        return table
    rest = table.rows[SECTIONS_SHOWN:]
    sums = (str(sum(map(int, numbers))) for numbers in zip(*(row[1:] for row in rest), strict=True))
    return FigureTable(table.columns, (*table.rows[:SECTIONS_SHOWN], (f"Và {len(rest)} phần khác", *sums)), table.address)


def _general(session: Session, plan: PlanView, found: coverage.Coverage, address: Address) -> tuple[Figure, ...]:
    each = _each(plan.id)
    states = {state: number for state, number in session.execute(select(each.c.state, func.count()).group_by(each.c.state))}
    return (
        Figure("Tổng số nhiệm vụ (không kể nhiệm vụ không thực hiện, không áp dụng)", found.total.tasks, address("plan", plan_id=plan.id)),
        *(Figure(words, states.get(state, 0), address("tasks", plan=plan.id, state=state)) for state, words in lists.WORDS.items()),
        Figure("Quá hạn", found.total.overdue, address("tasks", plan=plan.id, overdue=1)),
        Figure("Đã hoàn thành nhưng chưa có minh chứng", found.total.unproven, address("tasks", plan=plan.id, unproven=1)),
    )


def _each(plan_id: int) -> Subquery:
    """What has to be done by the plan, one by one, as lists show it: tasks that are carried out once, and the occurrences of others. Columns:
    state, due_on, and of the task document_id, version_id, anchor, position."""
    of_task = (Task.document_id, Task.version_id, Task.anchor, Task.position)
    once = items.single([Task.plan_id == plan_id]).with_only_columns(Task.state, Task.due_on, *of_task)
    several = select(Occurrence.state, Occurrence.due_on, *of_task).join(Task, Task.id == Occurrence.task_id)
    return union_all(once, several.where(Task.plan_id == plan_id, items.counted())).subquery()


def _totals(each: Subquery) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    """How many there are of `each`, how many are done, and how many are overdue."""
    late = and_(each.c.state.in_(UNFINISHED), each.c.due_on < dates.today())
    return func.count(), _number(each.c.state == "done"), _number(late)


def _due(session: Session, plan_id: int, first: dt.date, last: dt.date, address: Address) -> tuple[Figure, ...]:
    each = _each(plan_id)
    here = each.c.state.not_in(_LEFT_OUT), each.c.due_on.between(first, last)
    total, finished, behind = session.execute(select(*_totals(each)).where(*here)).one()
    here_on = {"plan": plan_id, "since": first.isoformat(), "until": last.isoformat()}
    return (
        Figure(f"Đến hạn từ {dates.printed(first)} đến {dates.printed(last)}", total, address("tasks", **here_on)),
        Figure("Trong đó đã hoàn thành", int(finished or 0), address("tasks", **here_on, state="done")),
        Figure("Trong đó quá hạn", int(behind or 0), address("tasks", **here_on, overdue=1)),
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _units(found: coverage.Coverage, address: str) -> FigureTable:
    columns = ("Đơn vị chủ trì", "Nhiệm vụ", "Hoàn thành", "Quá hạn", "Có minh chứng")
    rows = [
        (one.unit or "Chưa có đơn vị chủ trì", *map(str, (one.counts.tasks, one.counts.done, one.counts.overdue, one.counts.proven))) for one in found.units
    ]
    return FigureTable(columns, tuple(rows), address)


def _sections(session: Session, actor: Actor, plan: PlanView, address: str) -> FigureTable:
    """Tasks by the part of the plan's document that asks for them: the provision at the top of each anchor. Parts of a document that the
    reader may not read are not named."""
    shown = references.documents(session, actor, [plan.document.id]) if plan.document else {}
    each = _each(plan.id)
    place = (each.c.document_id, each.c.version_id, each.c.anchor)
    query = select(*place, *_totals(each)).where(each.c.state.not_in(_LEFT_OUT)).group_by(*place)
    sums: dict[tuple[int | None, str | None], list[int]] = {}
    for document_id, version_id, anchor, *counts in session.execute(query.order_by(func.min(each.c.position))):
        top = (version_id, anchor.split(".")[0]) if anchor and document_id in shown else (None, None)
        kept = sums.setdefault(top, [0, 0, 0])
        sums[top] = [one + int(more or 0) for one, more in zip(kept, counts, strict=True)]
    named = references.provisions(session, sums)
    rows = []
    for (version_id, anchor), counts in sums.items():
        provision = named.get((version_id or 0, anchor or ""))
        words = _part(provision) if provision else _OTHER
        rows.append((words if len(words) <= _WORDS else words[: _WORDS - 1] + "…", *map(str, counts)))
    return FigureTable(("Phần của kế hoạch", "Nhiệm vụ", "Hoàn thành", "Quá hạn"), tuple(rows), address)


def _part(provision: ProvisionRef) -> str:
    """The name of a part: its number once, which its own words may begin with."""
    words = labels.opening(provision.label, provision.words) or provision.words
    return words if words.startswith(provision.label) else f"{provision.label}. {words}"


def _late(found: list[lists.TaskRow], today: dt.date, address: str) -> FigureTable:
    columns = ("Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn", "Quá hạn")
    rows = [
        (one.title, one.lead or "", dates.printed(one.due_on), f"{(today - one.due_on).days} ngày" if one.due_on else "") for one in found
    ]
    return FigureTable(columns, tuple(rows), address)


def _inspections(session: Session, actor: Actor, plan_id: int, first: dt.date, last: dt.date, address: Address) -> tuple[Figure, ...]:
    """Inspections of the plan that began in the period, with their findings and recommendations."""
    wanted = InspectionFilter(plan_id=plan_id, since=first, until=last)
    concluded = replace(wanted, state="concluded")
    count, done = (session.scalar(select(func.count(Inspection.id)).where(*one.conditions())) or 0 for one in (wanted, concluded))
    found = totals(actor, wanted)
    kept = {"plan": plan_id, "since": first.isoformat(), "until": last.isoformat()}
    shown = address("inspections", **kept)
    return (
        Figure("Cuộc kiểm tra trong kỳ", count, shown), Figure("Trong đó đã kết luận", done, address("inspections", **kept, state="concluded")),
        Figure("Phát hiện", found.findings, shown), Figure("Trong đó đã khắc phục", found.closed, shown),
        Figure("Kiến nghị", found.recommendations, shown), Figure("Trong đó chưa được trả lời", found.unanswered, shown),
    )  # fmt: skip
