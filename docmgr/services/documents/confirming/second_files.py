"""Look for secrecy stamps in further files of versions. The worker does it, because each file is read in a limited child.
Pages of scans are stored as they are recognised, and removed when all pages of the file were looked through.

Others may open a file only when its words were read, or recognised on all its pages, and have no stamp. A file that
cannot be looked through stays with who added it: one with a password, a broken or too large one, and any scan while
Tesseract is not installed. The text of the version stays that of its first file. Signatures are kept when the version has none yet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import File, Job, RenditionPage, Signature, Version
from docmgr.reading.ocr import limits, recogniser, tesseract
from docmgr.reading.ocr.words import OcrPage, from_plain, to_plain
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading
from docmgr.services import jobs
from docmgr.services.documents import facts, ingest, intake
from docmgr.services.documents.attachments import publishing
from docmgr.services.documents.confirming.renditions import LOOK
from docmgr.services.documents.pictures import renderings
from docmgr.services.documents.rereading import rows
from docmgr.services.documents.rereading.recognised import SCAN
from docmgr.services.documents.withholding import withhold
from docmgr.storage import BytesMissing

# The kind of job that recognises further files that are scans.
RECOGNISE = "rendition-ocr"
# Longer than one page may take.
PAGE_LEASE_SECONDS = 1_500
# After so many pages of a file the next job has its turn.
TURN_PAGES = 25

log = logging.getLogger(__name__)


def read_some(reader: Reader, limit: int = 4) -> int:
    """Claim up to `limit` jobs, and read the further files of their versions with the child process of `reader`. A file
    with a secrecy stamp is removed alone. Returns how many jobs were claimed. Scans are left to
    `recognise_some`. A job that fails is tried again later; after its last try the file stays with who added it."""
    return jobs.work_on(LOOK, limit, ingest.LEASE_SECONDS, lambda job: _look(reader, job), _failed)


def recognise_some(stopping: Callable[[], bool] = lambda: False) -> int:
    """Claim the oldest job with scans among the further files, and recognise up to TURN_PAGES of their pages. Returns how
    many jobs were claimed: 0 or 1; always 0 while Tesseract is not installed. When `stopping()` becomes true, it returns
    after the present page. Pages that are stored already are not recognised again."""
    if not tesseract.available():
        return 0

    def look(job: Job) -> None:
        with Reader(gives_way=True) as reader:
            _look(reader, job, stopping)

    return jobs.work_on(RECOGNISE, 1, PAGE_LEASE_SECONDS, look, _failed)


def _look(reader: Reader, job: Job, stopping: Callable[[], bool] = lambda: False) -> None:
    with db.read() as session:
        files = list(session.scalars(_waiting(job)))
    db.release()
    scans = False
    for file in files:
        found: Reading | None = _reading_of(reader, file)
        if found is not None and (found.reason_code == SCAN or found.picture_pages):
            scans = True
            found = _recognised(job, file, found, stopping) if job.kind == RECOGNISE else None
            if found is None and job.kind == RECOGNISE:
                return
        if found is not None and not _save(job, file, found):
            return
    with db.write() as session:
        if jobs.renew(session, job, ingest.LEASE_SECONDS):
            if job.kind == RECOGNISE:
                _forget_pages(session, job)
            elif scans:
                jobs.enqueue(session, RECOGNISE, job.document_id, job.version_id)
            jobs.finish(session, [job])


def _recognised(job: Job, file: File, reading: Reading, stopping: Callable[[], bool]) -> Reading | None:
    """Recognise the next pages of a file that are pictures: all pages of a scan, or some of another PDF. Returns what all
    of its words say, or a Reading without text when a page cannot be recognised. None when there are more pages than
    belong to one turn, when the worker stops, or when the job was taken from it. `reading` is what the file says by
    itself."""
    numbers = reading.picture_pages or range(1, (reading.pages or 0) + 1)
    if len(numbers) > limits.PAGES:
        return fallen_short("too_large", file.kind, reading.pages)
    with db.read() as session:
        done = {page.number for page in _stored(session, file)}
    db.release()
    missing = [number for number in numbers if number not in done]
    with context.current().storage.local(file.sha256) as path:
        for number in missing[:TURN_PAGES]:
            if not _goes_on(job, stopping) or not _store(job, file, recogniser.page(path, file.kind, number, 0)):
                return None
        if len(missing) > TURN_PAGES:
            _queue_again(job)
            return None
        with db.read() as session:
            pages = _stored(session, file)
        db.release()
        found = recogniser.join(path, pages) if reading.picture_pages else recogniser.read(pages, file.kind)
    fault = next((page.fault for page in pages if page.fault), None)
    if found.outcome != "withheld" and fault is not None:
        return fallen_short(fault, file.kind, reading.pages)
    return replace(found, signatures=reading.signatures)


def _goes_on(job: Job, stopping: Callable[[], bool]) -> bool:
    """Renew the lease of a job before the next page. Returns False when the job was taken from this worker, or when the
    worker stops."""
    with db.write() as session:
        if not jobs.renew(session, job, PAGE_LEASE_SECONDS):
            return False
        if stopping():
            jobs.put_back(session, [job])
            return False
    db.release()
    return True


def _store(job: Job, file: File, page: OcrPage) -> bool:
    """Store a recognised page of a further file. Returns False when the job was taken from this worker, or when the file
    was removed meanwhile."""
    with db.write() as session:
        if not jobs.renew(session, job, PAGE_LEASE_SECONDS):
            return False
        if session.get(File, file.id) is None:
            # The version's other files still wait.
            _begin_again(session, job)
            return False
        session.merge(RenditionPage(file_id=file.id, number=page.number, content=to_plain(page)))
        return True


def _stored(session: Session, file: File) -> list[OcrPage]:
    query = select(RenditionPage.content).where(RenditionPage.file_id == file.id).order_by(RenditionPage.number)
    return [from_plain(content) for content in session.scalars(query)]


def _forget_pages(session: Session, job: Job) -> None:
    """Delete the recognised pages of the further files of a version, in the open unit of work."""
    of_version = select(File.id).where(File.version_id == job.version_id)
    session.execute(delete(RenditionPage).where(RenditionPage.file_id.in_(of_version)))


def _queue_again(job: Job) -> None:
    """Put the job at the end of the queue, with the pages stored so far."""
    with db.write() as session:
        if jobs.renew(session, job, PAGE_LEASE_SECONDS):
            _begin_again(session, job)


def _begin_again(session: Session, job: Job) -> None:
    jobs.enqueue(session, job.kind, job.document_id, job.version_id)
    jobs.finish(session, [job])


def _waiting(job: Job) -> Select[File]:
    return select(File).where(File.version_id == job.version_id, File.waits).order_by(File.id)


def _reading_of(reader: Reader, file: File) -> Reading:
    try:
        with context.current().storage.local(file.sha256) as path:
            return reader.read(path, name=file.name, convert=True, trust=context.current().settings.trust_path)
    except BytesMissing:
        # Bytes that are known to be secret were never stored.
        return fallen_short("missing_file", file.kind)


def _save(job: Job, file: File, reading: Reading) -> bool:
    """Save what reading a further file gave. Returns False when there is nothing left to do for the job."""
    gone: list[str] = []
    with db.write() as session:
        # All bytes are locked first, in order: another worker may just be finding that some of them are secret.
        for sha256 in sorted(session.scalars(select(File.sha256).where(File.version_id == job.version_id))):
            intake.lock(session, sha256)
        if not jobs.renew(session, job, ingest.LEASE_SECONDS):
            return False
        version, stored = session.get(Version, job.version_id), session.get(File, file.id)
        if version is None or stored is None:
            if version is None:
                jobs.finish(session, [job])
            else:
                # The version's other files still wait.
                _begin_again(session, job)
            return False
        held = intake.known_secret(session, [file.sha256])
        if held is not None or reading.outcome == "withheld":
            gone = withhold(session, version, held.secrecy if held is not None else reading.secrecy, stored)
        elif reading.outcome == "text" or reading.reason_code == "ocr_nothing":
            stored.waits, stored.pages = False, reading.pages
            facts.keep_read(stored, reading)
            renderings.enqueue(session, version)
            # A mail around the document may have waited for this file.
            publishing.publish(session, publishing.locked(session, version.document_id), version)
            if session.scalar(select(Signature.id).where(Signature.version_id == version.id).limit(1)) is None:
                session.add_all(rows.signatures(version.id, reading.signatures))
    for sha256 in gone:
        context.current().storage.remove(sha256)
    return True


def _failed(job: Job, error: Exception) -> None:
    with db.write() as session:
        if not jobs.renew(session, job, ingest.LEASE_SECONDS):
            return
        if job.attempts < jobs.MAX_ATTEMPTS:
            jobs.put_back(session, [job], repr(error))
            return
        if job.kind == RECOGNISE:
            _forget_pages(session, job)
        jobs.finish(session, [job])
