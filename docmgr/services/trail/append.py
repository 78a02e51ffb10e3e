"""Write the events of a unit of work at its end, and give them their event numbers and hashes.

Events wait in the session until the commit. A lock then makes the numbers follow the order of commits, without gaps. A unit
of work that is rolled back leaves no event. An SQL query inside the unit of work does not find its own events.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, func, insert, select, text
from sqlalchemy.orm import Session, SessionTransaction

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.policy import Actor
from docmgr.services.message import Message
from docmgr.services.trail import merkle

# An arbitrary fixed number, which names this lock among the advisory locks of the database.
LOCK = 7_206_411
_WAITING = "trail events"
_table = TrailEvent.metadata.tables[TrailEvent.__tablename__]
_LAST, _INSERT = select(func.max(_table.c.seq)), insert(_table)


@dataclass(frozen=True)
class EventSubject:
    """The thing that an event is about. `type` is its kind, such as "document", and `id` its id or None. `label` is
    its name at the time of the event. The event also appears in the history of the document `document_id`: the subject
    itself when it is a document, or the document of a link or task. None means no document."""

    type: str
    id: int | None
    label: str
    document_id: int | None = None


def row(actor: Actor, action: str, subject: EventSubject, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Make the column values of an event that happens now, as a dict by column name, for `add` and `append`. `action` is a key
    of log.ACTION_LABELS, and `subject` is what the event is about. `details` are values that only this action has, or None. The
    number and the hash are added when the event is written."""
    values = {
        "at": db.now(),
        "actor_id": actor.user_id,
        "actor_label": actor.label,
        "actor_unit_id": actor.unit_id,
        "actor_unit_label": actor.unit_label,
        "via": actor.via,
        "action": action,
        "subject_type": subject.type,
        "subject_id": subject.id,
        "subject_label": subject.label[:2000],
        "document_id": subject.document_id,
        "details": dict(details or {}),
    }
    return {name: _storable(value) for name, value in values.items()}


def add(session: Session, values: dict[str, Any]) -> None:
    """Record an event; it is written when the session commits, and gets its number and hash then. `values` are the
    column values that `row` returns."""
    session.info.setdefault(_WAITING, []).append((values, tuple(_open(session))))


def _open(session: Session) -> Iterator[SessionTransaction]:
    """Yield the open savepoints and then the transaction. The event that is recorded now is dropped if one of them is rolled
    back."""
    inner = session.get_nested_transaction() or session.get_transaction()
    while inner is not None:
        yield inner
        inner = inner.parent


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    # The end of a savepoint is not a commit.
    if session.in_nested_transaction():
        return
    if waiting := session.info.pop(_WAITING, None):
        session.flush()
        append(session.connection(), [values for values, _ in waiting])


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if waiting := session.info.get(_WAITING):
        session.info[_WAITING] = [(values, needed) for values, needed in waiting if ended not in needed]


def append(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write events at the end of the trail, in the connection's transaction, with their numbers and hashes. `rows` are column
    values that `row` returns. The transaction must end soon, because other events wait for it. Raises RuntimeError when the
    database does not store the events."""
    if connection.dialect.name == "postgresql":
        # On SQLite the write transaction already excludes others.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    last = connection.scalar(_LAST) or 0
    first = max(last, 0) + 1
    connection.execute(_INSERT, [_placed(values, seq) for seq, values in enumerate(rows, first)])
    if connection.scalar(_LAST) != first + len(rows) - 1:
        # A foreign rule or trigger has discarded them. The change is then refused, because it would leave no trace.
        raise RuntimeError("trail_event did not take the events")


def _placed(values: dict[str, Any], seq: int) -> dict[str, Any]:
    placed = {**values, "seq": seq}
    return {**placed, "leaf_hash": merkle.event_hash({**placed, "at": merkle.moment(values["at"])})}


def _storable(value: Any) -> Any:
    """Convert a value to plain JSON that PostgreSQL and SQLite can store. Messages become dicts (Message.stored), and
    characters that PostgreSQL refuses are removed or replaced."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        plain = json.loads(json.dumps(value, default=Message.stored))
        return {_storable(key): _storable(item) for key, item in plain.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value
