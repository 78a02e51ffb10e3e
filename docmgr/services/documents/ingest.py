"""Do the jobs of reading files: read each file in a limited child process, and save all results in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Attachment, Document, File, Job, Version
from docmgr.policy import WORKER
from docmgr.reading.formats.kinds import is_container
from docmgr.reading.generation import READER_VERSION
from docmgr.reading.obligations.find import obliges
from docmgr.reading.ocr import tesseract
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process.runner import Reader
from docmgr.reading.repair import health
from docmgr.reading.types import Reading
from docmgr.services import figures, jobs
from docmgr.services.documents import facts, intake, lifecycle, progress
from docmgr.services.documents.attachments import publishing, taking
from docmgr.services.documents.attachments.taking import Held
from docmgr.services.documents.pictures import renderings
from docmgr.services.documents.rereading import places, queue, recognised, rows, saving
from docmgr.services.documents.rereading.recognised import SCAN
from docmgr.services.documents.withholding import withhold
from docmgr.services.message import Message
from docmgr.services.trail import log as trail_log
from docmgr.storage import BytesMissing, DiskFull, NotWritable

# Longer than one file may take (limits.HARD_WALL_S).
LEASE_SECONDS = 700
# Longer than joining recognised pages may take (reading.ocr.limits.WALL_S).
JOIN_LEASE_SECONDS = 1_500
# These say nothing about the file: it waits until there is space.
NO_SPACE = (taking.NotStored, DiskFull, NotWritable)
# The reason why a scan has no text yet.

log = logging.getLogger(__name__)


def clean_up() -> None:
    """Remove the bytes of secret files whose removal a crash prevented. The worker calls it when it starts."""
    storage = context.current().storage
    for sha256 in storage.condemned():
        with db.write() as session:
            # Whoever has just condemned them holds this lock until it is known whether they are secret.
            intake.lock(session, sha256)
            needed = session.scalar(select(File.id).where(File.sha256 == sha256).limit(1)) is not None
            secret = intake.known_secret(session, [sha256]) is not None
        if needed and not secret:
            storage.spare(sha256)
        else:
            storage.remove(sha256)


def read_some(reader: Reader, limit: int = 4, kind: str = "read", stopping: Callable[[], bool] = lambda: False) -> int:
    """Claim and read up to `limit` waiting files with the child process of `reader`. `kind` is the kind of the jobs:
    "read", or "reread" for files that are read again when nothing else waits. Returns how many jobs were claimed. A job
    that fails is tried again later. After its last try the version is marked as unreadable, or keeps what an earlier
    reading found. When `stopping` says so, files that are not begun are given back."""
    return jobs.work_on(kind, limit, LEASE_SECONDS, lambda job: _read_one(reader, job), _failed, stopping)


def _read_one(reader: Reader, job: Job) -> None:
    with db.write() as session:
        if not _still_held(session, job):
            return
        found = session.execute(
            select(Version, Document)
            .join(Document, Document.id == Version.document_id)
            .where(Version.id == job.version_id)
        ).one_or_none()
        if found is None or not _waits(session, found[0]):
            jobs.finish(session, [job])
            return
        version, document = found
        again = version.outcome is not None
        if version.no == document.current_no and not again:
            # An old version is read for its own text; the state of the document is that of its newest version.
            document.state = "reading"
        file, convert = version.files[0], not version.as_written
        # A file that is read again may be of a kind that was not known before, and may have given its files already.
        unpacks = (again or is_container(file.kind)) and not _has_attachments(session, version.id)
        held = intake.known_secret(session, [file.sha256])
    inside: tuple[Held, ...] = ()
    if held is not None:
        # Its bytes are known to be secret and were not stored; the outcome of their first reading still applies.
        reading = fallen_short("secrecy", file.kind, secrecy=held.secrecy)
    else:
        reading, inside = _reading_of(reader, file, convert, unpacks)
        if again:
            with db.write() as session:
                # Recognised pages are joined in a reading of its own.
                if not jobs.renew(session, job, JOIN_LEASE_SECONDS):
                    return
            reading = recognised.with_pages(file, reading, convert)
    with db.write() as session:
        if not _still_held(session, job, inside):
            return
        removed = save(session, job, reading, inside, convert)
        jobs.finish(session, [job])
    for sha256 in removed:
        context.current().storage.remove(sha256)


def _waits(session: Session, version: Version) -> bool:
    return bool(version.files) and (version.outcome is None or queue.is_due(session, version.id))


def _has_attachments(session: Session, version_id: int) -> bool:
    return bool(session.scalar(select(exists().where(Attachment.version_id == version_id))))


def _still_held(session: Session, job: Job, inside: Sequence[Held] = ()) -> bool:
    """Lock the job's bytes, with those of the files `inside`, and renew its lease. Returns False when another worker
    has claimed or finished the job since."""
    _lock_bytes(session, job, inside)
    return jobs.renew(session, job, LEASE_SECONDS)


def _lock_bytes(session: Session, job: Job, inside: Sequence[Held] = ()) -> list[str]:
    """Lock the bytes of the job's files, and of the files `inside` them, until the unit of work ends. Returns their
    SHA-256 hashes in hexadecimal, ascending."""
    own = session.scalars(select(File.sha256).where(File.version_id == job.version_id))
    hashes = sorted({*own, *(one.taken.sha256 for one in inside if one.taken is not None)})
    for sha256 in hashes:
        intake.lock(session, sha256)
    return hashes


def _reading_of(reader: Reader, file: File, convert: bool, unpacks: bool) -> tuple[Reading, tuple[Held, ...]]:
    """Read a file. With `unpacks` the bytes of the files inside it are stored as well. Raises taking.NotStored when
    there is no space for them."""
    try:
        with context.current().storage.local(file.sha256) as path:
            trust = context.current().settings.trust_path
            if not unpacks:
                return reader.read(path, name=file.name, convert=convert, trust=trust), ()
            with taking.folder() as unpacked:
                reading = reader.read(path, name=file.name, convert=convert, unpack=unpacked, trust=trust)
                if reading.reason_code == "no_space":
                    raise taking.NotStored(reading.reason_code)
                return reading, taking.store(reading.attachments, unpacked, file.version_id)
    except BytesMissing:
        return fallen_short("missing_file", file.kind), ()


def _failed(job: Job, error: Exception) -> None:
    with db.write() as session:
        if not _still_held(session, job):
            return
        version = session.get(Version, job.version_id)
        if job.attempts < jobs.MAX_ATTEMPTS or isinstance(error, NO_SPACE):
            jobs.put_back(session, [job], repr(error))
            if version is not None:
                _wait_again(session.get_one(Document, version.document_id), version)
            return
        if version is not None:
            document = publishing.locked(session, version.document_id)
            if version.outcome is not None:
                saving.put_off(session, version, saving.INTERNAL)
            else:
                version.outcome, version.reason_code, version.health = "unreadable", "internal", health.NONE
                version.reader = READER_VERSION
                settle(session, document, version)
        jobs.finish(session, [job])


def _wait_again(document: Document, version: Version) -> None:
    """Set the document's state from "reading" back to "waiting", if `version` is its newest version."""
    if version.no == document.current_no and document.state == "reading":
        document.state = "waiting"


