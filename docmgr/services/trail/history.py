"""Search the trail: find events by a filter, within what the actor may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from docmgr import collation, db
from docmgr.collation import order
from docmgr.models import Document, TrailEvent, Unit, User
from docmgr.policy import Actor, Denied, may
from docmgr.services.access import by_number, guard, rule
from docmgr.services.errors import NotFound
from docmgr.services.trail.log import ACTION_LABELS, READINGS
from docmgr.services.trail.veil import veil
from indexer import parse_number_query
from legaltext.dates import VIETNAM

PAGE_SIZE = 50


@dataclass(frozen=True)
class Filter:
    """Which events to find: those that meet all conditions. A field that is None sets no condition. `actor_id` is the
    person who acted, and `unit_id` the unit of this person. `since` and `until` are whole days in UTC+7, both
    included. `via` is "web", "cli" or "worker". `about` has words of the number or subject of a document."""

    actor_id: int | None = None
    action: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    document_id: int | None = None
    unit_id: int | None = None
    # web, cli or worker; events of the command line and the worker have no person.
    via: str | None = None
    # Words of a document's number or subject.
    about: str | None = None
    # Codes of several actions; () sets no condition.
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """What people can choose in the filter: people and units as pairs (id, name), and the actions that occur."""

    people: tuple[tuple[int, str], ...]
    units: tuple[tuple[int, str], ...]
    actions: tuple[str, ...]


def find(actor: Actor, wanted: Filter, *, page: int = 1, per_page: int = PAGE_SIZE) -> tuple[list[TrailEvent], int]:
    """Find one page of the events of the filter `wanted` that the actor may see, with `per_page` events on each.
    Returns (events, total): the newest events first, and the number of events on all pages. Raises Denied when the
    actor's roles may not read the trail."""
    with db.read() as session:
        events, total = _page(session, query_for(actor, wanted), page, per_page)
        return veil(session, actor, events), total


def of_document(
    actor: Actor, document_id: int, wanted: Filter, *, page: int = 1, per_page: int = PAGE_SIZE
) -> tuple[list[TrailEvent], int]:
    """Find one page of the events of a document that meet the filter `wanted`, with `per_page` events on each.
    Returns (events, total): the newest events first, and the number of events on all pages. Only auditors and people
    who may edit the document see who has read it. Raises NotFound when the actor may not read the document, and
    Denied when the actor's roles may not read documents."""
    with db.read() as session:
        query = query_for(actor, replace(wanted, document_id=document_id), of_document=True)
        events, total = _page(session, query, page, per_page)
        return veil(session, actor, events), total


def query_for(actor: Actor, wanted: Filter, *, of_document: bool = False) -> Select[TrailEvent]:
    """Build the SQL query for the events that meet the filter `wanted` and that the actor may see. Raises Denied when
    the actor's roles may not read the trail.

    With `of_document`, the query finds the events of the document `wanted.document_id`. Then the right to read this
    document is enough. Readings are left out for actors who may not edit the document, except auditors. Raises NotFound
    when the actor may not read the document. Raises Denied when the actor's roles may not read documents.
    """

    query = _filtered(wanted)
    if wanted.about:
        query = query.where(_about(actor, wanted.about))
    if of_document:
        if wanted.document_id is None:
            raise NotFound
        readings = guard.may_see_readings(actor, wanted.document_id)
        return query if readings else query.where(TrailEvent.action.not_in(READINGS))
    if not may(actor, "trail:read"):
        raise Denied("trail:read")
    return query if may(actor, "trail:read_all") else query.where(_within_reach(actor))


# Events about people and the site itself, not about the agency's work.
HOUSEKEEPING = ("session", "person", "unit", "series", "term", "group", "local_role", "site_role", "field", "workflow", "site", "conference_rule")
WORK = ("plan", "task", "inspection", "conference", "finding", "recommendation", "case", "disposal", "handover")


