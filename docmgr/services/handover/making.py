"""Make the packages for the archive: the worker's part.

The ZIP has a folder for each case file, as cases.package writes it, the list of the case files and the minutes of the
hand-over (Annex V of Decree 30/2020/NĐ-CP), the codes of the documents that are not in it, and a manifest with the SHA-256 of
each file. A package that was not finished is made anew from the beginning.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import zipfile
from collections.abc import Sequence
from typing import BinaryIO, cast

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import CaseDocument, Handover, HandoverCase, User
from docmgr.policy import Actor, Denied, may
from docmgr.services import forms
from docmgr.services.cases import export, package, packing
from docmgr.services.cases.package import PackedCase
from docmgr.services.cases.packing import PackedFile
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.handover import papers, words
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.trail import log as trail_log
from docmgr.storage import DiskFull, NotWritable, TooLarge

MANIFEST, MISSING = "manifest-sha256.txt", "thieu.txt"
# What the lists, the XML and the ZIP itself may add to the bytes of the files.
OVERHEAD = 256 << 20

log = logging.getLogger(__name__)


def work(actor: Actor) -> int:
    """Make the package that was asked for first. `actor` is the worker. Returns 1 when one was made or could not be made, and 0
    when none waits."""
    if not actor.everything:
        raise Denied("handover:make")
    waiting = select(Handover).where(Handover.state == "waiting").order_by(Handover.asked_at, Handover.id)
    with db.read() as session:
        found = session.scalar(waiting.limit(1))
    db.release()
    if found is None:
        return 0
    begun = _begun(found.id)
    if begun is None:
        return 1
    try:
        _make(begun)
    except Invalid as refused:
        _fail(begun, refused.message)
    except (Denied, NotFound):
        _fail(begun, words.NO_RIGHT)
    except (DiskFull, NotWritable, TooLarge):
        _fail(begun, packing.FULL)
    except Exception:
        log.exception("package %d could not be made", begun.id)
        _fail(begun, words.BROKEN)
    return 1


def _begun(handover_id: int) -> Handover | None:
    """Count an attempt. Returns None when there were too many, or it no longer waits."""
    with db.write() as session:
        one = forms.locked(session, Handover, handover_id)
        if one.state != "waiting":
            return None
        one.attempts += 1
        if one.attempts > words.MOST_ATTEMPTS:
            one.state, one.error = "failed", words.BROKEN.stored()
            return None
        return one


def _asker(one: Handover) -> Actor:
    """Who asked, with the rights of today. Raises Denied when they may no longer make packages."""
    with db.read() as session:
        user = session.get(User, one.asked_by) if one.asked_by is not None else None
    if user is None or user.disabled_at is not None:
        raise Denied("handover:make")
    actor = people.acting(user, "worker")
    if not (may(actor, "handover:make") and may(actor, "document:read")):
        raise Denied("handover:make")
    return actor


def _make(one: Handover) -> None:
    actor = _asker(one)
    with db.read() as session:
        query = select(HandoverCase.case_id).where(HandoverCase.handover_id == one.id).order_by(HandoverCase.place)
        case_ids = list(session.scalars(query))
    cases = [package.gather(actor, case_id) for case_id in case_ids]
    package.refuse_size(cases, copies=2)
    with tempfile.TemporaryFile(dir=context.current().settings.home) as temporary:
        stream = cast(BinaryIO, temporary)
        packed = _write(stream, actor, one, cases)
        files = _add_manifest(stream)
        stream.seek(0)
        db.release()
        stored = context.current().storage.put(stream, packing.MOST_BYTES + OVERHEAD)
    for inside in cases:
        package.record(actor, inside)
    contents = {
        "documents": sorted({row.document.id for inside in cases for row in inside.rows}),
        "files": sorted({(part.document_id, part.sha256) for part in packed}),
    }
    with db.write() as session:
        held = forms.locked(session, Handover, one.id)
        if held.state != "waiting" or held.attempts != one.attempts or held.asked_at != one.asked_at:
            return
        held.state, held.made_at, held.error, held.contents = "made", db.now(), None, contents
        held.sha256, held.size, held.files = stored.sha256, stored.size, files
        forms.bump(held)
        trail_log.record(session, actor, "handover:make", "handover", held.id, held.label, details={"sha256": stored.sha256})


def _write(stream: BinaryIO, actor: Actor, one: Handover, cases: Sequence[PackedCase]) -> list[PackedFile]:
    """Write the whole ZIP but its manifest. Returns the files of documents in it."""
    packed: list[PackedFile] = []
    with zipfile.ZipFile(stream, "w", allowZip64=True) as made:
        for place, inside in enumerate(cases, start=1):
            packed += package.write(made, actor, inside, str, f"{place:03d}-{export.slug(inside.line.case.code)}/")
        for name, body in papers.files(actor, one, cases, len(packed)):
            made.writestr(name, body, zipfile.ZIP_DEFLATED)
        if missing := _missing(cases, {part.document_id for part in packed}):
            made.writestr(MISSING, missing, zipfile.ZIP_DEFLATED)
    return packed


def _missing(cases: Sequence[PackedCase], packed: set[int]) -> str:
    """The codes of the documents in these case files of which the package has no file: nothing else of them, because who asked
    may not read some. "" when none is missing."""
    lines = []
    with db.read() as session:
        for inside in cases:
            case = inside.line.case
            ids = session.scalars(select(CaseDocument.document_id).where(CaseDocument.case_id == case.id).order_by(CaseDocument.position))
            if missing := [f"#{number}" for number in ids if number not in packed]:
                lines.append(f"{case.code}: {', '.join(missing)}")
    told = "Gói lập theo quyền đọc của người yêu cầu. Văn bản không có tệp trong gói, theo hồ sơ:"
    return "\n".join((told, *lines, "")) if lines else ""


def _add_manifest(stream: BinaryIO) -> int:
    """Add the list of all files with their SHA-256, as `sha256sum -c` reads it, from what was written. Returns their number."""
    lines = []
    with zipfile.ZipFile(stream) as written:
        for info in written.infolist():
            with written.open(info) as part:
                lines.append(f"{hashlib.file_digest(part, 'sha256').hexdigest()}  {info.filename}\n")  # type: ignore[arg-type]
    with zipfile.ZipFile(stream, "a", allowZip64=True) as made:
        made.writestr(MANIFEST, "".join(lines), zipfile.ZIP_DEFLATED)
    return len(lines)


def _fail(one: Handover, why: Message) -> None:
    with db.write() as session:
        held = forms.locked(session, Handover, one.id)
        if held.state == "waiting" and held.attempts == one.attempts:
            held.state, held.error = "failed", why.stored()
            forms.bump(held)
