"""Render office files to PDF in the background, so that pictures of their pages can be drawn.

Each file is rendered once. The PDF is kept in the storage under its own hash, and a row of Rendering ties it to the hash
of the file. All of it is a cache: what is lost is rendered again when somebody looks at the preview.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import File, Job, Rendering, Version
from docmgr.reading.process import rendering
from docmgr.services import jobs
from docmgr.services.documents import intake
from docmgr.storage import BytesMissing, DiskFull, NotWritable

KIND = "render"
KINDS = rendering.KINDS
# Longer than one file may take.
LEASE_SECONDS = 1_200
MISSING = "reader_missing"

log = logging.getLogger(__name__)


def enqueue(session: Session, version: Version) -> None:
    """Add a job that renders the office files of a version, in the open unit of work. Nothing happens when it has none,
    when they are rendered, or when such a job waits already."""
    wanted = {file.sha256 for file in _office_files(version)}
    known = session.scalars(select(Rendering.sha256).where(Rendering.sha256.in_(wanted)))
    waits = select(Job.id).where(Job.kind == KIND, Job.version_id == version.id).limit(1)
    if wanted - set(known) and session.scalar(waits) is None:
        jobs.enqueue(session, KIND, version.document_id, version.id)


def _office_files(version: Version | None) -> list[File]:
    """List the office files of a version, without those that were not looked through for a secrecy stamp."""
    return [file for file in version.files if file.kind in KINDS and not file.waits] if version is not None else []


def ask(version_id: int) -> None:
    """Add a job that renders the files of the version with this id, if its text was read and they are not rendered."""
    with db.write() as session:
        version = session.get(Version, version_id)
        if version is not None and version.outcome == "text":
            enqueue(session, version)


def find(session: Session, sha256: str) -> Rendering | None:
    """Load the rendering of the file with this hash. None when it was not rendered yet."""
    return session.get(Rendering, sha256)


def forget(sha256: str) -> None:
    """Delete the row of a rendering whose bytes are lost or damaged. `sha256` is the hash of the file."""
    with db.write() as session:
        session.execute(delete(Rendering).where(Rendering.sha256 == sha256))


def take_away(session: Session, hashes: Collection[str]) -> list[str]:
    """Delete the renderings of secret files in the open unit of work; `hashes` are those of the files. Returns the hashes
    of the PDFs, marked for removal. The caller must remove their bytes from the storage after the unit of work."""
    pdfs = list(session.scalars(select(Rendering.pdf_sha256).where(Rendering.sha256.in_(hashes), Rendering.pdf_sha256.is_not(None))))
    session.execute(delete(Rendering).where(Rendering.sha256.in_(hashes)))
    for pdf in pdfs:
        context.current().storage.condemn(str(pdf))
    return [str(pdf) for pdf in pdfs]


def render_some(stopping: Callable[[], bool] = lambda: False) -> int:
    """Claim the oldest waiting job, and render its files. Returns how many jobs were claimed: 0 or 1. When `stopping()`
    becomes true, it returns after the present file."""
    return jobs.work_on(KIND, 1, LEASE_SECONDS, lambda job: _render(job, stopping), _failed)


def _render(job: Job, stopping: Callable[[], bool]) -> None:
    for file in _begin(job):
        if stopping():
            with db.write() as session:
                if jobs.renew(session, job, LEASE_SECONDS):
                    jobs.put_back(session, [job])
            return
        if job.attempts > jobs.MAX_ATTEMPTS:
            # Rendering it has ended the worker itself each time.
            _save(job, file, Rendering(sha256=file.sha256, reason_code="crashed"))
        else:
            _save(job, file, _rendered(file))
    with db.write() as session:
        if jobs.renew(session, job, LEASE_SECONDS):
            jobs.finish(session, [job])


def _begin(job: Job) -> list[File]:
    """Start on a claimed job. Returns its files that are still to be rendered."""
    with db.write() as session:
        if not jobs.renew(session, job, LEASE_SECONDS):
            return []
        return waiting_files(session, job)


def waiting_files(session: Session, job: Job) -> list[File]:
    """List the files of a job that are still to be rendered. Bytes that are known to be secret are left out."""
    return [
        file
        for file in _office_files(session.get(Version, job.version_id))
        if find(session, file.sha256) is None and intake.known_secret(session, [file.sha256]) is None
    ]


def _rendered(file: File) -> Rendering:
    """Render one file and store the PDF. Whatever goes wrong with the file is told by the row. Raises the errors of the
    storage when it has no space."""
    row = Rendering(sha256=file.sha256)
    if not rendering.is_possible(file.kind):
        row.reason_code = MISSING
        return row
    storage = context.current().storage
    try:
        with storage.local(file.sha256) as path, rendering.rendered(path, file.kind) as made:
            row.reason_code = made.fault
            if made.fault is None:
                row.pdf_sha256, row.pages = storage.put(made.stream, rendering.MOST_BYTES).sha256, made.pages
    except BytesMissing:
        row.reason_code = "missing_file"
    return row


def _save(job: Job, file: File, row: Rendering) -> None:
    """Save what rendering a file gave. When the file has become secret meanwhile, its PDF is removed."""
    kept = False
    with db.write() as session:
        intake.lock(session, file.sha256)
        secret = intake.known_secret(session, [file.sha256]) is not None
        there = session.scalar(select(File.id).where(File.sha256 == file.sha256).limit(1)) is not None
        if not secret and there and jobs.renew(session, job, LEASE_SECONDS):
            session.merge(row)
            kept = True
    if not kept and row.pdf_sha256 is not None:
        context.current().storage.remove(row.pdf_sha256)


def _failed(job: Job, error: Exception) -> None:
    with db.write() as session:
        if not jobs.renew(session, job, LEASE_SECONDS):
            return
        if job.attempts < jobs.MAX_ATTEMPTS or isinstance(error, DiskFull | NotWritable):
            jobs.put_back(session, [job], repr(error))
            return
        version = session.get(Version, job.version_id)
        for file in _office_files(version):
            if find(session, file.sha256) is None:
                session.add(Rendering(sha256=file.sha256, reason_code="internal"))
        jobs.finish(session, [job])


def retry_missing() -> int:
    """Queue the files again that were not rendered because a part of LibreOffice was missing, where it is installed now.
    Returns how many files."""
    possible = [kind for kind in KINDS if rendering.is_possible(kind)]
    query = (
        select(Rendering, Version)
        .join(File, File.sha256 == Rendering.sha256)
        .join(Version, Version.id == File.version_id)
        .where(Rendering.reason_code == MISSING, File.kind.in_(possible))
        .order_by(Version.id)
    )
    with db.read() as session:
        if not possible or session.execute(query.limit(1)).first() is None:
            return 0
    with db.write() as session:
        done: set[str] = set()
        for row, version in session.execute(query).all():
            if row.sha256 not in done:
                done.add(row.sha256)
                session.delete(row)
                session.flush()
                enqueue(session, version)
        return len(done)
