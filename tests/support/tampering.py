"""For tests that tamper with the trail: a trail to work on, raw SQL on it, and hashes made anew to fit."""

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
    """So many events of a few people, each in a unit of work of its own."""
    for number in range(first, first + count):
        actor = Actor(number % 3 + 1, f"Người {number % 3}", unit_id=number % 2 + 1, unit_label=f"Phòng {number % 2}")
        with db.write() as session:
            details = {"file": f"tệp {number}.pdf", "size": number}
            log.record(
                session, actor, "document:view", "document", number, f"Văn bản {number}", document_id=number, details=details
            )


@contextmanager
def unguarded(site: Context) -> Iterator[Connection]:
    """A writing transaction in which the table is bare; the guard is there again at its end."""
    # Dropping a trigger waits for whoever reads the table.
    db.release()
    with site.database.write_engine.begin() as connection:
        with trail_guard.lifted(connection):
            yield connection


def fit_hashes(connection: Connection) -> None:
    """What a careful forger does: every row bears its own hash again."""
    rows.fit(connection)
