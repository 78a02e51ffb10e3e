"""The parts of a running site (settings, database, storage, search backend), and which site the current
request, command or worker loop uses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from docmgr import db
from docmgr.settings import Settings
from docmgr.storage import Storage
from docmgr.storage.local import LocalStorage
from indexer import Engine, SearchBackend


@dataclass(frozen=True)
class Context:
    """The parts of a site that services use. Each process builds one Context and uses it throughout."""

    settings: Settings
    database: db.Database
    storage: Storage
    backend: SearchBackend

    @contextlib.contextmanager
    def bound(self, patience: float | None = None) -> Iterator[None]:
        """Make this site the current one for the block (see `current`). Database operations in the block wait
        at most `patience` seconds for locks; None means the database's own setting."""
        token = _current.set(self)
        try:
            with db.bound(self.database, patience):
                yield
        finally:
            _current.reset(token)

    def close(self) -> None:
        """Close the database connections of the site."""
        self.database.dispose()


_current: ContextVar[Context | None] = ContextVar("docmgr_context", default=None)


def build(settings: Settings) -> Context:
    """Build the parts of a site from its settings."""
    return Context(
        settings=settings,
        database=db.Database(settings.database_url),
        storage=LocalStorage(settings.uploads, settings.free_disk_floor_bytes),
        backend=Engine(settings.index_path),
    )


def current() -> Context:
    """Return the site of the running `Context.bound` block. Raises RuntimeError outside of such a block."""
    context = _current.get()
    if context is None:
        raise RuntimeError("no site bound: use Context.bound()")
    return context
