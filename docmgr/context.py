"""The parts of a running site (settings, database, storage, search backend), and which site the current
request, command or worker loop uses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from docmgr import db, policy
from docmgr.models import SitePolicy, SiteRight
from docmgr.settings import Settings
from docmgr.storage import Storage
from docmgr.storage.address import StoreAddress
from docmgr.storage.local import LocalStorage
from indexer import Engine, SearchBackend, opensearch_engine


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
        token, governed = _current.set(self), policy.changes.set(self._changes)
        try:
            with db.bound(self.database, patience):
                yield
        finally:
            policy.changes.reset(governed)
            _current.reset(token)

    def _changes(self) -> Mapping[str, frozenset[str]]:
        """Find what administrators changed of policy.ACTIONS. The number of their changes is read once in each request and unit of
        work, so that a change takes effect in every process at once; the changes themselves, when that number is another one."""
        kept = db.kept()
        if "site" not in kept:
            kept["site"] = self._read_changes()
        found: Mapping[str, frozenset[str]] = kept["site"]
        return found

    def _read_changes(self) -> Mapping[str, frozenset[str]]:
        with db.read() as session:
            revision = session.scalar(_REVISION) or 0
            known: tuple[int, Mapping[str, frozenset[str]]] = self.database.kept.get("site", (0, {}))
            if revision != known[0]:
                rows = session.execute(select(SiteRight.action, SiteRight.role, SiteRight.allowed))
                known = revision, policy.changed((action, role, allowed) for action, role, allowed in rows)
                # What a unit of work wrote may still be rolled back, and its number be that of another change.
                if not db.is_writing():
                    self.database.kept["site"] = known
            return known[1]

    def close(self) -> None:
        """Close the database connections of the site."""
        self.database.dispose()


_REVISION = select(SitePolicy.revision)
_current: ContextVar[Context | None] = ContextVar("docmgr_context", default=None)


def build(settings: Settings) -> Context:
    """Build the parts of a site from its settings."""
    return Context(
        settings=settings,
        database=db.Database(settings.database_url, settings.machines.direct_url),
        storage=_storage(settings),
        backend=_backend(settings),
    )


def _backend(settings: Settings) -> SearchBackend:
    if not settings.search_url:
        return Engine(settings.index_path)
    return opensearch_engine(settings.search_url, settings.search_shards, settings.search_replicas)


def _storage(settings: Settings) -> Storage:
    return store_at(settings.store, settings) if settings.store else store_at(settings.uploads, settings)


def store_at(place: StoreAddress | Path, settings: Settings) -> Storage:
    """Build the store at a place: a folder of this machine or an S3 store. What an S3 store needs is imported only here, so that
    other sites start as fast as without it."""
    if isinstance(place, Path):
        return LocalStorage(place, settings.free_disk_floor_bytes)
    from docmgr.storage.s3 import S3Storage
    from docmgr.storage.s3.shelf import Shelf

    return S3Storage(place, Shelf(settings.home / "store", settings.free_disk_floor_bytes))


def current() -> Context:
    """Return the site of the running `Context.bound` block. Raises RuntimeError outside of such a block."""
    context = _current.get()
    if context is None:
        raise RuntimeError("no site bound: use Context.bound()")
    return context
