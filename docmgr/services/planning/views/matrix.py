"""The matrix of legal bases, tasks and inspections, of one plan or of all: what rests on nothing, what nobody carries out, what was never inspected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Integer, Select, String, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Inspection, Plan, Task, Version
from docmgr.policy import Actor
from docmgr.services.access import versions
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import NotFound
from docmgr.services.planning.views import each, inspected, unused
from docmgr.services.planning.views.inspected import Place
from docmgr.services.planning.views.unused import UnusedBasis
from docmgr.services.planning.wanted import bases, kinds
from docmgr.services.planning.wanted.filters import TaskFilter
from legaltext import dates

PAGE_SIZE = 50
# So many inspections of one basis, and so many places that were never inspected, are shown.
SHOWN = 200


@dataclass(frozen=True)
class BasisPlace:
    """A legal basis: a document and the provision `anchor` of it, "" for all of it, with the `label` of the provision; or what somebody `typed`, of which `typed_id` is a
    task."""

    document: DocumentRef | None
    anchor: str = ""
    label: str = ""
    typed: str | None = None
    typed_id: int | None = None


@dataclass(frozen=True)
class MatrixRow:
    """How many items rest on a basis: all, done, overdue, and done without evidence that the actor may read. `inspections` is None for a typed basis, and for
    who may not read inspections."""

    basis: BasisPlace
    tasks: int
    done: int
    late: int
    unproven: int
    inspections: int | None


@dataclass(frozen=True)
class Matrix:
    """One page of the matrix, with the number of all rows (0 where the page is after the last), and totals: all items, those without a basis, those done without evidence, and how many places
    were never inspected (None for who may not read inspections). `unused` are the regulations that nobody carries out."""

    rows: tuple[MatrixRow, ...]
    total: int
    items: int
    baseless: int
    unproven: int
    never: int | None
    unused: tuple[UnusedBasis, ...]


def load(actor: Actor, plan_id: int | None = None, *, limit: int = PAGE_SIZE, skip: int = 0) -> Matrix:
    """Load at most `limit` rows of the matrix of a plan, None for all plans, after the first `skip`; most tasks first. Only documents that the actor may
    read count. The number of queries is fixed. Raises Denied when the actor's roles may not read plans, and NotFound when there is no such plan."""
    policy.require(actor, "plan:read")
    sees = policy.may(actor, "inspection:read")
    with db.read() as session:
        _known(session, plan_id)
        rows = _rows(actor, plan_id).subquery()
        # After the last row there is none that tells how many there are.
        query = select(rows, func.count().over().label("total")).order_by(rows.c.tasks.desc(), rows.c.document_id, rows.c.anchor, rows.c.typed_id)
        shown = session.execute(query.limit(limit).offset(skip)).all()
        named = _named(session, actor, [(row.document_id, row.anchor) for row in shown if row.document_id is not None])
        given = select(Task.id, Task.legal_basis).where(Task.id.in_([row.typed_id for row in shown if row.typed_id]))
        typed = {task_id: words for task_id, words in session.execute(given)}
        touched = inspected.counts(session, actor, plan_id, list(named)) if sees else {}
        found = tuple(_row(row, named, typed, touched if sees else None) for row in shown)
        items, baseless, unproven = (_count(session, actor, wanted) for wanted in _totals(plan_id))
        never = session.scalar(select(func.count()).select_from(inspected.never(actor, plan_id).order_by(None).subquery())) if sees else None
        return Matrix(found, shown[0].total if shown else 0, items, baseless, unproven, never, unused.find(session, actor, plan_id))


def never(actor: Actor, plan_id: int | None) -> tuple[BasisPlace, ...]:
    """List at most SHOWN places that were never inspected. Raises Denied when the actor's roles may not read inspections."""
    policy.require(actor, "plan:read")
    policy.require(actor, "inspection:read")
    with db.read() as session:
        places = [(document_id, anchor) for document_id, anchor in session.execute(inspected.never(actor, plan_id).limit(SHOWN))]
        return tuple(_named(session, actor, places).values())


