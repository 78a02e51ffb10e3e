"""Write documents into the index; no other module writes to it.

The database stores which revision and which access list of each document the index holds. It is updated before and
after each commit of the index. So a search can leave out documents whose rights in the index may be out of date.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, bindparam, case, func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document, Job
from docmgr.policy import Actor, require
from docmgr.services import duties, jobs
from docmgr.services.indexing import requests
from docmgr.services.indexing.entries import EntrySource, entries_of, source
from docmgr.services.indexing.portions import portions
from docmgr.services.relations import force
from indexer import Entry, IndexAway, IndexBusy, IndexUnusable

LEASE_SECONDS = 300
BATCH_JOBS, BATCH_DOCUMENTS = 500, 500
# The most characters of text in one commit, which bound the writer's memory.
BATCH_CHARS = 3_000_000
LOCK_WAIT_SECONDS = 10.0
# The note when the index may hold more than one state; no revision and no access list has this number.
UNSURE = 0
# Errors that are not the fault of one document. When a new index is built, the following are not either: an index that
# lacks documents for these reasons must not replace one that has them.
STOPS: tuple[type[Exception], ...] = (IndexBusy, IndexUnusable, duties.DutyLost)
STOPS_REBUILD = (*STOPS, OSError, OperationalError, InterfaceError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IndexStatus:
    """The state of the index. `waiting` is the number of index jobs, `indexed` the number of documents in the index,
    `documents` the number of documents that belong in it. `updated_at` is the time of the last change. `problem` says
    why the index cannot be used, or is None."""

    waiting: int
    indexed: int
    documents: int
    updated_at: dt.datetime | None
    problem: str | None


def drain() -> int:
    """Claim waiting index jobs and write their documents into the index. Returns how many jobs were claimed. A document
    that cannot be written does not stop the others; its job is put back with the error. An index that cannot be used is
    rebuilt."""
    claimed = jobs.claim("index", BATCH_JOBS, LEASE_SECONDS)
    if not claimed:
        return 0
    failed: dict[int, str] = {}
    ids = {job.document_id for job in claimed}
    try:
        force.follow(ids)
        failed = _write_each(sorted(ids), _write)
    except (IndexBusy, IndexAway, duties.DutyLost, OperationalError, InterfaceError) as error:
        _put_back(claimed, None if isinstance(error, IndexBusy | IndexAway | duties.DutyLost) else repr(error))
        # Who lost the duty waits until that is noticed, and does not claim the same jobs again at once.
        return 0 if isinstance(error, duties.DutyLost) else len(claimed)
    except IndexUnusable:
        log.exception("index unusable, rebuilding")
        rebuild()
    _finish(claimed, failed)
    return len(claimed)


def _drain_meanwhile(moved: set[int]) -> bool:
    """Write waiting changes into the current index while a new one is built. The ids of the changed documents are added
    to `moved`. Returns False when the current index accepts no changes."""
    claimed = jobs.claim("index", BATCH_JOBS, LEASE_SECONDS)
    ids = {job.document_id for job in claimed}
    moved.update(ids)
    try:
        force.follow(ids)
        _finish(claimed, _write_each(sorted(ids), _write))
    except (IndexBusy, IndexUnusable):
        _put_back(claimed, None)
        return False
    return True


def _finish(claimed: list[Job], failed: dict[int, str]) -> None:
    if not claimed:
        return
    with db.write() as session:
        jobs.finish(session, [job for job in claimed if job.document_id not in failed])
    for document_id, error in failed.items():
        _put_back([job for job in claimed if job.document_id == document_id], error)


def _put_back(claimed: list[Job], error: str | None) -> None:
    with db.write() as session:
        jobs.put_back(session, claimed, error)


@dataclass(frozen=True)
class _Prepared:
    document_id: int
    revision: int
    access_list_id: int
    # None: the document must not be in the index.
    entries: list[Entry] | None

    @property
    def held(self) -> bool:
        return self.entries is not None


_NOTE = (
    update(Document)
    .where(Document.id == bindparam("noted"))
    .values(indexed_revision=bindparam("holds"), indexed_access_list_id=bindparam("listed"))
)
Write = Callable[[list[_Prepared]], None]


def _groups(document_ids: list[int]) -> Iterator[list[_Prepared]]:
    """Yield the existing documents among `document_ids` with their entries, in groups of limited text size."""
    for ids in portions(document_ids, BATCH_DOCUMENTS, BATCH_CHARS):
        db.release()
        with db.read() as session:
            documents = list(session.scalars(select(Document).where(Document.id.in_(ids)).order_by(Document.id)))
            shown = [document for document in documents if not _is_hidden(document)]
            held = source(session, shown) if shown else None
            group = [_prepared(session, document, held) for document in documents]
        if group:
            yield group


def _is_hidden(document: Document) -> bool:
    return document.deleted_at is not None or document.state == "withheld"


def _prepared(session: Session, document: Document, held: EntrySource | None) -> _Prepared:
    entries = None if _is_hidden(document) else entries_of(session, document, held)
    return _Prepared(document.id, document.revision, document.access_list_id, entries)


def _write_each(document_ids: list[int], write: Write, stops: tuple[type[Exception], ...] = STOPS) -> dict[int, str]:
    """Write the documents with the function `write`, in groups or, after an error, one by one. Returns error messages
    by document id, for documents that cannot be written. An error of the types `stops` is raised."""
    written: set[int] = set()
    try:
        for group in _groups(document_ids):
            write(group)
            written |= {item.document_id for item in group}
        return {}
    except STOPS:
        raise
    except Exception:
        log.exception("writing the index: now one document at a time")
    failed: dict[int, str] = {}
    for document_id in document_ids:
        try:
            for group in _groups([document_id]) if document_id not in written else ():
                write(group)
        except stops:
            raise
        except Exception as error:
            log.exception("document %d is not in the index", document_id)
            failed[document_id] = repr(error)
    return failed


def _write(group: list[_Prepared]) -> None:
    group = _announced(group)
    db.release()
    with context.current().backend.write_batch(timeout_seconds=LOCK_WAIT_SECONDS) as batch:
        # Whoever takes over the duty from here on begins a later batch, and the index refuses the earlier one.
        duties.still_held()
        for item in group:
            if item.entries is None:
                batch.delete(item.document_id)
            else:
                batch.replace(item.document_id, item.entries)
    with db.write() as session:
        _note(session, group)


def _announced(group: list[_Prepared]) -> list[_Prepared]:
    """Store in the database what the index may hold after the next commit. Returns the documents of `group` to write; a
    document whose rights have just changed is left out."""
    with db.write() as session:
        duties.require(session)
        current = _rights(session, [item.document_id for item in group if item.held])
        sound = [item for item in group if not item.held or current.get(item.document_id) == item.access_list_id]
        noted = Document.indexed_access_list_id
        session.execute(
            update(Document)
            .where(Document.id.in_([item.document_id for item in sound if item.held]))
            .where(noted.is_distinct_from(Document.access_list_id))
            .values(
                indexed_revision=func.coalesce(Document.indexed_revision, UNSURE),
                # When the index holds nothing or the new list, the new list alone is noted.
                indexed_access_list_id=case((noted.is_(None), Document.access_list_id), else_=UNSURE),
            )
        )
    return sound


def _rights(session: Session, document_ids: list[int]) -> dict[int, int]:
    """Lock the rows of these documents until the unit of work ends. Returns the ids of their access lists by document
    id. Deleted and withheld documents are left out."""
    query = select(Document.id, Document.access_list_id).where(
        Document.id.in_(document_ids), Document.deleted_at.is_(None), Document.state != "withheld"
    )
    return {row.id: row.access_list_id for row in session.execute(query.order_by(Document.id).with_for_update())}


def _note(session: Session, prepared: list[_Prepared]) -> None:
    """Store in the database what the index now holds of the documents in `prepared`. The state of indexed documents
    becomes "findable"."""
    # Rows are locked in one order, as everywhere when several documents are changed.
    rows = [
        {"noted": item.document_id, "holds": item.revision if item.held else None, "listed": item.access_list_id if item.held else None}
        for item in sorted(prepared, key=lambda one: one.document_id)
    ]
    if rows:
        session.connection().execute(_NOTE, rows)
    done = [item.document_id for item in prepared if item.held]
    session.execute(
        update(Document).where(Document.id.in_(done), Document.state == "indexing").values(state="findable")
    )


def tidy() -> bool | None:
    """Merge a few segments of the index. Call it when the worker has nothing else to do. Returns True when there may be
    more to merge. Returns False when there is not, or when the index is busy or cannot be used. Returns None when the
    disk fails or is full; the worker then waits some minutes."""
    try:
        return context.current().backend.tidy(LOCK_WAIT_SECONDS)
    except IndexBusy:
        return False
    except OSError:
        log.exception("joining segments of the index, put off")
        return None
    except IndexUnusable as error:
        log.exception("joining segments of the index")
        requests.suspect(error)
        return False


def rebuild() -> int:
    """Build a new index next to the old one and switch to it. Returns how many documents the new index holds. Only the
    worker calls this, in the thread that also writes changes. The old index answers until the switch. Changes that
    arrive meanwhile are written into both. An interrupted rebuild continues where it stopped."""
    force.follow_all()
    with db.read() as session:
        ids = list(session.scalars(select(Document.id).order_by(Document.id)))
    written: dict[int, _Prepared] = {}
    moved: set[int] = set()
    takes = True
    with context.current().backend.rebuild() as target:

        def write(group: list[_Prepared]) -> None:
            group = _announced(group)
            target.write(
                (item.document_id, item.entries)
                for item in group
                if item.entries is not None
                and target.done.get(item.document_id) != (item.revision, item.access_list_id)
            )
            for item in group:
                written[item.document_id] = replace(item, entries=None if item.entries is None else [])

        def write_and_drain(group: list[_Prepared]) -> None:
            nonlocal takes
            write(group)
            # Documents are announced as soon as they are prepared; otherwise they would be older than the notes on the
            # old index.
            takes = takes and _drain_meanwhile(moved)

        failed = _write_each(ids, write_and_drain, STOPS_REBUILD)
        # Their notes now describe the old index only, so they are announced again or left out of the new one.
        for document_id in moved:
            written.pop(document_id, None)
        failed |= _write_each(sorted(moved), write, STOPS_REBUILD)
        # Documents that were hidden after they were written, left out just now, or remain from an interrupted rebuild.
        target.write((gone, ()) for gone in target.done.keys() - {one.document_id for one in written.values() if one.held})
    # The notes are written only now, because the old index answered until the switch.
    done = list(written.values())
    for start in range(0, len(done), 500):
        with db.write() as session:
            _note(session, done[start : start + 500])
    with db.write() as session:
        for document_id in failed:
            jobs.enqueue(session, "index", document_id)
    return sum(item.held for item in done)


def status(actor: Actor) -> IndexStatus:
    """Report the state of the index, for administrators and the command line. Raises Denied when the actor is no
    administrator."""
    require(actor, "health:read")
    index = context.current().backend.health()
    with db.read() as session:
        waiting = session.scalar(select(func.count()).select_from(Job).where(Job.kind == "index")) or 0
        documents = session.scalar(select(func.count()).select_from(Document).where(*_belongs())) or 0
    return IndexStatus(waiting, index.documents, documents, index.updated_at, index.problem)


def _belongs() -> tuple[ColumnElement[bool], ...]:
    return (Document.deleted_at.is_(None), Document.state.not_in(("withheld", "waiting", "reading")))


def check(actor: Actor) -> list[str]:
    """Compare the database with the index; return the differences as Vietnamese sentences, or an empty list.
    Documents that still have a job are left out. When the index is damaged, a rebuild is requested from the worker.
    Raises Denied when the actor is no administrator."""
    require(actor, "health:read")
    backend = context.current().backend
    try:
        damage = backend.damage()
        if damage:
            requests.suspect()
        problems, held = damage or backend.flaws(), backend.versions()
    except IndexUnusable as error:
        return [str(error)]
    with db.read() as session:
        busy = set(session.scalars(select(Job.document_id).where(Job.kind.in_(jobs.CHANGING))))
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
