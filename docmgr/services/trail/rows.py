"""Read the rows of the trail from the database one after the other, in order to compute their hashes again.

They are read as text and not through the models, because a row that somebody has changed may have values that no
model accepts.
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
    """One row of the trail, as the database has it. `seq` is its number. `values` are its columns in the canonical form
    of services.trail.merkle. `values` is None when the columns cannot be read. `leaf` is the hash computed from the
    values, and `stored` the hash stored in the row. Without values, `leaf` never equals `stored`."""

    seq: int
    values: dict[str, Any] | None
    leaf: bytes
    stored: object

    @property
    def fits(self) -> bool:
        """Whether the hash stored with the row is the hash of the row's values. False when the values cannot be
        read."""
        return self.values is not None and self.stored == self.leaf.hex()

    def fits_at(self, seq: int) -> bool:
        """Whether the stored hash would be right if the row had the number `seq`. Then the row was moved from that
        number. False when the values cannot be read."""
        return self.values is not None and self.stored == leaf_hash(leaf_input({**self.values, "seq": seq})).hex()


def read(connection: Connection) -> Iterator[EventRow]:
    """Yield all rows of the trail in the order of their event numbers."""
    dialect = connection.dialect.name
    columns = {name: name for name in FIELDS} | {"at": _AT[dialect], "details": "CAST(details AS TEXT)"}
    query = text(f"SELECT {', '.join(columns.values())}, leaf_hash FROM trail_event ORDER BY seq")
    with _any_text(connection):
        for row in connection.execute(query.execution_options(yield_per=BATCH)):
            yield _row(row)


def fit(connection: Connection) -> None:
    """Compute the hashes of all rows again, and replace the stored hashes that are wrong. It is for a changed trail
    that a person has accepted. The caller must have removed the triggers that protect the table."""
    odd = [{"seq": row.seq, "leaf": row.leaf.hex()} for row in read(connection) if not row.fits]
    if odd:
        connection.execute(text("UPDATE trail_event SET leaf_hash = :leaf WHERE seq = :seq"), odd)


def _row(raw: Any) -> EventRow:
    values = dict(zip(FIELDS, raw[:-1], strict=True))
    try:
        # Both databases return "2024-02-05 07:00:00.000000".
        if values["at"][10] == " ":
            values["at"] = f"{values['at'][:10]}T{values['at'][11:]}Z"
        values["details"] = json.loads(values["details"])
        return EventRow(raw[0], values, leaf_hash(leaf_input(values)), raw[-1])
    except (ValueError, TypeError, IndexError, RecursionError):
        # This is no event of the program, so its leaf matches nothing.
        return EventRow(raw[0], None, leaf_hash(f"unreadable {raw[0]}".encode()), raw[-1])


@contextlib.contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """During the block, let SQLite return text that is not UTF-8 instead of failing on it."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    before, driver.text_factory = driver.text_factory, lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before