def inspections(actor: Actor, plan_id: int | None, document_id: int, anchor: str) -> tuple[BasisPlace, tuple[Inspection, ...]]:
    """List at most SHOWN inspections of a place. Raises Denied when the actor's roles may not read inspections, and NotFound when the actor may not read
    the document."""
    policy.require(actor, "plan:read")
    policy.require(actor, "inspection:read")
    with db.read() as session:
        named = _named(session, actor, [(document_id, anchor)])
        if not named:
            raise NotFound
        return named[document_id, anchor], tuple(session.scalars(inspected.of_place(actor, plan_id, (document_id, anchor)).limit(SHOWN)))


def _row(row: Any, named: dict[Place, BasisPlace], typed: dict[int, str | None], touched: dict[Place, int] | None) -> MatrixRow:
    place = (row.document_id, row.anchor)
    basis = BasisPlace(None, typed=typed[row.typed_id], typed_id=row.typed_id) if row.typed_id else named[place]
    many = touched.get(place, 0) if touched is not None and basis.document else None
    return MatrixRow(basis, int(row.tasks), int(row.done or 0), int(row.late or 0), int(row.unproven or 0), many)


def _known(session: Session, plan_id: int | None) -> None:
    if plan_id is not None and session.get(Plan, plan_id) is None:
        raise NotFound


def _totals(plan_id: int | None) -> tuple[TaskFilter, ...]:
    return TaskFilter(plan_id=plan_id), TaskFilter(plan_id=plan_id, baseless=True), TaskFilter(plan_id=plan_id, unproven=True)


def _count(session: Session, actor: Actor, wanted: TaskFilter) -> int:
    return session.scalar(select(func.count()).select_from(each.each(actor, wanted))) or 0


def _by_task(actor: Actor, wanted: TaskFilter, name: str) -> CTE:
    every = each.each(actor, wanted)
    kind = kinds.kind(every.c.state, every.c.due_on, dates.today())
    done, late = (func.sum(case((kind == one, 1), else_=0)).label(one) for one in ("done", "late"))
    # Both halves of the matrix read it.
    return select(every.c.task_id, func.count().label("tasks"), done, late).group_by(every.c.task_id).cte(name).prefix_with("MATERIALIZED")


def _rows(actor: Actor, plan_id: int | None) -> Select[int]:
    """The bases with their numbers: those that are documents, and those that somebody typed."""
    whole = _by_task(actor, TaskFilter(plan_id=plan_id), "whole")
    bare = _by_task(actor, TaskFilter(plan_id=plan_id, unproven=True), "bare")
    numbers = [func.sum(column).label(name) for column, name in ((whole.c.tasks, "tasks"), (whole.c.done, "done"), (whole.c.late, "late"), (bare.c.tasks, "unproven"))]
    held = inspected.pairs(actor, plan_id)
    linked = select(held.c.document_id, held.c.anchor, cast(null(), Integer).label("typed_id"), *numbers).join(whole, whole.c.task_id == held.c.task_id)
    linked = linked.outerjoin(bare, bare.c.task_id == held.c.task_id).group_by(held.c.document_id, held.c.anchor)
    typed = select(cast(null(), Integer), cast(literal(""), String), func.min(Task.id), *numbers).select_from(Task).join(whole, whole.c.task_id == Task.id)
    typed = typed.outerjoin(bare, bare.c.task_id == Task.id).where(bases.typed()).group_by(Task.legal_basis)
    return union_all(linked, typed)  # type: ignore[return-value]


def _named(session: Session, actor: Actor, places: Iterable[Place]) -> dict[Place, BasisPlace]:
    """Name these places, those of documents that the actor may read, in the same order."""
    wanted = list(places)
    shown = references.documents(session, actor, (document_id for document_id, _ in wanted))
    current = select(Version.document_id, Version.id).join(Document, Document.id == Version.document_id).where(versions.is_current(), Document.id.in_(shown))
    newest = {document_id: number for document_id, number in session.execute(current)}
    labels = references.provisions(session, [(newest.get(document_id), anchor) for document_id, anchor in wanted])
    found = {}
    for document_id, anchor in wanted:
        if document_id in shown:
            place = labels.get((newest.get(document_id, 0), anchor))
            found[document_id, anchor] = BasisPlace(shown[document_id], anchor, place.label if place else anchor)
    return found
