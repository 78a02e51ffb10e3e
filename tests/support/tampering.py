"""Helpers for tests that tamper with the trail: a trail, raw SQL on it, and recomputed hashes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from docmgr import db
from docmgr.context import Context
from docmgr.migrations import trail_guard
from docmgr.models import TrailEvent
from docmgr.policy import Actor
from docmgr.services.trail import log, rows

TABLE = TrailEvent.__table__


def record(count: int, first: int = 1) -> None:
    """Record this many events of a few people, each in a unit of work of its own."""
    for number in range(first, first + count):
        actor = Actor(number % 3 + 1, f"Người {number % 3}", unit_id=number % 2 + 1, unit_label=f"Phòng {number % 2}")
        with db.write() as session:
            details = {"file": f"tệp {number}.pdf", "size": number}
            log.record(
                session, actor, "document:view", "document", number, f"Văn bản {number}", document_id=number, details=details
            )


@contextmanager
def unguarded(site: Context) -> Iterator[Connection]:
    """A write transaction without the guard of the table, which is set again at its end."""
    # Dropping a trigger waits for readers of the table.
    db.release()
    with site.database.write_engine.begin() as connection:
        with trail_guard.lifted(connection):
            yield connection


def fit_hashes(connection: Connection) -> None:
    """Let every row have its correct hash again, as a careful forger would."""
    rows.fit(connection)
