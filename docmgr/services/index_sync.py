"""The one place that writes to the index. The database is the truth; the index follows, compared by revision."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document, Job
from docmgr.policy import Actor, require
from docmgr.services import jobs
from docmgr.services.index_entries import entries_of
from indexer import Entry, IndexBusy, IndexUnusable

LEASE_SECONDS = 300
BATCH_JOBS = 400
# Characters of text in one commit: bounds the writer's memory.
BATCH_CHARS = 3_000_000
LOCK_WAIT_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IndexStatus:
    """How the index stands: jobs waiting, documents in it and in the store, its last change, and what is wrong."""

    waiting: int
    indexed: int
    documents: int
    updated_at: dt.datetime | None
    problem: str | None


def drain() -> int:
    """Take waiting index jobs, write their documents in one batch; how many jobs were taken."""
    claimed = jobs.claim("index", BATCH_JOBS, LEASE_SECONDS)
    if not claimed:
        return 0
    try:
        for part in _parts(sorted({job.document_id for job in claimed})):
            _write(part)
        with db.write() as session:
            jobs.finish(session, claimed)
    except IndexBusy:
        _put_back(claimed, None)
    except IndexUnusable:
        log.exception("index unusable, rebuilding")
        rebuild()
        with db.write() as session:
            jobs.finish(session, claimed)
    except Exception as error:
        # The jobs stay; the site goes on without them.
        log.exception("writing the index")
        _put_back(claimed, repr(error))
    return len(claimed)


def _put_back(claimed: list[Job], error: str | None) -> None:
    with db.write() as session:
        jobs.put_back(session, claimed, error)


@dataclass(frozen=True)
class _Prepared:
    document_id: int
    revision: int
    access_list_id: int
    # None: must not be in the index.
    entries: list[Entry] | None


def _parts(document_ids: list[int]) -> list[list[int]]:
    """Documents in groups of at most 50, so that the text in memory stays bounded."""
    return [document_ids[i : i + 50] for i in range(0, len(document_ids), 50)]


def _prepare(session: Session, document_ids: list[int]) -> list[_Prepared]:
    rows = session.scalars(select(Document).where(Document.id.in_(document_ids)).order_by(Document.id))
    prepared = []
    for document in rows:
        hidden = document.deleted_at is not None or document.state == "withheld"
        entries = None if hidden else entries_of(session, document)
        prepared.append(_Prepared(document.id, document.revision, document.access_list_id, entries))
    return prepared


def _write(document_ids: list[int]) -> None:
    db.release()
    with db.read() as session:
        prepared = _prepare(session, document_ids)
    db.release()
    with context.current().index.write_batch(timeout_seconds=LOCK_WAIT_SECONDS) as batch:
        for item in prepared:
            if item.entries is None:
                batch.delete(item.document_id)
            else:
                batch.replace(item.document_id, item.entries)
    with db.write() as session:
        _note(session, prepared)


def _note(session: Session, prepared: list[_Prepared]) -> None:
    """Write down what the index now holds; a document that changed meanwhile has a job of its own."""
    for item in prepared:
        held = item.entries is not None
        session.execute(
            update(Document)
            .where(Document.id == item.document_id)
            .values(
                indexed_revision=item.revision if held else None,
                indexed_access_list_id=item.access_list_id if held else None,
            )
        )
    done = [item.document_id for item in prepared if item.entries is not None]
    session.execute(
        update(Document).where(Document.id.in_(done), Document.state == "indexing").values(state="findable")
    )


def tidy() -> bool:
    """Join a few of the index's segments while nothing else waits; False when there is nothing left to join."""
    try:
        return context.current().index.tidy(LOCK_WAIT_SECONDS)
    except IndexBusy:
        return False


def rebuild() -> int:
    """Build a new index beside the old one and switch to it; how many documents it holds.

    Only the worker calls this, in the thread that also writes changes: what changes meanwhile has its jobs and follows
    after the switch. An attempt that was cut short is taken up where it stopped.
    """
    with db.read() as session:
        ids = list(session.scalars(select(Document.id).order_by(Document.id)))
    written: list[_Prepared] = []
    with context.current().index.rebuild() as target:
        for part in _parts(ids):
            db.release()
            with db.read() as session:
                prepared = _prepare(session, part)
            target.write(
                (item.document_id, item.entries)
                for item in prepared
                if item.entries is not None
                and target.done.get(item.document_id) != (item.revision, item.access_list_id)
            )
            written += [replace(item, entries=None if item.entries is None else []) for item in prepared]
        # An attempt that was cut short may hold what has been purged since.
        target.write((gone, ()) for gone in target.done.keys() - set(ids))
    # Only now: until the switch, the old index answers, and search asks the database what that one does not know.
    for start in range(0, len(written), 500):
        with db.write() as session:
            _note(session, written[start : start + 500])
    return sum(item.entries is not None for item in written)


def status(actor: Actor) -> IndexStatus:
    """How the index stands; for administrators and the command line. Raises Denied."""
    require(actor, "health:read")
    store = context.current().index
    problem, indexed, updated_at = None, 0, None
    try:
        indexed, updated_at = store.document_count(), _last_change(store.path)
    except IndexUnusable as error:
        problem = str(error)
    with db.read() as session:
        waiting = session.scalar(select(func.count()).select_from(Job).where(Job.kind == "index")) or 0
        documents = session.scalar(select(func.count()).select_from(Document).where(*_belongs())) or 0
    return IndexStatus(waiting, indexed, documents, updated_at, problem)


def _last_change(folder: Path) -> dt.datetime | None:
    times = [path.stat().st_mtime for path in folder.glob("*/*") if path.is_file()]
    return dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None


def _belongs() -> tuple[ColumnElement[bool], ...]:
    return (Document.deleted_at.is_(None), Document.state.not_in(("withheld", "waiting", "reading")))


def check(actor: Actor) -> list[str]:
    """What differs between database and index, a sentence each; documents with a job waiting are left out."""
    require(actor, "health:read")
    store = context.current().index
    try:
        problems, held = list(store.check()), store.versions()
    except IndexUnusable as error:
        return [str(error)]
    with db.read() as session:
        busy = set(session.scalars(select(Job.document_id)))
        query = select(Document.id, Document.revision, Document.access_list_id).where(*_belongs())
        wanted = {row.id: (row.revision, row.access_list_id) for row in session.execute(query)}
    for document_id in sorted((wanted.keys() | held.keys()) - busy):
        if document_id not in held:
            problems.append(f"Văn bản {document_id} chưa có trong chỉ mục.")
        elif document_id not in wanted:
            problems.append(f"Chỉ mục còn văn bản {document_id} đã bị gỡ.")
        elif held[document_id] != wanted[document_id]:
            problems.append(f"Văn bản {document_id} trong chỉ mục cũ hơn cơ sở dữ liệu.")
    return problems
