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
    """Since when each document waits, by the id of the unit and that of the document: the first of the open assignments there."""
    query = select(FlowAssignment.key, FlowAssignment.document_id, FlowAssignment.given_at)
    query = query.join(Document, Document.id == FlowAssignment.document_id)
    rows = session.execute(query.where(FlowAssignment.ended_at.is_(None), FlowAssignment.role.in_(HOLDING), rule.visible(actor))).all()
    people = {f"user:{number}": unit or NO_UNIT for number, unit in session.execute(select(User.id, User.unit_id))} if rows else {}
    found: dict[int, dict[int, dt.datetime]] = defaultdict(dict)
    for key, document_id, given_at in rows:
        prefix, _, number = key.partition(":")
        unit_id = int(number) if prefix == "unit" else people.get(key, NO_UNIT)
        found[unit_id][document_id] = min(given_at, found[unit_id].get(document_id, given_at))
    return found