def _within_reach(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on TrailEvent for what an actor who is no auditor may see. The actor sees the events of a
    document that the actor may read. Readings by other people are included only if the actor may also edit the
    document."""
    seen = [TrailEvent.actor_id == actor.user_id, TrailEvent.subject_type.in_(HOUSEKEEPING)]
    if may(actor, "document:read"):
        visible = TrailEvent.document_id.in_(select(Document.id).where(rule.visible(actor)))
        seen.append(visible & TrailEvent.action.not_in(READINGS))
    if may(actor, "document:edit"):
        seen.append(TrailEvent.document_id.in_(select(Document.id).where(rule.editable(actor))))
    if may(actor, "plan:read"):
        seen.append(TrailEvent.subject_type.in_(WORK) & TrailEvent.document_id.is_(None) & TrailEvent.action.not_in(READINGS))
    return or_(*seen)


def choices(actor: Actor, document_id: int | None = None) -> Choices:
    """Load what the actor can choose in the filter of the trail. With `document_id`, only people, units and actions in
    the events of this document are included. Without it, all are included. Raises Denied when the actor's roles may not
    read the trail. Raises NotFound when the actor may not read the document."""
    with db.read() as session:
        if document_id is None:
            if not may(actor, "trail:read"):
                raise Denied("trail:read")
            people = session.execute(select(User.id, User.full_name).order_by(order(User.full_name), User.id))
            units = session.execute(select(Unit.id, Unit.name).order_by(order(Unit.name)))
            return Choices(tuple(_pairs(people)), tuple(_pairs(units)), tuple(ACTION_LABELS))
        seen = query_for(actor, Filter(document_id=document_id), of_document=True)
        ids = seen.with_only_columns(TrailEvent.actor_id, TrailEvent.actor_unit_id).distinct().subquery()
        people = session.execute(select(User.id, User.full_name).where(User.id.in_(select(ids.c.actor_id))))
        units = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(select(ids.c.actor_unit_id))))
        actions = session.scalars(seen.with_only_columns(TrailEvent.action).distinct())
        return Choices(
            tuple(sorted(_pairs(people), key=_name)), tuple(sorted(_pairs(units), key=_name)), tuple(actions)
        )


def _pairs(rows: Iterable[Row[int, str]]) -> Iterator[tuple[int, str]]:
    return ((row[0], row[1]) for row in rows)


def _name(pair: tuple[int, str]) -> str:
    return collation.key(pair[1]) or ""


def _filtered(wanted: Filter) -> Select[TrailEvent]:
    query = select(TrailEvent)
    equal = {
        TrailEvent.actor_id: wanted.actor_id,
        TrailEvent.action: wanted.action or None,
        TrailEvent.document_id: wanted.document_id,
        TrailEvent.actor_unit_id: wanted.unit_id,
        TrailEvent.via: wanted.via or None,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.actions:
        query = query.where(TrailEvent.action.in_(wanted.actions))
    if wanted.since:
        query = query.where(TrailEvent.at >= dt.datetime.combine(wanted.since, dt.time(), VIETNAM))
    if wanted.until and wanted.until < dt.date.max:
        end = wanted.until + dt.timedelta(days=1)
        query = query.where(TrailEvent.at < dt.datetime.combine(end, dt.time(), VIETNAM))
    return query


def _about(actor: Actor, words: str) -> ColumnElement[bool]:
    """Return an SQL condition on TrailEvent: the event concerns a document whose number or subject contains `words`.
    The number and subject of a document that the actor may not read are never searched.
    """
    words = " ".join(words.split())
    found = _documents_about(words)
    if may(actor, "trail:read_all"):
        return TrailEvent.document_id.in_(found)
    seen = TrailEvent.document_id.in_(found.where(rule.visible(actor)))
    own = and_(
        TrailEvent.actor_id == actor.user_id,
        TrailEvent.subject_type == "document",
        collation.holds([words], TrailEvent.subject_label),
    )
    return or_(seen, own) if may(actor, "document:read") else own


def _documents_about(words: str) -> Select[int]:
    pieces = [collation.holds([words], Document.number, Document.subject)]
    if asked := parse_number_query(words):
        with db.read() as session:
            pieces.append(Document.id.in_(by_number.matching(session, asked)))
    return select(Document.id).where(or_(*pieces))


def _page(
    session: Session, query: Select[TrailEvent], page: int, per_page: int
) -> tuple[list[TrailEvent], int]:
    total = count(session, query)
    rows = session.scalars(query.order_by(TrailEvent.seq.desc()).limit(per_page).offset((page - 1) * per_page))
    return list(rows), total


def count(session: Session, query: Select[TrailEvent]) -> int:
    """Count the events that the SQL query finds."""
    return session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