def save(
    session: Session, job: Job, reading: Reading, inside: Sequence[Held] = (), convert: bool = True
) -> list[str]:
    """Save what reading the file of a job gave, in the open unit of work. `inside` are the files in it whose bytes were
    stored, and `convert` says whether text in old encodings was converted. Returns the SHA-256 hashes of secret bytes.
    The caller must remove these bytes from the storage after the unit of work. The list is empty when nothing is
    secret."""
    # The lock comes before all queries: another worker may just be finding that these bytes are secret.
    hashes = set(_lock_bytes(session, job, inside))
    version = session.get(Version, job.version_id)
    if version is None:
        # While these bytes were read for this document, they were withheld for another one.
        return []
    # What is secret in a further file is that file's alone.
    held = intake.known_secret(session, hashes - {file.sha256 for file in version.files[1:]})
    if held is not None or reading.outcome == "withheld":
        gone = withhold(session, version, held.secrecy if held is not None else reading.secrecy)
        return [*gone, *taking.condemn_secret(session, inside)] if inside else gone
    # The row is locked: a clerk may be confirming facts, and confirmed facts must not be overwritten.
    document = publishing.locked(session, version.document_id)
    if version.outcome is not None and job.kind != "ocr":
        _save_again(session, document, version, reading, inside, convert)
        return []
    _note(document, version, reading)
    session.add_all(rows.signatures(version.id, reading.signatures))
    _await_recognition(session, version)
    if reading.outcome == "text":
        _save_text(session, document, version, reading)
        renderings.enqueue(session, version)
    if inside:
        taking.save(session, document, version, inside)
    settle(session, document, version)
    return []


