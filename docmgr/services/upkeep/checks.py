"""Check that the database, the stored files, the search index and the trail agree with each other. Nothing is repaired,
but a rebuild is requested when the index is damaged. An index that was never built is no fault."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import CheckPhoto, Document, File, Inspection, InspectionCheck, PaperTemplate, Version
from docmgr.policy import Actor, require
from docmgr.services.access import versions
from docmgr.services.indexing import rebuild, requests, sync
from docmgr.services.people import agency
from docmgr.services.relations import force
from docmgr.services.trail import verify
from docmgr.services.upkeep import store_state, sweeping
from docmgr.storage import Storage, StoreAway


@dataclass(frozen=True)
class CheckFault:
    """One fault. `message` describes it in a Vietnamese sentence. `kind` is missing_file, wrong_size, wrong_hash or
    orphan_file for stored files, or store (as a whole), database, trail or index. The kind "force" means that the stored validity of a
    document contradicts what other documents say."""

    kind: str
    message: str
    document_id: int | None = None
    sha256: str | None = None


def check(actor: Actor, *, full: bool = False) -> list[CheckFault]:
    """Check the site and return all its faults. With `full`, every stored byte is read and the database checks
    itself, which takes long. Raises Denied when the actor is no administrator."""
    require(actor, "health:read")
    storage = context.current().storage
    # The store is listed first: a file that arrives meanwhile has its row by the time rows are read.
    problem = store_state.problem(actor)
    try:
        present = {file.sha256: file.size for file in storage.list()}
    except StoreAway as away:
        # Nothing can be said of the files; the rest is checked when the store answers again.
        return [CheckFault("store", store_state.PROBLEMS[away.reason].told())]
    db.release()
    with db.read() as session:
        faults = [
            *([CheckFault("store", problem.told())] if problem else []),
            *_files(session, storage, present, full),
            *_logo(storage, present, full),
            *_orphans(session, present),
            *_half_written(storage),
            *_force(session),
        ]
        if full:
            faults += [*_renderings(session, storage, present), *_database(session)]
    faults += [CheckFault("trail", f"Nhật ký: {fault.detail}") for fault in verify.verify(actor).faults]
    if _index_to_come():
        return faults
    return faults + [CheckFault("index", sentence) for sentence in sync.check(actor)]


def notes(actor: Actor) -> list[str]:
    """Return remarks on the site that are no faults, as Vietnamese sentences; empty when there are none. Raises
    Denied when the actor is no administrator."""
    require(actor, "health:read")
    if not _index_to_come():
        return [rebuild.UNDER_WAY] if requests.pending() else []
    return ["Chưa có chỉ mục tìm kiếm; chỉ mục được lập lại khi khởi động (make run hoặc tiến trình nền)."]


def _index_to_come() -> bool:
    """Whether the index is still to be built for the first time, as on a new or just restored site."""
    with db.read() as session:
        if session.scalar(select(exists().where(Document.indexed_revision > sync.UNSURE))):
            return False
    return requests.pending() or not context.current().backend.exists()


def _files(session: Session, storage: Storage, present: dict[str, int], full: bool) -> Iterator[CheckFault]:
    # The bytes of a known secret are not stored; its row exists until the worker withholds it.
    query = (
        select(File.sha256, File.size, File.name, Version.document_id)
        .join(Version, Version.id == File.version_id)
        .where(versions.not_secret())
        .order_by(Version.document_id, File.id)
    )
    for sha256, size, name, document_id in session.execute(query):
        yield from _stored(storage, present, full, (sha256, size), f"văn bản {document_id}, tệp {name}", document_id)
    # Also those that were taken away: their bytes stay.
    photos = select(CheckPhoto.id, CheckPhoto.sha256, CheckPhoto.size, Inspection.title).order_by(CheckPhoto.id)
    photos = photos.join(InspectionCheck, InspectionCheck.id == CheckPhoto.check_id).join(Inspection, Inspection.id == InspectionCheck.inspection_id)
    for number, sha256, size, title in session.execute(photos):
        yield from _stored(storage, present, full, (sha256, size), f"ảnh {number} của cuộc kiểm tra “{title}”", None)
    own = select(PaperTemplate.no, PaperTemplate.file_name, PaperTemplate.sha256, PaperTemplate.size).order_by(PaperTemplate.id)
    for number, name, sha256, size in session.execute(own):
        yield from _stored(storage, present, full, (sha256, size), f"mẫu giấy tờ số {number}, tệp {name}", None)


def _stored(storage: Storage, present: dict[str, int], full: bool, file: tuple[str, int], where: str, document_id: int | None) -> Iterator[CheckFault]:
    """What is wrong with one stored file, (SHA-256, bytes) as its row says."""
    sha256, size = file
    if sha256 not in present:
        yield CheckFault("missing_file", f"Thiếu tệp trong kho: {where}.", document_id, sha256)
    elif present[sha256] != size:
        yield CheckFault("wrong_size", f"Tệp có kích thước khác lúc tải lên: {where}.", document_id, sha256)
    elif full and not storage.verify(sha256):
        yield CheckFault("wrong_hash", f"Nội dung tệp đã bị thay đổi: {where}.", document_id, sha256)


def _logo(storage: Storage, present: Collection[str], full: bool) -> Iterator[CheckFault]:
    logo = agency.shown().logo
    if logo is not None and logo.sha256 not in present:
        yield CheckFault("missing_file", "Thiếu tệp biểu trưng của cơ quan trong kho.", None, logo.sha256)
    elif logo is not None and full and not storage.verify(logo.sha256):
        yield CheckFault("wrong_hash", "Nội dung tệp biểu trưng của cơ quan đã bị thay đổi.", None, logo.sha256)


def _orphans(session: Session, present: dict[str, int]) -> Iterator[CheckFault]:
    known = {*session.scalars(sweeping.originals()), *session.scalars(sweeping.named_renderings()), *session.scalars(sweeping.named_packages())}
    for sha256 in sorted(present.keys() - known):
        yield CheckFault("orphan_file", f"Tệp trong kho không thuộc văn bản nào: {sha256}.", None, sha256)


def _renderings(session: Session, storage: Storage, present: Collection[str]) -> Iterator[CheckFault]:
    # One that is missing is made again when somebody looks at the pages, so that is no fault.
    for sha256 in session.scalars(sweeping.named_renderings()):
        if sha256 in present and not storage.verify(sha256):
            yield CheckFault("wrong_hash", f"Bản PDF dựng để xem trước đã bị thay đổi: {sha256}.", None, sha256)


def _half_written(storage: Storage) -> Iterator[CheckFault]:
    for name in storage.unfinished(sweeping.AGE_SECONDS):
        yield CheckFault("orphan_file", f"Tệp tải lên dở dang còn lại trong kho: tmp/{name}.")


def _force(session: Session) -> Iterator[CheckFault]:
    for document_id in force.differing(session):
        yield CheckFault("force", f"Văn bản {document_id}: hiệu lực được ghi không khớp với văn bản thay thế, bãi bỏ nó.", document_id)


def _database(session: Session) -> list[CheckFault]:
    if session.get_bind().dialect.name != "sqlite":
        return []
    answers = session.execute(text("PRAGMA integrity_check(20)")).scalars().all()
    broken = session.execute(text("PRAGMA foreign_key_check")).all()
    faults = [CheckFault("database", f"SQLite báo lỗi: {answer}.") for answer in answers if answer != "ok"]
    return faults + [CheckFault("database", f"Khóa ngoại hỏng ở bảng {row[0]}, dòng {row[1]}.") for row in broken]
