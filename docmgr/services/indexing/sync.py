"""The one place that writes to the index. The database is the truth; the index follows, compared by revision.

A document is noted twice: before a commit what the index may hold from then on (its old rights or the new ones), after
it what it does hold. So at every moment, also where the worker dies, the note covers whatever the index answers from,
and search, which asks the database first and the index then, compares it with what the actor may read now.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document, Job
from docmgr.policy import Actor, require
from docmgr.services import jobs
from docmgr.services.indexing import requests
from docmgr.services.indexing.entries import entries_of
from docmgr.services.relations import force
from indexer import Entry, IndexBusy, IndexUnusable

LEASE_SECONDS = 300
BATCH_JOBS, BATCH_DOCUMENTS = 400, 50
# Characters of text in one commit, and what a provision counts beyond its text: bounds the writer's memory, and keeps
# provisions in a batch far below what the index takes.
BATCH_CHARS, LEAST_CHARS = 3_000_000, 100
LOCK_WAIT_SECONDS = 10.0
# Noted where the index may hold more than one thing: no revision and no access list has this number.
UNSURE = 0
# What is no document's own fault. Of an index that is made anew neither are these: one that lacks what they kept out must
# not take the place of one that has it.
STOPS: tuple[type[Exception], ...] = (IndexBusy, IndexUnusable)
STOPS_REBUILD = (*STOPS, OSError, OperationalError, InterfaceError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IndexStatus:
    """The state of the index: jobs waiting, documents in it and in the store, its last change, and what is wrong."""

    waiting: int
    indexed: int
    documents: int
    updated_at: dt.datetime | None
    problem: str | None


def drain() -> int:
    """Take waiting index jobs and write their documents; how many jobs were taken. One that cannot be written does not
    keep the others from it: its job stays, with the error."""
    claimed = jobs.claim("index", BATCH_JOBS, LEASE_SECONDS)
    if not claimed:
        return 0
    failed: dict[int, str] = {}
    ids = {job.document_id for job in claimed}
    try:
        force.follow(ids)
        failed = _write_each(sorted(ids), _write)
    except (IndexBusy, OperationalError, InterfaceError) as error:
        _put_back(claimed, None if isinstance(error, IndexBusy) else repr(error))
        return len(claimed)
    except IndexUnusable:
        log.exception("index unusable, rebuilding")
        rebuild()
    _finish(claimed, failed)
    return len(claimed)


def _drain_meanwhile(moved: set[int]) -> bool:
    """Write what waits into the index that answers while another is made; `moved` gets all documents that it may hold
    otherwise from now on. False when it takes nothing: then what waits is for the other one."""
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
    # None: must not be in the index.
    entries: list[Entry] | None

    @property
    def held(self) -> bool:
        return self.entries is not None

    @property
    def size(self) -> int:
        return sum(len(entry.text) + LEAST_CHARS for entry in self.entries or ())


Write = Callable[[list[_Prepared]], None]


def _groups(document_ids: list[int]) -> Iterator[list[_Prepared]]:
    """The documents that are there, together as long as their text stays bounded."""
    group: list[_Prepared] = []
    for document_id in document_ids:
        db.release()
        with db.read() as session:
            document = session.get(Document, document_id)
            if document is None:
                continue
            group.append(_prepared(session, document))
        if len(group) == BATCH_DOCUMENTS or sum(item.size for item in group) > BATCH_CHARS:
            yield group
            group = []
    if group:
        yield group


def _prepared(session: Session, document: Document) -> _Prepared:
    hidden = document.deleted_at is not None or document.state == "withheld"
    entries = None if hidden else entries_of(session, document)
    return _Prepared(document.id, document.revision, document.access_list_id, entries)


def _write_each(document_ids: list[int], write: Write, stops: tuple[type[Exception], ...] = STOPS) -> dict[int, str]:
    """Write documents in groups, one by one where a group fails; what went wrong with those that cannot be written.
    Raises what `stops`, and STOPS at once."""
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
        for item in group:
            if item.entries is None:
                batch.delete(item.document_id)
            else:
                batch.replace(item.document_id, item.entries)
    with db.write() as session:
        _note(session, group)


def _announced(group: list[_Prepared]) -> list[_Prepared]:
    """Write down what the index may hold once these are in it. Left out: those whose rights changed since they were
    prepared. Who asked the database before now would not doubt them, and they have jobs of their own."""
    with db.write() as session:
        current = _rights(session, [item.document_id for item in group if item.held])
        sound = [item for item in group if not item.held or current.get(item.document_id) == item.access_list_id]
        noted = Document.indexed_access_list_id
        session.execute(
            update(Document)
            .where(Document.id.in_([item.document_id for item in sound if item.held]))
            .where(noted.is_distinct_from(Document.access_list_id))
            .values(
                indexed_revision=func.coalesce(Document.indexed_revision, UNSURE),
                # Nothing or the new list is as good as the new list.
                indexed_access_list_id=case((noted.is_(None), Document.access_list_id), else_=UNSURE),
            )
        )
    return sound


def _rights(session: Session, document_ids: list[int]) -> dict[int, int]:
    """The access lists of those that may be in the index, which nobody changes until this unit of work ends."""
    query = select(Document.id, Document.access_list_id).where(
        Document.id.in_(document_ids), Document.deleted_at.is_(None), Document.state != "withheld"
    )
    return {row.id: row.access_list_id for row in session.execute(query.order_by(Document.id).with_for_update())}


def _note(session: Session, prepared: list[_Prepared]) -> None:
    """Write down what the index now holds; a document that changed meanwhile has a job of its own."""
    # In one order, as everybody who changes several documents locks them.
    for item in sorted(prepared, key=lambda one: one.document_id):
        session.execute(
            update(Document)
            .where(Document.id == item.document_id)
            .values(
                indexed_revision=item.revision if item.held else None,
                indexed_access_list_id=item.access_list_id if item.held else None,
            )
        )
    done = [item.document_id for item in prepared if item.held]
    session.execute(
        update(Document).where(Document.id.in_(done), Document.state == "indexing").values(state="findable")
    )


def tidy() -> bool | None:
    """Join a few of the index's segments while nothing else waits; False when there is nothing left to join, None when
    the disk is full or does not answer: then better in some minutes."""
    try:
        return context.current().backend.tidy(LOCK_WAIT_SECONDS)
    except IndexBusy:
        return False
    except OSError:
        log.exception("joining segments of the index, put off")
        return None
    except IndexUnusable:
        log.exception("joining segments of the index")
        requests.suspect()
        return False


def rebuild() -> int:
    """Build a new index beside the old one and switch to it; how many documents it holds.

    Only the worker calls this, in the thread that also writes changes. What changes meanwhile is written into the old
    index as well, between two groups, and once more into the new one before the switch; what changes after that has its
    jobs and follows. An attempt that was cut short, also by a full disk, is taken up where it stopped.
    """
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
            # Here nothing is prepared that is not announced: it would be older than what is noted for the old index.
            takes = takes and _drain_meanwhile(moved)

        failed = _write_each(ids, write_and_drain, STOPS_REBUILD)
        # Their notes tell of the old index alone by now: announced again, or not in the new one.
        for document_id in moved:
            written.pop(document_id, None)
        failed |= _write_each(sorted(moved), write, STOPS_REBUILD)
        # What was hidden since it was written, left out just now, or lies there from an attempt that was cut short.
        target.write((gone, ()) for gone in target.done.keys() - {one.document_id for one in written.values() if one.held})
    # Only now: until the switch, the old index answers.
    done = list(written.values())
    for start in range(0, len(done), 500):
        with db.write() as session:
            _note(session, done[start : start + 500])
    with db.write() as session:
        for document_id in failed:
            jobs.enqueue(session, "index", document_id)
    return sum(item.held for item in done)


def status(actor: Actor) -> IndexStatus:
    """The state of the index; for administrators and the command line. Raises Denied."""
    require(actor, "health:read")
    index = context.current().backend.health()
    with db.read() as session:
        waiting = session.scalar(select(func.count()).select_from(Job).where(Job.kind == "index")) or 0
        documents = session.scalar(select(func.count()).select_from(Document).where(*_belongs())) or 0
    return IndexStatus(waiting, index.documents, documents, index.updated_at, index.problem)


def _belongs() -> tuple[ColumnElement[bool], ...]:
    return (Document.deleted_at.is_(None), Document.state.not_in(("withheld", "waiting", "reading")))


def check(actor: Actor) -> list[str]:
    """What differs between database and index, a sentence each; documents with a job waiting are left out. Damage asks
    the worker for a new index, as it does where a search meets it."""
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