def _save_again(
    session: Session, document: Document, version: Version, reading: Reading, inside: Sequence[Held], convert: bool
) -> None:
    """Save a reading of a version that was read before, unless the document was deleted or people asked meanwhile that
    it is read another way. Then the version still waits."""
    places.hold(session, version)
    if document.deleted_at is not None or version.as_written == convert:
        return
    before, health_before = (version.outcome, version.reason_code), version.health
    if not saving.replace(session, document, version, reading):
        # What waited for the words of its pages goes on, though they changed nothing.
        publishing.publish(session, document, version)
        return
    _note(document, version, reading)
    if version.health != health_before:
        # The search has it as a filter.
        lifecycle.touch(session, document)
    if reading.outcome == "text" and version.files:
        version.files[0].kind = reading.kind
    if inside:
        taking.save(session, document, version, inside)
    recognised.forget_others(session, version)
    changed = before != (version.outcome, version.reason_code)
    if changed or version.picture_pages:
        _await_recognition(session, version)
    if not changed:
        publishing.publish(session, document, version)
        return
    set_state(document, version)
    if not publishing.publish(session, document, version):
        lifecycle.touch(session, document)


def _note(document: Document, version: Version, reading: Reading) -> None:
    """Note on the version how its file was read and how sound the text is."""
    version.outcome, version.reason_code = reading.outcome, reading.reason_code
    figures.count({("docmgr_readings_total", figures.labels(outcome=reading.outcome, reason=reading.reason_code or "")): 1.0})
    version.pages, version.read_at, version.reader = reading.pages, db.now(), READER_VERSION
    version.picture_pages = list(reading.picture_pages) or None
    version.health, version.health_reason = reading.health, reading.health_reason
    version.notes = [Message(note.msgid, **dict(note.values)).stored() for note in reading.notes] or None
    old = reading.old_fonts
    version.encodings, version.old_lines = (" ".join(old.encodings), old.lines) if old else (None, None)
    version.text_before = old.before if old else None
    if version.no == document.current_no:
        # Text that people leave in an old encoding has no heading that could be seen; the document stays what it was.
        document.official = reading.official or (version.as_written and document.official)


def settle(session: Session, document: Document, version: Version) -> None:
    """Finish a document after one of its versions was read, in the open unit of work: set its state, publish it if that
    was asked for at upload, add an index job and record an event."""
    set_state(document, version)
    if not publishing.publish(session, document, version):
        lifecycle.touch(session, document)
    details: dict[str, Any] = {"outcome": version.outcome, "reason": progress.reading_reason(version.reason_code), "no": version.no}
    if version.encodings:
        details |= {"encodings": version.encodings.split(), "health": version.health}
    trail_log.document_event(session, WORKER, "document:read", document, details)


def set_state(document: Document, version: Version) -> None:
    """Set the state of the document, and its file name, to those of its newest version; `version` may be another one."""
    if version.no == document.current_no:
        document.state = _state(version)
        document.reason_code = None if document.state == "recognising" else version.reason_code
        document.file_name = version.files[0].name if version.files else document.file_name


def _await_recognition(session: Session, version: Version) -> None:
    """Add the job that recognises the text of a scan, or of those pages that are pictures, unless it is recognised or
    there is such a job. Without Tesseract the job waits until that is installed."""
    scan = version.reason_code == SCAN
    waits = select(Job.id).where(Job.kind == "ocr", Job.version_id == version.id).limit(1)
    if scan or version.picture_pages and recognised.missing(session, version) and session.scalar(waits) is None:
        jobs.enqueue(session, "ocr", version.document_id, version.id)
    if scan and not tesseract.available():
        version.reason_code = "ocr_missing"


def _state(version: Version) -> str:
    if version.outcome == "text":
        return "indexing"
    return "recognising" if version.reason_code == SCAN else version.outcome or "unreadable"


def _save_text(session: Session, document: Document, version: Version, reading: Reading) -> None:
    found = reading.interpretation
    if found is None:
        return
    version.text = found.text
    session.add_all(rows.provisions(version.id, found.provisions))
    session.add_all(rows.citations(version.id, found.citations))
    session.add_all(rows.obligations(version.id, found.obligations))
    version.obligations_found = obliges(found.facts)
    facts.propose(document, reading)
    for file in version.files[:1]:
        facts.keep_read(file, reading)
