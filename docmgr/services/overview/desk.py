"""The desk ("Chờ tôi xử lý"): all that waits for a person or their unit in one list, with what is due first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import db, policy
from docmgr.models import Assignment, Finding, Inspection, Occurrence, Recommendation, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.chunks import chunks
from docmgr.services.consulting import answering
from docmgr.services.documents import references
from docmgr.services.inspection.lists import UNANSWERED
from docmgr.services.openness import missing
from docmgr.services.planning.occurrences import items, rights
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.receipts import confirming
from docmgr.services.workflow import waiting
from docmgr.services.workflow.waiting import WaitingDocument
from legaltext import dates

PAGE_SIZE = 50
SOON_DAYS = 7
# Every page loads those before it, so that there is a last one; the kinds narrow the list.
MOST_PAGES = 40
KINDS = {"document": "Văn bản", "task": "Nhiệm vụ", "finding": "Phát hiện", "recommendation": "Kiến nghị", "receipt": "Xác nhận đã đọc", "publication": "Phải công khai", "consultation": "Lấy ý kiến"}


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits. `kind` is a key of KINDS. `within` names its workflow, plan or inspection, and `state` is a code
    of its kind, or for a document the name of its state. `document` has more about a document. `holder` is the id of the
    inspection of a finding or recommendation, or the occurrence that a task stands for. A receipt has the id and `subject` of its document, and who asked as `within`; a publication has the rule there, and a consultation its question as title."""

    kind: str
    id: int
    title: str
    within: str
    state: str
    due_on: dt.date | None
    overdue: bool
    part: str | None = None
    document: WaitingDocument | None = None
    holder: int | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Desk:
    """One page of the desk: its rows, and how many things of each kind wait on all pages."""

    rows: tuple[WaitingItem, ...]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """The number of things on all pages."""
        return sum(self.counts.values())


# Returns (how many things of a kind wait, the first of them); a limit of 0 only counts.
Source = Callable[[Session, Actor, int], tuple[int, list[WaitingItem]]]


def load(actor: Actor, page: int = 1, kind: str | None = None) -> Desk:
    """Load one page of what waits for the actor, of one kind or of all; after
    MOST_PAGES the last one. Raises Denied when the actor is not signed in. The
    number of queries does not depend on how much waits."""
    policy.require(actor, "account:own")
    first = min(page, MOST_PAGES) * PAGE_SIZE
    found: list[WaitingItem] = []
    counts = {}
    with db.read() as session:
        for name, source in _SOURCES.items():
            # The first of each kind hold the first of all.
            counts[name], rows = source(session, actor, first if kind in (None, name) else 0)
            found += rows
    found.sort(key=lambda one: (one.due_on is None, one.due_on or dt.date.max, list(KINDS).index(one.kind), one.id))
    return Desk(tuple(found[first - PAGE_SIZE : first]), counts)


def due_soon(found: Desk, limit: int, today: dt.date | None = None) -> tuple[WaitingItem, ...]:
    """Choose from the first page of the desk what is overdue or due within SOON_DAYS, at most `limit` things. `today` is the present
    day, None the real one."""
    last = (today or dates.today()) + dt.timedelta(days=SOON_DAYS)
    return tuple(one for one in found.rows if one.due_on is not None and one.due_on <= last)[:limit]


def _both(count: Callable[[Session, Actor], int], listed: Callable[[Session, Actor, int], list[WaitingItem]]) -> Source:
    """The source of what is counted and listed by one query each; what is not there is not looked for."""

    def source(session: Session, actor: Actor, limit: int) -> tuple[int, list[WaitingItem]]:
        total = count(session, actor)
        return total, listed(session, actor, limit) if total and limit else []

    return source


def _count_documents(_session: Session, actor: Actor) -> int:
    return waiting.count(actor)


def _documents(_session: Session, actor: Actor, limit: int) -> list[WaitingItem]:
    return [
        WaitingItem("document", one.id, one.label, one.workflow, one.state, one.due_on, one.overdue, one.part, one)
        for one in waiting.documents(actor, limit)
    ]


def _own_tasks(actor: Actor) -> items.Conditions:
    mine = exists(select(Assignment.task_id).where(Assignment.task_id == Task.id, Assignment.unit_id == actor.unit_id))
    return [Task.state.in_(UNFINISHED), mine]


def _own_occurrences(actor: Actor) -> items.Conditions:
    own = rights.of_unit(actor.unit_id or 0, UNFINISHED, and_to_decide=policy.may(actor, "plan:edit"))
    return [own | rights.of_deciders(actor.user_id) if _decides(actor) else own]


