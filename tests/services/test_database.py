"""Guarantees of the database itself, whatever it contains."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError

from docmgr import db
from docmgr.context import Context
from docmgr.db import Database
from tests.conftest import SERVER


def test_the_log_gives_back_the_room_that_it_took_while_somebody_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "LOG_BYTES", 100_000)
    database, log = Database(f"sqlite:///{tmp_path / 'own.sqlite'}"), tmp_path / "own.sqlite-wal"
    try:
        with database.write_engine.begin() as writer:
            writer.execute(text("CREATE TABLE pages (body BLOB)"))
        with database.engine.connect() as reader:
            reader.execute(text("SELECT count(*) FROM pages")).scalar()
            for _ in range(20):
                with database.write_engine.begin() as writer:
                    writer.execute(text("INSERT INTO pages VALUES (zeroblob(500000))"))
            assert log.stat().st_size > 5_000_000
        for _ in range(3):
            with database.write_engine.begin() as writer:
                writer.execute(text("INSERT INTO pages VALUES (zeroblob(10))"))
        assert log.stat().st_size <= 100_000
    finally:
        database.dispose()


def test_options_in_the_address_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some sites set a schema or time limits there, and a pooler of connections takes no options of the program's own."""
    given: list[object] = []

    def connect(**wanted: object) -> None:
        given.append(wanted.get("options"))
        raise ConnectionRefusedError

    monkeypatch.setattr(psycopg, "connect", connect)
    for asked in ("", "?options=-c+statement_timeout%3D54321"):
        with pytest.raises(ConnectionRefusedError):
            Database(f"postgresql+psycopg://a@nowhere/b{asked}").engine.connect()
    assert given == [None, "-c statement_timeout=54321"]


@pytest.mark.skipif(not SERVER, reason="asks PostgreSQL (DOCMGR_TEST_DATABASE_URL)")
def test_the_server_compiles_no_statements(database_url: str) -> None:
    options = {"options": "-c statement_timeout=54321"}
    database = Database(make_url(database_url).update_query_dict(options).render_as_string(hide_password=False))
    said = []
    event.listen(database.engine, "before_cursor_execute", lambda *seen: said.append(seen[2]))
    try:
        for _ in range(2):
            with database.engine.connect() as connection:
                shown = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("jit", "statement_timeout")]
                assert shown == ["off", "54321ms"]
                connection.rollback()
        assert not [one for one in said if one.startswith("SET")] and database.engine.pool.checkedin() == 1
    finally:
        database.dispose()


def test_values_of_a_failing_statement_are_in_no_error_text(site: Context) -> None:
    with pytest.raises(DBAPIError) as raised, db.write() as session:
        session.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": "mật khẩu"})
    assert "no_such_table" in str(raised.value) and "mật khẩu" not in str(raised.value)
