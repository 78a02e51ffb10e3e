"""Look for secrecy stamps in further files of versions. The worker does it, because each file is read in a limited child.

Others may open a file only when its words were read, or recognised on all its pages, and have no stamp. A file that
cannot be looked through stays with who added it: one with a password, a broken or too large one, and any scan while
Tesseract is not installed. The text of the version stays that of its first file. Signatures are kept when the version has none yet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Select, select

from docmgr import context, db
from docmgr.models import File, Job, Signature, Version
from docmgr.reading.ocr import limits, recogniser, tesseract
from docmgr.reading.ocr.words import OcrPage
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading
from docmgr.services import jobs
from docmgr.services.documents import ingest, intake
from docmgr.services.documents.confirming.renditions import LOOK
from docmgr.services.documents.rereading import rows
from docmgr.services.documents.withholding import withhold
from docmgr.storage import BytesMissing

# The kind of job that recognises further files that are scans.
RECOGNISE = "rendition-ocr"
# Longer than one page may take.
PAGE_LEASE_SECONDS = 1_500

log = logging.getLogger(__name__)


def read_some(reader: Reader, limit: int = 4) -> int:
    """Claim up to `limit` jobs, and read the further files of their versions with the child process of `reader`. A file
    with a secrecy stamp is removed alone. Returns how many jobs were claimed. Scans are left to
    `recognise_some`. A job that fails is tried again later; after its last try the file stays with who added it."""
    return jobs.work_on(LOOK, limit, ingest.LEASE_SECONDS, lambda job: _look(reader, job), _failed)


def recognise_some(stopping: Callable[[], bool] = lambda: False) -> int:
    """Claim the oldest job with scans among the further files, and recognise all their pages. Returns how many jobs were
    claimed: 0 or 1; always 0 while Tesseract is not installed. When `stopping()` becomes true, it returns after the
    present page, and the job is done from its start later."""
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
        if found is not None and found.reason_code == ingest.SCAN:
            scans = True
            found = _recognised(job, file, found.pages or 0, stopping) if job.kind == RECOGNISE else None
            if found is None and job.kind == RECOGNISE:
                return
        if found is not None and not _save(job, file, found):
            return
    with db.write() as session:
        if jobs.renew(session, job, ingest.LEASE_SECONDS):
            if scans and job.kind == LOOK:
                jobs.enqueue(session, RECOGNISE, job.document_id, job.version_id)
            jobs.finish(session, [job])


def _recognised(job: Job, file: File, count: int, stopping: Callable[[], bool]) -> Reading | None:
    """Recognise all pages of a scan and read them. A page that cannot be recognised gives a Reading without text. None
    when the worker stops, or the job was taken from it."""
    if count > limits.PAGES:
        return fallen_short("too_large", file.kind, count)
    pages: list[OcrPage] = []
    with context.current().storage.local(file.sha256) as path:
        for number in range(1, count + 1):
            with db.write() as session:
                if not jobs.renew(session, job, PAGE_LEASE_SECONDS):
                    return None
                if stopping():
                    jobs.put_back(session, [job])
                    return None
            db.release()
            pages.append(recogniser.page(path, file.kind, number, 0))
    reading = recogniser.read(pages, file.kind)
    fault = next((page.fault for page in pages if page.fault), None)
    return reading if reading.outcome == "withheld" or fault is None else fallen_short(fault, file.kind, count)


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
            jobs.finish(session, [job])
            return False
        held = intake.known_secret(session, [file.sha256])
        if held is not None or reading.outcome == "withheld":
            gone = withhold(session, version, held.secrecy if held is not None else reading.secrecy, stored)
        elif reading.outcome == "text" or reading.reason_code == "ocr_nothing":
            stored.waits = False
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
        jobs.finish(session, [job])
