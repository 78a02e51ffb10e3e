"""How long writers wait while an upgrade runs over tables with millions of rows: `python -m tests.tools.waiting_writers --rows 1000000`.

DOCMGR_TEST_DATABASE_URL names a PostgreSQL database whose owner may create others and set session_replication_role. A database of the
schema `--from` is filled with made-up rows, then each later step is taken by itself while threads add a row to each table again and again.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from docmgr.db import Base, Database
from docmgr.migrations import large
from docmgr.services.upkeep import migrate

NAME = "docmgr_waiting_writers"
TABLES = ("trail_event", "provision", "citation", "version", "document", "task", "occurrence", "plan")
PAUSE_SECONDS = 0.01
# A value of each type for the row number `g`.
VALUES = ((sa.Boolean, "false"), (sa.Integer, "g"), (sa.Numeric, "g"), (sa.DateTime, "now()"), (sa.Date, "current_date"), (sa.JSON, "'{}'"), (sa.String, "'x' || g"))


def _insert(engine: sa.Engine, table: str) -> str:
    """The statement that adds the rows whose numbers are `:first` to `:last`."""
    values = {}  # by name in quotes, since some are words of SQL
    for column in sa.inspect(engine).get_columns(table):
        if not column["nullable"] and column["default"] in (None, "") or column["name"] == "id":
            values[f'"{column["name"]}"'] = next(value for kind, value in VALUES if isinstance(column["type"], kind))
    return f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS g"


@contextmanager
def _unchecked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection for rows that refer to nothing."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        yield connection
        connection.exec_driver_sql("RESET session_replication_role")


class Writers:
    """Threads that add rows, and the longest that each waited."""

    def __init__(self, engine: sa.Engine, rows: int) -> None:
        self.engine, self.over = engine, threading.Event()
        self.longest = dict.fromkeys(TABLES, 0.0)
        self.next = dict.fromkeys(TABLES, rows)
        self.statements = {table: sa.text(_insert(engine, table)) for table in TABLES}

    def _write(self, table: str) -> None:
        with _unchecked(self.engine) as connection:
            while not self.over.wait(PAUSE_SECONDS):
                self.next[table] += 1
                began = time.monotonic()
                connection.execute(self.statements[table], {"first": self.next[table], "last": self.next[table]})
                self.longest[table] = max(self.longest[table], time.monotonic() - began)

    @contextmanager
    def writing(self) -> Iterator[dict[str, float]]:
        """Write during the block; yields the longest waits, which are filled meanwhile."""
        self.over.clear()
        self.longest = dict.fromkeys(TABLES, 0.0)
        with ThreadPoolExecutor(len(TABLES)) as threads:
            running = [threads.submit(self._write, table) for table in TABLES]
            time.sleep(0.5)
            try:
                yield self.longest
            finally:
                self.over.set()
            for one in running:
                one.result()


def _fill(engine: sa.Engine, rows: int) -> None:
    with _unchecked(engine) as connection:
        for table in TABLES:
            began = time.monotonic()
            connection.execute(sa.text(_insert(engine, table)), {"first": 1, "last": rows})
            print(f"{table}: {rows} rows in {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def measure(database: Database, before: str, rows: int) -> None:
    """Print the longest wait at each step after `before`, and at an index of a large table made both ways."""
    migrate.upgrade(database, before)
    engine = database.write_engine
    _fill(engine, rows)
    steps = ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions(before, "head")
    writers = Writers(engine, rows)
    print("| what | seconds | longest wait of a writer | at |\n|---|--:|--:|---|")
    _told(writers, "nothing", lambda: time.sleep(2))
    for step in reversed([step.revision for step in steps if step.revision != before]):
        _told(writers, f"step {step}", lambda step=step: migrate.upgrade(database, step))  # type: ignore[misc]
    (index,) = (one for one in Base.metadata.tables["trail_event"].indexes if "seq" in one.columns)
    ways: dict[str, Callable[[], object]] = {"at once": lambda: index.create(engine), "while others write": lambda: large.make_up(engine, Base.metadata)}
    for way, make in ways.items():
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP INDEX {index.name}")
        _told(writers, f"index of trail_event, {way}", make)


def _told(writers: Writers, what: str, do: Callable[[], object]) -> None:
    with writers.writing() as longest:
        began = time.monotonic()
        do()
        seconds = time.monotonic() - began
    table = max(longest, key=lambda name: longest[name])
    print(f"| {what} | {seconds:.2f} | {longest[table] * 1000:.0f} ms | {table} |", flush=True)


def main() -> None:
    """Make the database, measure, and drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--from", dest="before", default="0049")
    given = parser.parse_args()
    server = sa.create_engine(os.environ["DOCMGR_TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {NAME} TEMPLATE template0")
    database = Database(sa.make_url(os.environ["DOCMGR_TEST_DATABASE_URL"]).set(database=NAME).render_as_string(hide_password=False))
    try:
        measure(database, given.before, given.rows)
    finally:
        database.dispose()
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()
