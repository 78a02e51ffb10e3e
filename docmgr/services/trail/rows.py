"""The trail's rows as they lie in the database, one after the other, for hashing them again.

Read as text, below the types of the models: a row that was tampered with may hold what no model takes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from docmgr.services.trail.merkle import FIELDS, leaf_hash, leaf_input

BATCH = 2000
_AT = {"sqlite": "at", "postgresql": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"}


@dataclass(frozen=True)
class EventRow:
    """One row: its number, its values in canonical form (None: they cannot be read), the hash of them, the hash it bears."""

    seq: int
    values: dict[str, Any] | None
    leaf: bytes
    stored: object

    @property
    def fits(self) -> bool:
        """Whether the row bears its own hash."""
        return self.values is not None and self.stored == self.leaf.hex()

    def fits_at(self, seq: int) -> bool:
        """Whether the row would bear its own hash if it had this number."""
        return self.values is not None and self.stored == leaf_hash(leaf_input({**self.values, "seq": seq})).hex()


def read(connection: Connection) -> Iterator[EventRow]:
    """All rows by their numbers."""
    dialect = connection.dialect.name
    columns = {name: name for name in FIELDS} | {"at": _AT[dialect], "details": "CAST(details AS TEXT)"}
    query = text(f"SELECT {', '.join(columns.values())}, leaf_hash FROM trail_event ORDER BY seq")
    with _any_text(connection):
        for row in connection.execute(query.execution_options(yield_per=BATCH)):
            yield _row(row)


def fit(connection: Connection) -> None:
    """Let every row bear the hash of what it says now. Only for a trail that somebody accepts as it is; the guard is off."""
    odd = [{"seq": row.seq, "leaf": row.leaf.hex()} for row in read(connection) if not row.fits]
    if odd:
        connection.execute(text("UPDATE trail_event SET leaf_hash = :leaf WHERE seq = :seq"), odd)


def _row(raw: Any) -> EventRow:
    values = dict(zip(FIELDS, raw[:-1], strict=True))
    try:
        # Both databases give "2024-02-05 07:00:00.000000".
        if values["at"][10] == " ":
            values["at"] = f"{values['at'][:10]}T{values['at'][11:]}Z"
        values["details"] = json.loads(values["details"])
        return EventRow(raw[0], values, leaf_hash(leaf_input(values)), raw[-1])
    except (ValueError, TypeError, IndexError, RecursionError):
        # No event of the program; its leaf fits nothing.
        return EventRow(raw[0], None, leaf_hash(f"unreadable {raw[0]}".encode()), raw[-1])


@contextlib.contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Let SQLite's driver pass on text that is no UTF-8, at which it fails otherwise."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    before, driver.text_factory = driver.text_factory, lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before
