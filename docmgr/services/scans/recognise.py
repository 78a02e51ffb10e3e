"""Do the jobs of recognising the text of scans, page by page; each page is stored at once. Of a PDF that also has pages
with text only those pages are recognised that are pictures, and then the whole file is read again with their words.

These jobs have a low priority: they have a thread of their own, and the processes that recognise give way to all others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document, File, Job, PageTurn, RecognisedPage, Version
from docmgr.reading.ocr import recogniser, tesseract
from docmgr.reading.ocr.words import OcrPage, to_plain
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.types import Reading
from docmgr.services import jobs
from docmgr.services.documents import ingest, intake
from docmgr.services.documents.attachments import publishing
from docmgr.services.documents.rereading import queue
from docmgr.services.documents.rereading.recognised import missing, stored_pages
from docmgr.storage import BytesMissing

KIND = "ocr"
# Longer than one page may take.
LEASE_SECONDS = 1_500
# After so many pages the next scan has its turn, so that a thick one does not keep a sheet waiting for hours.
TURN_PAGES = 25

log = logging.getLogger(__name__)


def recognise_some(stopping: Callable[[], bool] = lambda: False) -> int:
    """Claim the oldest waiting scan, and recognise up to TURN_PAGES of its pages. Returns how many jobs were claimed:
    0 or 1; always 0 while Tesseract is not installed. When `stopping()` becomes true, it returns after the present
    page. Pages that are stored already are not recognised again."""
    if not tesseract.available():
        return 0
    return jobs.work_on(KIND, 1, LEASE_SECONDS, lambda job: _recognise(job, stopping), _failed)


def _recognise(job: Job, stopping: Callable[[], bool]) -> None:
    found = _begin(job)
    if found is None:
        return
    file, numbers = found
    for number in numbers[:TURN_PAGES]:
        if stopping():
            with db.write() as session:
                if jobs.renew(session, job, LEASE_SECONDS):
                    jobs.put_back(session, [job])
            return
        if not _store(job, _page(file, number)):
            return
    if len(numbers) > TURN_PAGES:
        _queue_again(job)
    else:
        _finish(job, file)


def _begin(job: Job) -> tuple[File, list[int]] | None:
    """Start on a claimed job. Returns the file and the numbers of the pages that are still to be recognised. None when
    there is nothing to do: the version has gone or has text already, or its bytes are known to be secret."""
    with db.write() as session:
        if not jobs.renew(session, job, LEASE_SECONDS):
            return None
        version = session.get(Version, job.version_id)
        if version is None or not version.files or not _has_pictures(session, version):
            jobs.finish(session, [job])
            return None
        file = version.files[0]
        if intake.known_secret(session, [file.sha256]) is not None:
            jobs.finish(session, [job])
            return None
        document = session.get_one(Document, version.document_id)
        # A text of which only some pages are recognised, or were turned, stays findable meanwhile.
        if version.no == document.current_no and version.outcome != "text":
            document.state, document.reason_code = "recognising", None
        return file, missing(session, version)


def _has_pictures(session: Session, version: Version) -> bool:
    """Whether pages of a version are to be recognised: it has no text, some of its pages are pictures, or people have
    turned some."""
    if version.outcome != "text":
        return version.outcome == "no_text"
    turned = select(PageTurn.number).where(PageTurn.version_id == version.id).limit(1)
    return bool(version.picture_pages) or session.scalar(turned) is not None


def _page(file: File, number: int) -> OcrPage:
    with db.read() as session:
        turned = _turned(session, file.version_id, number)
    db.release()
    try:
        with context.current().storage.local(file.sha256) as path:
            found = recogniser.page(path, file.kind, number, turned)
    except BytesMissing:
        found = OcrPage(number, 0.0, 0.0, fault="missing_file")
    return replace(found, turned=turned)


def _turned(session: Session, version_id: int, number: int) -> int:
    row = session.get(PageTurn, (version_id, number))
    return row.angle if row is not None else 0


def _store(job: Job, page: OcrPage) -> bool:
    """Store a recognised page. Returns False when the job was taken from this worker meanwhile."""
    sure = page.confidence
    with db.write() as session:
        if not jobs.renew(session, job, LEASE_SECONDS) or job.version_id is None:
            return False
        if _turned(session, job.version_id, page.number) != page.turned:
            # Somebody has turned the page meanwhile, and another job will recognise it.
            return True
        row = RecognisedPage(
            version_id=job.version_id,
            number=page.number,
            confidence=None if sure is None else round(sure),
            content=to_plain(page),
        )
        session.merge(row)
        return True


def _queue_again(job: Job) -> None:
    """Put the job at the end of the queue, with the pages stored so far."""
    with db.write() as session:
        if jobs.renew(session, job, LEASE_SECONDS):
            jobs.enqueue(session, KIND, job.document_id, job.version_id)
            jobs.finish(session, [job])


def _finish(job: Job, file: File) -> None:
    with db.read() as session:
        version = session.get(Version, job.version_id)
        has_text = version is not None and version.outcome == "text"
        pages = [] if has_text else stored_pages(session, job.version_id)
    db.release()
    reading = None if has_text else _reading(pages, file.kind)
    removed: list[str] = []
    with db.write() as session:
        if not jobs.renew(session, job, LEASE_SECONDS):
            return
        version = session.get(Version, job.version_id)
        if version is not None and version.outcome == "text":
            # What refers to places of the text must not be lost.
            queue.ask(session, version, "read")
        elif reading is not None:
            removed = ingest.save(session, job, reading)
        jobs.finish(session, [job])
    for sha256 in removed:
        context.current().storage.remove(sha256)


def _reading(pages: Sequence[OcrPage], kind: str) -> Reading:
    if not pages:
        return fallen_short("ocr_nothing", kind)
    return recogniser.read(pages, kind)


def _failed(job: Job, error: Exception) -> None:
    with db.write() as session:
        if not jobs.renew(session, job, LEASE_SECONDS):
            return
        if job.attempts < jobs.MAX_ATTEMPTS:
            jobs.put_back(session, [job], repr(error))
            return
        version = session.get(Version, job.version_id)
        # A text of which pages were turned stays as it is.
        if version is not None and version.outcome != "text":
            version.reason_code = "ocr_failed"
            ingest.settle(session, publishing.locked(session, version.document_id), version)
        jobs.finish(session, [job])