def _decides(actor: Actor) -> bool:
    return policy.may(actor, "plan:edit") and forms.edits_all(actor)


def _tasks(session: Session, actor: Actor, limit: int) -> tuple[int, list[WaitingItem]]:
    if not policy.may(actor, "plan:read") or (actor.unit_id is None and not _decides(actor)):
        return 0, []
    once, several = _own_tasks(actor), _own_occurrences(actor)
    if not limit:
        return items.count(session, once, several), []
    found, total = items.find_page(session, once, several, limit)
    query = select(Task).options(joinedload(Task.plan))
    ids = {task_id for task_id, _ in found}
    tasks = {task.id: task for some in chunks(ids) for task in session.scalars(query.where(Task.id.in_(some)))}
    return total, [_task(tasks[task_id], one, actor) for task_id, one in found]


def _task(task: Task, one: Occurrence | None, actor: Actor) -> WaitingItem:
    part = next((held.role for held in task.assignments if held.unit_id == actor.unit_id), None)
    if one is None:
        return WaitingItem("task", task.id, task.title, task.plan.title, task.state, task.due_on, _late(task.due_on), part)
    within = " · ".join((task.plan.title, one.unit.name))
    return WaitingItem("task", task.id, task.title, within, one.state, one.due_on, items.is_late(one, dates.today()), part, holder=one.id)


def _late(due_on: dt.date | None) -> bool:
    return due_on is not None and due_on < dates.today()


def _count_of(model: type[Finding] | type[Recommendation], open_: ColumnElement[bool]) -> Callable[[Session, Actor], int]:
    def count(session: Session, actor: Actor) -> int:
        if actor.unit_id is None or not policy.may(actor, "inspection:read"):
            return 0
        return session.scalar(select(func.count(model.id)).where(model.unit_id == actor.unit_id, open_)) or 0

    return count


def _list_of(
    kind: str, model: type[Finding] | type[Recommendation], open_: ColumnElement[bool]
) -> Callable[[Session, Actor, int], list[WaitingItem]]:
    def listed(session: Session, actor: Actor, limit: int) -> list[WaitingItem]:
        query = select(cast(Any, model), Inspection.title).join(Inspection, Inspection.id == model.inspection_id)
        query = query.where(model.unit_id == actor.unit_id, open_).order_by(model.due_on.is_(None), model.due_on, model.id)
        rows: list[tuple[Finding | Recommendation, str]] = [(one, title) for one, title in session.execute(query.limit(limit))]
        return [
            WaitingItem(
                kind, one.id, one.text, title, one.state if isinstance(one, Finding) else "", one.due_on, _late(one.due_on),
                holder=one.inspection_id,
            )
            for one, title in rows
        ]  # fmt: skip

    return listed


def _count_receipts(_session: Session, actor: Actor) -> int:
    return confirming.count(actor)


def _receipts(_session: Session, actor: Actor, limit: int) -> list[WaitingItem]:
    return [
        WaitingItem("receipt", one.document_id, one.label, " · ".join(filter(None, (one.asker, one.note))), "", one.due_on, _late(one.due_on), subject=one.subject)
        for one in confirming.waiting(actor, limit)
    ]


def _publications(session: Session, actor: Actor, limit: int) -> list[WaitingItem]:
    return [
        WaitingItem("publication", one.document.id, one.document.label, one.rule.name, "", one.due_on, one.late > 0, subject=references.subject_beside(one.document))
        for one in missing.waiting(session, actor, limit)
    ]


def _consultations(_session: Session, actor: Actor, limit: int) -> list[WaitingItem]:
    return [
        WaitingItem("consultation", row.id, row.question or document.label, document.label, "", row.to_on, False, subject=references.subject_beside(document))
        for row, document in answering.waiting(actor, limit)
    ]


_OPEN_FINDING = Finding.state != "closed"
_SOURCES: dict[str, Source] = {
    "document": _both(_count_documents, _documents),
    "task": _tasks,
    "finding": _both(_count_of(Finding, _OPEN_FINDING), _list_of("finding", Finding, _OPEN_FINDING)),
    "receipt": _both(_count_receipts, _receipts),
    "recommendation": _both(_count_of(Recommendation, UNANSWERED), _list_of("recommendation", Recommendation, UNANSWERED)),
    "publication": _both(missing.count_waiting, _publications),
    "consultation": _both(lambda _session, actor: answering.count(actor), _consultations),
}
