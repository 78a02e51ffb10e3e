"""Copy the rows of tables into JSON lines for a backup, and load them into tables again. Rows from SQLite can be loaded
into PostgreSQL and the other way round. The tables to load into have the schema of the backup, which may be older than
the present one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData

from docmgr.archive import ArchivedTable, BadBackup
from docmgr.db import Base

# Not copied: everyone signs in again after a restore, and limits on attempts start anew. Office files are rendered again.
# A key that is thrown away must not live on in a backup.
LEFT_OUT = frozenset({"sign_in_session", "sign_in_attempt", "known_device", "rendering", "click_key"})
# Tables in which the migrations put rows. A restored site has those of the backup.
DELIVERED = frozenset({"number_series", "workflow", "workflow_version", "calendar_year", "calendar_day", "local_role", "local_right", "publication_form", "publication_rule", "participation_rule", "consultation_rule"})
BATCH_ROWS = 500
BATCH_BYTES = 8 * 1024 * 1024
# The exceptions that a bad line raises on its way to the database or in it; a full disk is none of them.
BAD_LINE = (
    ValueError, TypeError, OverflowError, RecursionError, sa.exc.IntegrityError, sa.exc.DataError,
)  # fmt: skip
# Column type → how its values are written; the first match counts. SQLite itself would accept anything.
PLAIN: tuple[tuple[type[sa.types.TypeEngine[Any]], type], ...] = (
    (sa.Boolean, bool), (sa.Integer, int), (sa.String, str),
)  # fmt: skip


def tables() -> list[sa.Table]:
    """Return the tables that a backup contains. A table comes before all tables that refer to it."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def dump(connection: Connection, table: sa.Table, path: Path) -> ArchivedTable:
    """Write all rows of the table to the file `path` as JSON lines; return the table's entry for the manifest."""
    digest, count = hashlib.sha256(), 0
    query = sa.select(table).order_by(*table.primary_key.columns)
    with path.open("wb") as out:
        for row in connection.execution_options(yield_per=BATCH_ROWS).execute(query):
            line = json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            out.write(line)
            count += 1
    return ArchivedTable(tuple(column.name for column in table.columns), count, digest.hexdigest())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def reflected(connection: Connection) -> MetaData:
    """Read which tables exist, with their columns, from the database itself."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type.none_as_null = True
    return found


def clear_delivered(connection: Connection, found: MetaData) -> None:
    """Delete the rows that the migrations put into the tables `found`."""
    for table in reversed(found.sorted_tables):
        if table.name in DELIVERED:
            connection.execute(sa.delete(table))


def load(connection: Connection, table: sa.Table, about: ArchivedTable, lines: IO[bytes]) -> None:
    """Insert the rows in `lines` (JSON lines) into a table. `about` is the table's entry in the manifest. Raises
    BadBackup when a line is not a valid row. Raises BadBackup also when the columns or the number of rows differ from
    `about`."""
    if sorted(about.columns) != sorted(table.columns.keys()):
        raise BadBackup(f"Bảng {table.name} trong bản sao lưu không có đúng các cột của nó.")
    known = [table.columns[name] for name in about.columns]
    try:
        count = _insert(connection, table, known, lines)
    except BAD_LINE as error:
        kind = type(error).__name__
        raise BadBackup(f"Bảng {table.name} trong bản sao lưu có dòng không hợp lệ ({kind}).") from error
    if count != about.rows:
        raise BadBackup(f"Bảng {table.name} trong bản sao lưu không có đủ số dòng đã kê.")


def _insert(connection: Connection, table: sa.Table, known: list[sa.Column[Any]], lines: IO[bytes]) -> int:
    loops = {c.name for c in known if any(key.column.table is table for key in c.foreign_keys)}
    count = 0
    for batch in _batches(lines):
        rows = [_row(known, line) for line in batch]
        count += len(rows)
        connection.execute(sa.insert(table), [{**row, **dict.fromkeys(loops)} for row in rows])
    if loops:
        lines.seek(0)
        _tie(connection, table, loops, (_row(known, line) for line in lines))
    return count


def _tie(connection: Connection, table: sa.Table, loops: set[str], rows: Iterable[dict[str, Any]]) -> None:
    # A row may refer to a later one of its own table, so these columns are filled after all rows are inserted.
    for row in rows:
        values = {name: row[name] for name in loops if row[name] is not None}
        if values:
            key = [column == row[column.name] for column in table.primary_key.columns]
            connection.execute(sa.update(table).where(*key).values(values))


def _batches(lines: IO[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _row(columns: list[sa.Column[Any]], line: bytes) -> dict[str, Any]:
    values = json.loads(line)
    if not isinstance(values, list):
        raise TypeError("a row is a list")
    return {column.name: _typed(column, value) for column, value in zip(columns, values, strict=True)}


def _typed(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.DateTime):
        moment = dt.datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(f"{column.name}: a moment needs a time zone")
        return moment if getattr(column.type, "timezone", False) else moment.astimezone(dt.UTC).replace(tzinfo=None)
    if isinstance(column.type, sa.Date):
        return dt.date.fromisoformat(value)
    wanted = next((plain for kind, plain in PLAIN if isinstance(column.type, kind)), None)
    if wanted is not None and type(value) is not wanted:
        raise TypeError(f"{column.name}: no {wanted.__name__}")
    return value


def continue_numbering(connection: Connection, table: sa.Table) -> None:
    """Make the next id of the table follow the largest one that was loaded. This is needed on PostgreSQL only; SQLite
    does so by itself."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, sa.Integer):
        return
    query = sa.text(
        f"SELECT setval(pg_get_serial_sequence(:table, :column), (SELECT max({keys[0].name}) FROM {table.name}))"
        f" WHERE EXISTS (SELECT 1 FROM {table.name}) AND pg_get_serial_sequence(:table, :column) IS NOT NULL"
    )
    connection.execute(query, {"table": table.name, "column": keys[0].name})
