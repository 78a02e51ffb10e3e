"""How long documents have waited for each unit, with those that wait for one of its people, and which they are. Documents that the
actor may not read neither count nor are listed."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import key as collated
from docmgr.models import Document, FlowAssignment, Unit, User
from docmgr.policy import HOLDING, Actor
from docmgr.services.access import rule
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import NotFound

MOST_UNITS = 20
PAGE_SIZE = 50
# The id that stands for people without a unit.
NO_UNIT = 0


@dataclass(frozen=True)
class UnitWaiting:
    """How many documents wait for a unit or its people, and for how many whole days: half of them `median` or longer, one `longest`.
    `unit_id` is NO_UNIT and `unit` None for people without a unit."""

    unit_id: int
    unit: str | None
    count: int
    median: int
    longest: int


@dataclass(frozen=True)
class WaitingPaper:
    """A document that waits for a unit, since when, and for how many whole days."""

    document: DocumentRef
    since: dt.datetime
    days: int


@dataclass(frozen=True)
class UnitPapers:
    """One page of the documents that wait for a unit, what has waited longest first, and how many there are on all pages."""

    unit: str | None
    rows: tuple[WaitingPaper, ...]
    total: int


def by_unit(actor: Actor) -> list[UnitWaiting]:
    """Count what waits for each unit; at most MOST_UNITS units, those with the most first. It takes three queries at most."""
    policy.require(actor, "document:read")
    with db.read() as session:
        held = _held(session, actor)
        names = {number: name for number, name in session.execute(select(Unit.id, Unit.name))} if held else {}
    now = db.now()
    rows = []
    for unit_id, since in held.items():
        days = [(now - one).days for one in since.values()]
        rows.append(UnitWaiting(unit_id, names.get(unit_id), len(days), statistics.median_high(days), max(days)))
    return sorted(rows, key=lambda row: (-row.count, row.unit is None, collated(row.unit or "") or ""))[:MOST_UNITS]


def papers(actor: Actor, unit_id: int, page: int = 1) -> UnitPapers:
    """List one page of what waits for the unit, or with NO_UNIT for people without one. Raises Denied when the actor may not read
    documents, and NotFound when there is no such unit."""
    policy.require(actor, "document:read")
    with db.read() as session:
        unit = session.get(Unit, unit_id)
        if unit is None and unit_id != NO_UNIT:
            raise NotFound
        since = _held(session, actor).get(unit_id, {})
        ids = sorted(since, key=lambda number: (since[number], number))
        shown = ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        found = references.documents(session, actor, shown)
    now = db.now()
    rows = tuple(WaitingPaper(found[number], since[number], (now - since[number]).days) for number in shown if number in found)
    return UnitPapers(unit.name if unit else None, rows, len(ids))


def _held(session: Session, actor: Actor) -> Mapping[int, Mapping[int, dt.datetime]]:
    """Since when each document waits, by the id of the unit and that of the document: since the first assignment there in the same
    run. Those that have ended count too, because a hand-over ends all of them and makes new ones."""
    running = select(FlowAssignment.flow_id).where(FlowAssignment.ended_at.is_(None), FlowAssignment.role.in_(HOLDING))
    query = select(FlowAssignment.key, FlowAssignment.flow_id, FlowAssignment.document_id, FlowAssignment.given_at, FlowAssignment.ended_at)
    query = query.join(Document, Document.id == FlowAssignment.document_id)
    query = query.where(FlowAssignment.flow_id.in_(running), FlowAssignment.role.in_(HOLDING), rule.visible(actor))
    rows = session.execute(query).all()
    people = {f"user:{number}": unit or NO_UNIT for number, unit in session.execute(select(User.id, User.unit_id))} if rows else {}
    first: dict[tuple[int, int], dt.datetime] = {}
    open_: set[tuple[int, int, int]] = set()
    for row in rows:
        prefix, _, number = row.key.partition(":")
        unit_id = int(number) if prefix == "unit" else people.get(row.key, NO_UNIT)
        first[unit_id, row.flow_id] = min(row.given_at, first.get((unit_id, row.flow_id), row.given_at))
        if row.ended_at is None:
            open_.add((unit_id, row.flow_id, row.document_id))
    found: dict[int, dict[int, dt.datetime]] = defaultdict(dict)
    for unit_id, flow_id, document_id in open_:
        since = first[unit_id, flow_id]
        found[unit_id][document_id] = min(since, found[unit_id].get(document_id, since))
    return found
