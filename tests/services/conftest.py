"""Fixtures for tests of services."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event

from docmgr import context
from docmgr.context import Context
from docmgr.settings import Settings
from docmgr.storage.s3 import pulse


@dataclass
class Counted:
    """The number of statements that a block sent to the database."""

    number: int = 0


@pytest.fixture
def count_queries(site) -> Callable[[], contextlib.AbstractContextManager[Counted]]:
    """`with count_queries() as counted:` counts SELECTs and changes, but not BEGIN and COMMIT."""

    @contextlib.contextmanager
    def block() -> Iterator[Counted]:
        counted = Counted()

        def hear(_connection, _cursor, statement: str, *_more) -> None:
            counted.number += not statement.startswith(("BEGIN", "PRAGMA"))

        event.listen(site.database.engine, "before_cursor_execute", hear)
        try:
            yield counted
        finally:
            event.remove(site.database.engine, "before_cursor_execute", hear)

    return block


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Context]:
    """Another, empty site, always on SQLite: a backup can be restored from either database to either."""
    home = tmp_path / "other"
    home.mkdir()
    settings = Settings(home, home / "uploads", f"sqlite:///{home / 'docmgr.sqlite'}", "k" * 64, free_disk_floor_bytes=0)
    made = context.build(settings)
    yield made
    made.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an S3 store take its time: on a slow machine the first request of a process takes longer than an answer may."""
    monkeypatch.setattr(pulse, "ANSWER_SECONDS", 30.0)
