"""Fold the readings of a document in its trail: those of one person on one day are one line, which can be opened. The rows of
the database stay as they are, and exports have every event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, Subquery, case, func, or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import TrailEvent, UserRole
from docmgr.policy import ROLES, Actor
from docmgr.services.trail import history
from docmgr.services.trail.audit import day_sql
from docmgr.services.trail.history import PAGE_SIZE, Filter
from docmgr.services.trail.veil import veil

# Readings that people make by the dozen. What leaves the site (exports) stands alone.
FOLDED = ("document:view", "file:open", "file:preview", "share_link:open", "share_link:view")
# How many events of a fold its line holds, the newest first; all of them have an address of their own.
IN_FOLD = 20
_KEY = ("day", "person", "via", "label", "alone")


@dataclass(frozen=True)
class ReadingFold:
    """Readings of a document by one person on the day `day`: `views` times its page or a shared link, and `files` times a file.
    `roles` are the present roles of the person, in words. `events` are at most IN_FOLD of them, the newest first."""

    day: dt.date
    views: int
    files: int
    roles: tuple[str, ...]
    events: tuple[TrailEvent, ...]

    @property
    def count(self) -> int:
        """The number of readings."""
        return self.views + self.files


@dataclass(frozen=True)
class TrailPage:
    """One page of a folded trail. `rows` are events and folds, the newest first; `total` counts the rows of all pages, and
    `events` the events in them."""

    rows: tuple[TrailEvent | ReadingFold, ...]
    total: int
    events: int


def of_document(actor: Actor, document_id: int, wanted: Filter, *, page: int = 1, per_page: int = PAGE_SIZE, hide: bool = False) -> TrailPage:
    """Find one page of the events of a document that meet the filter `wanted`, with readings folded; `hide` leaves these out. A
    reading that is alone is no fold. Raises NotFound when the actor may not read the document, and Denied when the actor's roles
    may not read documents."""
    with db.read() as session:
        query = history.query_for(actor, replace(wanted, document_id=document_id), of_document=True)
        query = query.where(TrailEvent.action.not_in(FOLDED)) if hide else query
        keyed = _keyed(session, query)
        total, events = session.execute(select(func.count(), func.coalesce(func.sum(_folds(keyed).subquery().c.many), 0))).one()
        found = session.execute(_folds(keyed).order_by(func.max(keyed.c.seq).desc()).limit(per_page).offset((page - 1) * per_page)).all()
        inside = _inside(session, actor, keyed, found)
        roles = _roles(session, {row.person for row in found if row.alone == 0})
        return TrailPage(tuple(_row(row, inside, roles) for row in found), total, int(events))


def _keyed(session: Session, query: Select[TrailEvent]) -> Subquery:
    """The events with what decides to which row they belong: `alone` is 0 for readings, and else the number of the event. An event
    without a person is of the command line or a visitor, who are told apart by their names."""
    reading = TrailEvent.action.in_(FOLDED)
    return query.with_only_columns(
        TrailEvent.seq, TrailEvent.action, TrailEvent.via.label("via"), func.coalesce(TrailEvent.actor_id, 0).label("person"),
        case((TrailEvent.actor_id.is_(None), TrailEvent.actor_label), else_="").label("label"),
        day_sql.vietnam_day(session).label("day"), case((reading, 0), else_=TrailEvent.seq).label("alone"),
    ).subquery()  # fmt: skip


def _folds(keyed: Subquery) -> Select[Any]:
    files = func.sum(case((keyed.c.action.in_(("file:open", "file:preview")), 1), else_=0))
    key = [keyed.c[name] for name in _KEY]
    return select(*key, func.min(keyed.c.seq).label("low"), func.max(keyed.c.seq).label("top"), func.count().label("many"), files.label("files")).group_by(*key)


def _inside(session: Session, actor: Actor, keyed: Subquery, found: Sequence[Any]) -> dict[tuple[Any, ...], list[TrailEvent]]:
    """Load the events of the rows `found` by their keys, at most IN_FOLD of each, the newest first. It takes one query for them
    however many they are."""
    if not found:
        return {}
    low, top = min(row.low for row in found), max(row.top for row in found)
    nth = func.row_number().over(partition_by=[keyed.c[name] for name in _KEY], order_by=keyed.c.seq.desc())
    # Whole days: a fold keeps its newest events although others of its day stand on another page.
    placed = select(keyed, nth.label("nth")).where(keyed.c.seq.between(low, top), or_(keyed.c.alone == 0, keyed.c.seq.in_([row.top for row in found]))).subquery()
    wanted = select(TrailEvent, *(placed.c[name] for name in _KEY)).join(placed, placed.c.seq == TrailEvent.seq).where(placed.c.nth <= IN_FOLD)
    keys = {tuple(row[:5]) for row in found}
    rows = [(tuple(row[1:]), row[0]) for row in session.execute(wanted.order_by(TrailEvent.seq.desc())) if tuple(row[1:]) in keys]
    shown = veil(session, actor, [event for _key, event in rows])
    inside: dict[tuple[Any, ...], list[TrailEvent]] = {}
    for (key, _event), event in zip(rows, shown, strict=True):
        inside.setdefault(key, []).append(event)
    return inside


def _roles(session: Session, people: set[int]) -> dict[int, tuple[str, ...]]:
    if not people - {0}:
        return {}
    held: dict[int, set[str]] = {}
    for person, role in session.execute(select(UserRole.user_id, UserRole.role).where(UserRole.user_id.in_(people))):
        held.setdefault(person, set()).add(role)
    return {person: tuple(words for role, words in ROLES.items() if role in roles) for person, roles in held.items()}


def _row(row: Any, inside: dict[tuple[Any, ...], list[TrailEvent]], roles: dict[int, tuple[str, ...]]) -> TrailEvent | ReadingFold:
    events = inside[tuple(row[:5])]
    if row.alone or row.many == 1:
        return events[0]
    return ReadingFold(dt.date.fromisoformat(row.day), row.many - int(row.files), int(row.files), roles.get(row.person, ()), tuple(events))
