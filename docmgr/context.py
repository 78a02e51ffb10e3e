"""What a running site consists of, and which one the current request, command or worker loop belongs to."""

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
    """The parts that services reach; made once a process."""

    settings: Settings
    database: db.Database
    storage: Storage
    backend: SearchBackend

    @contextlib.contextmanager
    def bound(self, patience: float | None = None) -> Iterator[None]:
        """Make this the current site for the block, which waits for locks of the database for `patience` seconds."""
        token = _current.set(self)
        try:
            with db.bound(self.database, patience):
                yield
        finally:
            _current.reset(token)

    def close(self) -> None:
        """Give the database connections back."""
        self.database.dispose()


_current: ContextVar[Context | None] = ContextVar("docmgr_context", default=None)


def build(settings: Settings) -> Context:
    """The parts for these settings."""
    return Context(
        settings=settings,
        database=db.Database(settings.database_url),
        storage=LocalStorage(settings.uploads, settings.free_disk_floor_bytes),
        backend=Engine(settings.index_path),
    )


def current() -> Context:
    """The site of the block we are in. Raises RuntimeError outside of `bound`."""
    context = _current.get()
    if context is None:
        raise RuntimeError("no site bound: use Context.bound()")
    return context
