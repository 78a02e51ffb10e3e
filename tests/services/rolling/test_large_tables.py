"""An upgrade holds up nobody: it waits only shortly for a table, and makes indexes of large tables while others write. On PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from docmgr.context import Context
from docmgr.db import Base
from docmgr.migrations import large
from docmgr.services.upkeep import migrate
from tests.test_migrations import STEP, next_release

__all__ = ["next_release"]
# Each database takes every step.
pytestmark = pytest.mark.usefixtures("asked_anew")
PATIENCE = 30.0
INDEX = "ix_trail_event_document_id_seq"


@pytest.fixture
def engine(site: Context) -> sa.Engine:
    """The PostgreSQL database; its other connections are closed."""
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one process writes at a time")
    return site.database.write_engine


def _until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _valid(engine: sa.Engine) -> bool | None:
    with engine.connect() as connection:
        found: bool | None = connection.scalar(sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": INDEX})
    return found


def _waiting(engine: sa.Engine, words: str) -> bool:
    """Whether a statement of another connection waits for a lock."""
    query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE :words AND datname = current_database()")
    with engine.connect() as connection:
        return bool(connection.scalar(query, {"words": f"%{words}%"}))


def test_every_large_table_is_one() -> None:
    assert large.TABLES <= Base.metadata.tables.keys()


def test_an_index_that_is_lacking_is_made_while_others_write(site: Context, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP INDEX {INDEX}")
    with engine.connect() as open_one, open_one.begin() as writing:
        open_one.exec_driver_sql("LOCK TABLE trail_event IN ROW EXCLUSIVE MODE")
        making = threading.Thread(target=migrate.upgrade, args=(site.database,))
        making.start()
        _until(lambda: _waiting(engine, "CONCURRENTLY"))
        with engine.begin() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = 500")
            other.exec_driver_sql("LOCK TABLE trail_event IN ROW EXCLUSIVE MODE")
        assert making.is_alive()
        writing.rollback()
    making.join(PATIENCE)
    assert _valid(engine) and migrate.differences(site.database) == []


def test_an_index_that_was_cut_off_is_made_anew(site: Context, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(:name)"), {"name": INDEX})
    assert _valid(engine) is False
    assert large.make_up(engine, Base.metadata) == [INDEX]
    assert _valid(engine) and large.make_up(engine, Base.metadata) == []


def test_one_process_makes_indexes_at_a_time(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP INDEX {INDEX}")
    with engine.connect() as other:
        other.execute(sa.select(sa.func.pg_advisory_lock(large.LOCK)))
        assert large.make_up(engine, Base.metadata) == []
        other.execute(sa.select(sa.func.pg_advisory_unlock(large.LOCK)))
        # The index waits for every open transaction.
        other.rollback()
        assert large.make_up(engine, Base.metadata) == [INDEX]
        assert other.scalar(sa.select(sa.func.pg_try_advisory_lock(large.LOCK)))


def test_a_step_leaves_an_index_of_a_large_table_for_afterwards(site: Context, next_release: Path) -> None:
    more = 'from docmgr.migrations import large; large.add_index("ix_version_no", "version", ["no"])'
    (next_release / "next.py").write_text(STEP.format(revision="next", after=migrate.head(), more=more))
    assert migrate.upgrade(site.database) is True
    made = {index["name"] for index in sa.inspect(site.database.engine).get_indexes("version")}
    # The models do not name it, so on PostgreSQL nobody makes it.
    assert ("ix_version_no" in made) == (site.database.engine.dialect.name == "sqlite")


def test_a_step_does_not_stand_in_line_behind_a_long_report(
    site: Context, engine: sa.Engine, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who wants the table after the step waits behind it, so the step gives up its place and comes again."""
    monkeypatch.setattr(migrate, "WAIT_SECONDS", 0.3)
    (next_release / "next.py").write_text(STEP.format(revision="next", after=migrate.head(), more=""))
    with engine.connect() as report, report.begin():
        report.exec_driver_sql("LOCK TABLE folder IN ACCESS SHARE MODE")
        upgrading = threading.Thread(target=migrate.upgrade, args=(site.database,))
        upgrading.start()
        _until(lambda: _waiting(engine, "ALTER TABLE folder"))
        with engine.begin() as page:
            page.exec_driver_sql("SET LOCAL lock_timeout = 3000")
            page.exec_driver_sql("SELECT count(*) FROM folder")
        assert migrate.current(site.database) != "next" and upgrading.is_alive()
    upgrading.join(PATIENCE)
    assert migrate.current(site.database) == "next"


def test_a_step_that_never_gets_its_table_ends_with_the_old_tables(site: Context, engine: sa.Engine, next_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("WAIT_SECONDS", 0.1), ("PAUSE_SECONDS", 0.0), ("TRIES", 2)):
        monkeypatch.setattr(migrate, name, value)
    (next_release / "next.py").write_text(STEP.format(revision="next", after=migrate.head(), more=""))
    before = migrate.current(site.database)
    with engine.connect() as report, report.begin():
        report.exec_driver_sql("LOCK TABLE folder IN ACCESS SHARE MODE")
        with pytest.raises(sa.exc.OperationalError):
            migrate.upgrade(site.database)
    assert migrate.current(site.database) == before


def test_a_step_that_fails_for_another_reason_is_not_tried_again(site: Context, next_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (next_release / "next.py").write_text(STEP.format(revision="next", after=migrate.head(), more=""))
    tried: list[str] = []

    def fail(_connection: object, revision: str) -> None:
        tried.append(revision)
        raise sa.exc.OperationalError("", None, Exception("no room"))

    monkeypatch.setattr(migrate, "upgrade_on", fail)
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0.0)
    with pytest.raises(sa.exc.OperationalError):
        migrate.upgrade(site.database)
    assert tried == ["head"]
