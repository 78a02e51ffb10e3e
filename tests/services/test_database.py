"""Guarantees of the database itself, whatever it contains."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from docmgr import db
from docmgr.db import Database


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
