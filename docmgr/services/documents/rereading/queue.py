"""Which versions wait to be read again, and the jobs for them.

A version waits when an older generation of the readers read it, or when people asked for it. The jobs are added a few
at a time, the newest documents first, and are done when nothing else waits: new uploads come before them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, File, Job, KeptReading, Version
from docmgr.policy import Actor
from docmgr.reading.generation import READER_VERSION
from docmgr.services import forms, jobs
from docmgr.services.chunks import chunks

KIND = "reread"
# So many jobs are added at once; the others stay where they are, so that the queue stays short.
BATCH = 50
# With more index jobs than this, reading again waits: a new upload would have to wait for them.
MOST_INDEX_JOBS = 20


@dataclass(frozen=True)
class RereadingProgress:
    """How far reading again has come. `total` counts the documents that have been read, `waiting` those whose newest
    version waits to be read again, and `older` other versions that wait. `undecided` counts versions whose old reading
    was kept until a person decides."""

    total: int
    waiting: int
    older: int
    undecided: int

    @property
    def done(self) -> int:
        """How many documents do not wait."""
        return self.total - self.waiting


def _read() -> ColumnElement[bool]:
    """Return an SQL condition on Version joined with its Document: it has been read and can be read again."""
    stored = exists().where(File.version_id == Version.id)
    return and_(Version.outcome.is_not(None), Document.deleted_at.is_(None), Document.state != "withheld", stored)


def due() -> ColumnElement[bool]:
    """Return an SQL condition on Version joined with its Document: the version waits to be read again."""
    older = or_(Version.reader.is_(None), Version.reader < READER_VERSION)
    put_off = exists().where(KeptReading.version_id == Version.id, KeptReading.reader >= READER_VERSION)
    # A scan without text is read when its pages are recognised.
    scan = func.coalesce(Version.reason_code, "").in_(("no_text_layer", "ocr_missing"))
    return and_(_read(), or_(Version.read_again, and_(older, ~put_off, ~scan)))


def is_due(session: Session, version_id: int) -> bool:
    """Whether the version with this id waits to be read again."""
    return session.scalar(_joined(Version.id).where(Version.id == version_id, due())) is not None


def _joined(*columns: Any) -> Select[Any]:
    return select(*columns).join(Document, Document.id == Version.document_id)


def ask(session: Session, version: Version, kind: str = KIND) -> None:
    """Ask in the open unit of work that a version is read again. `kind` is the kind of the job: "reread", or "read"
    when a person waits for it."""
    version.read_again = True
    jobs.enqueue(session, kind, version.document_id, version.id)


def ask_for(actor: Actor, document_ids: Collection[int] | None) -> int:
    """Ask that the newest versions of the documents `document_ids` are read again, or those of all documents when it is
    None. Versions that are not read yet do not count. Returns how many wait now. Raises Denied when the actor's
    roles may not edit documents; the caller has checked the rights on each."""
    policy.require(actor, "document:edit")
    newest = _joined(Version.id).where(_read(), Version.no == Document.current_no, Version.read_again.is_(False))
    asked = 0
    with db.write() as session:
        if document_ids is None:
            ids = list(session.scalars(newest))
        else:
            ids = [id for some in chunks(document_ids) for id in session.scalars(newest.where(Document.id.in_(some)))]
        for some in chunks(ids):
            session.execute(update(Version).where(Version.id.in_(some)).values(read_again=True))
            asked += len(some)
    return asked


def fill() -> int:
    """Add jobs for the next versions that wait, at most BATCH: newest versions first, and of these the newest documents.
    Returns how many were added. The worker calls it when it has done the jobs added before."""
    has_job = exists().where(Job.version_id == Version.id, Job.kind.in_(("read", KIND)))
    query = _joined(Version.id, Version.document_id).where(due(), ~has_job)
    with db.read() as session:
        if session.execute(query.limit(1)).first() is None:
            return 0
    newest_first = query.order_by((Version.no != Document.current_no), Document.id.desc(), Version.no.desc())
    with db.write() as session:
        # Two workers would otherwise add the same jobs.
        forms.one_at_a_time(session, Job)
        found = session.execute(newest_first.limit(BATCH)).all()
        for version_id, document_id in found:
            jobs.enqueue(session, KIND, document_id, version_id)
        return len(found)


def gives_way() -> bool:
    """Whether reading again has to wait now: files wait to be read for the first time, or many to be indexed."""
    db.release()
    counts = jobs.counts()
    return counts.get("read", 0) > 0 or counts.get("index", 0) > MOST_INDEX_JOBS


def has_jobs() -> bool:
    """Whether jobs of reading again are in the queue."""
    return jobs.counts().get(KIND, 0) > 0


def progress(actor: Actor) -> RereadingProgress:
    """Count how far reading again has come. Raises Denied when the actor is no administrator."""
    policy.require(actor, "health:read")
    newest, waits = Version.no == Document.current_no, due()
    # All versions are looked at once.
    counts = (func.count().filter(counted) for counted in (newest, and_(newest, waits), and_(~newest, waits)))
    with db.read() as session:
        total, waiting, older = session.execute(_joined(*counts).select_from(Version).where(_read())).one()
        undecided = session.scalar(select(func.count(KeptReading.version_id)).where(KeptReading.decision.is_(None))) or 0
        return RereadingProgress(total, waiting, older, undecided)
