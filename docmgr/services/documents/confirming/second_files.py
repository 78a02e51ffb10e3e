"""Look for secrecy stamps in further files of versions. The worker does it, because each file is read in a limited child.

The text of the version stays that of its first file. Signatures are kept when the version has none yet.
"""

from __future__ import annotations

import logging

from sqlalchemy import Select, select

from docmgr import context, db
from docmgr.models import File, Job, Signature, Version
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading
from docmgr.services import jobs
from docmgr.services.documents import ingest, intake
from docmgr.services.documents.confirming.renditions import LOOK
from docmgr.services.documents.rereading import rows
from docmgr.services.documents.withholding import withhold
from docmgr.storage import BytesMissing

log = logging.getLogger(__name__)


def read_some(reader: Reader, limit: int = 4) -> int:
    """Claim up to `limit` jobs, and read the further files of their versions with the child process of `reader`. A file
    with a secrecy stamp is removed alone. Returns how many jobs were claimed. A job that fails is tried again
    later; after its last try the file counts as one without a stamp, like any other that cannot be read."""
    claimed = jobs.claim(LOOK, limit, ingest.LEASE_SECONDS)
    for job in claimed:
        try:
            _look(reader, job)
        except Exception as error:
            # A failing file must not stop the next one.
            log.exception("looking through a file of document %s, job %s", job.document_id, job.id)
            _failed(job, error)
    return len(claimed)


def _look(reader: Reader, job: Job) -> None:
    with db.read() as session:
        files = list(session.scalars(_waiting(job)))
    db.release()
    for file in files:
        reading = _reading_of(reader, file)
        if not _save(job, file, reading):
            return
    with db.write() as session:
        if jobs.renew(session, job, ingest.LEASE_SECONDS):
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
            jobs.finish(session, [job])
            return False
        held = intake.known_secret(session, [file.sha256])
        if held is not None or reading.outcome == "withheld":
            gone = withhold(session, version, held.secrecy if held is not None else reading.secrecy, stored)
        else:
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
        for file in session.scalars(_waiting(job)):
            file.waits = False
        jobs.finish(session, [job])
