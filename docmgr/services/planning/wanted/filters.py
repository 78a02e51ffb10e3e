"""Which tasks and occurrences a list or a view has: the fields of a filter, and what they mean in SQL.

Lists, the calendar of a month, the timeline and the bars of a plan all ask here, so a number and the list behind it agree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from docmgr import collation
from docmgr.models import Assignment, Document, Occurrence, Plan, Task
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.planning import evidence
from docmgr.services.planning.occurrences import items, rights
from docmgr.services.planning.overdue import late
from docmgr.services.planning.wanted import bases, kinds, met, own
from legaltext import dates

# The section of what stands under no heading of the plan's document.
ELSEWHERE = "-"
_DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks to list: those that meet all conditions. A field that is None, False or blank sets no condition.
    `unit_id` is a unit that leads or supports the task, and `lead_id` one that leads it, 0 for a task that no unit leads.
    `text` has words that the title must contain. `kind` is a key of kinds.KINDS, `who` one of own.WHO. `since` and `until` are the first and the
    last day on which it is due. `section` is a section of the plan's document (`section_of`) or ELSEWHERE, and counts only with a plan.
    `basis` is a document that is the legal basis, of which `place` is one provision ("": the whole document); `typed` is a task whose typed
    basis is the same; `baseless` leaves those without a basis. `inspected` asks whether an inspection found something about it. `target` is a key of met.ASKED. With a condition
    that one occurrence meets and another does not, tasks that have occurrences are listed by occurrence."""

    plan_id: int | None = None
    unit_id: int | None = None
    lead_id: int | None = None
    state: str | None = None
    overdue: bool = False
    unproven: bool = False
    text: str = ""
    kind: str | None = None
    who: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    section: str | None = None
    basis: int | None = None
    place: str | None = None
    typed: int | None = None
    baseless: bool = False
    inspected: bool | None = None
    target: str | None = None

    @property
    def by_day(self) -> bool:
        """Whether only what is due on some days is listed. What is cancelled or does not apply falls due on no day, unless its state is asked for."""
        return self.since is not None or self.until is not None

    @property
    def by_occurrence(self) -> bool:
        """Whether each occurrence that meets the conditions is listed."""
        return replace(self, plan_id=None, text="", target=None) != TaskFilter()


def section_of(anchor: str) -> str:
    """The heading under which a provision stands: its first part, with the number of a section below it ("muc-II.3.gach-4": "muc-II.3")."""
    parts = anchor.split(".")
    return ".".join(parts[: 2 if parts[1:] and parts[1].startswith(_DIGITS) else 1])


def in_text(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Task: it comes from a provision of its plan's document, and the actor may read that."""
    held = select(Plan.id).join(Document, Document.id == Plan.document_id)
    return and_(Task.anchor.is_not(None), exists(held.where(Plan.id == Task.plan_id, Plan.document_id == Task.document_id, rule.visible(actor)).correlate(Task)))


def named(wanted: TaskFilter) -> Select[Task]:
    """Return an SQL query for the tasks of the plan, with the words and the target that are asked for."""
    query = select(Task)
    if wanted.plan_id is not None:
        query = query.where(Task.plan_id == wanted.plan_id)
    if wanted.target is not None:
        query = query.where(met.asked(wanted.target))
    return query.where(collation.holds(wanted.text.split(), Task.title))


def conditions(actor: Actor, wanted: TaskFilter) -> tuple[items.Conditions, items.Conditions]:
    """Return SQL conditions on Task, for tasks without occurrences, and on Occurrence."""
    single: items.Conditions = []
    several: items.Conditions = []
    whole = _of_tasks(actor, wanted)
    if whole or wanted.plan_id is not None or wanted.text or wanted.target:
        single += [*whole, Task.id.in_(named(wanted).with_only_columns(Task.id))]
        several.append(Occurrence.task_id.in_(named(wanted).where(*whole).with_only_columns(Task.id)))
    for once, each in (*_units(wanted), *_states(actor, wanted)):
        single.append(once)
        several.append(each)
    if wanted.who:
        once_own, each_own = own.conditions(actor, wanted.who)
        single.append(once_own)
        several.append(each_own)
    return single, several


def _units(wanted: TaskFilter) -> list[tuple[ColumnElement[bool], ColumnElement[bool]]]:
    found: list[tuple[ColumnElement[bool], ColumnElement[bool]]] = []
    if wanted.unit_id is not None:
        theirs = exists().where(Assignment.task_id == Task.id, Assignment.unit_id == wanted.unit_id)
        found.append((theirs, rights.of_unit(wanted.unit_id)))
    if wanted.lead_id is not None:
        found.append((_led_by(wanted.lead_id), Occurrence.unit_id == wanted.lead_id if wanted.lead_id else false()))
    return found


def _states(actor: Actor, wanted: TaskFilter) -> list[tuple[ColumnElement[bool], ColumnElement[bool]]]:
    today = dates.today()
    found: list[tuple[ColumnElement[bool], ColumnElement[bool]]] = []
    if wanted.state:
        found.append((Task.state == wanted.state, Occurrence.state == wanted.state))
    if wanted.kind:
        found.append((kinds.among(Task, wanted.kind, today), kinds.among(Occurrence, wanted.kind, today)))
    if wanted.overdue:
        found.append((late(today), items.late(today)))
    if wanted.unproven:
        found.append((and_(Task.state == "done", ~evidence.proven(actor)), and_(Occurrence.state == "done", ~evidence.occurrence_proven(actor))))
    if wanted.by_day and not wanted.state and not wanted.kind:
        found.append((Task.state != "cancelled", Occurrence.state != "not_applicable"))
    if wanted.since is not None:
        found.append((Task.due_on >= wanted.since, Occurrence.due_on >= wanted.since))
    if wanted.until is not None:
        found.append((Task.due_on <= wanted.until, Occurrence.due_on <= wanted.until))
    return found


def _of_tasks(actor: Actor, wanted: TaskFilter) -> items.Conditions:
    """Conditions on Task that hold for all of its occurrences or for none."""
    found: items.Conditions = []
    if wanted.section is not None and wanted.plan_id is not None:
        found.append(~in_text(actor) if wanted.section == ELSEWHERE else and_(in_text(actor), _under(wanted.section)))
    if wanted.basis is not None:
        found.append(bases.rests_on(actor, wanted.basis, wanted.place))
    if wanted.typed is not None:
        found.append(bases.typed_as(wanted.typed))
    if wanted.baseless:
        found.append(~bases.based(actor))
    if wanted.inspected is not None:
        found.append(bases.inspected() if wanted.inspected else ~bases.inspected())
    return found


def _under(section: str) -> ColumnElement[bool]:
    """The provision stands under this heading and not under a numbered one below it, as in `section_of`."""
    below = func.substr(Task.anchor, 1, len(section) + 1) == f"{section}."
    if "." not in section:
        below = and_(below, func.substr(Task.anchor, len(section) + 2, 1).not_in(_DIGITS))
    return or_(Task.anchor == section, below)


def _led_by(unit_id: int) -> ColumnElement[bool]:
    """Return an SQL condition on Task: the unit leads it. 0 stands for no unit."""
    led = exists().where(Assignment.task_id == Task.id, Assignment.role == "lead")
    return led.where(Assignment.unit_id == unit_id) if unit_id else ~led
