"""Photos of the lines of an inspection: stored as a new picture of the pixels alone, so where and by what it was taken is left behind."""

from __future__ import annotations

import io
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import context, db, policy
from docmgr.models import CheckPhoto, Inspection, InspectionCheck
from docmgr.policy import Actor, Denied
from docmgr.reading.process import photo as pictures
from docmgr.services import forms
from docmgr.services.documents import intake
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import team
from docmgr.services.message import Message
from docmgr.services.trail import log
from docmgr.storage import BytesMissing

MAX_BYTES, MOST = 15_000_000, 10
# So many bytes of photos that were not sent yet a browser keeps.
MOST_KEPT = 150_000_000
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_FAULTS = {
    "picture_too_large": Message("Ảnh có quá nhiều điểm ảnh (nhiều nhất 60 triệu); hãy chụp lại ở cỡ nhỏ hơn."),
    "broken": Message("Không đọc được ảnh này; hãy chụp lại hoặc lưu ở dạng JPEG."),
}


@dataclass(frozen=True)
class PhotoBytes:
    """A photo as it is sent to a browser: a JPEG. `check_id` is its line."""

    data: bytes
    check_id: int


def add(actor: Actor, check_id: int, data: bytes) -> int:
    """Store a photo of a line and return its id, that of the one which it has already if it is the same. Raises Denied when the actor may not record the inspection, NotFound, and Invalid when it
    is no JPEG or PNG, too large, or the line has enough photos. Raises DiskFull or NotWritable when the storage takes no files."""
    policy.require(actor, "inspection:edit")
    with db.read() as session:
        _line(session, actor, check_id)
    if len(data) > MAX_BYTES:
        raise Invalid(Message("Ảnh lớn hơn %(limit)s MB; hãy chụp lại ở cỡ nhỏ hơn.", limit=MAX_BYTES // 1_000_000), "photo")
    if not data.startswith(_PICTURES):
        raise Invalid(Message("Chỉ nhận ảnh JPEG hoặc PNG."), "photo")
    try:
        jpeg, width, height = pictures.made(data)
    except pictures.NoPhoto as fault:
        raise Invalid(_FAULTS[fault.fault], "photo") from fault
    stored = context.current().storage.put(io.BytesIO(jpeg), len(jpeg))
    with db.write() as session:
        # Nobody sweeps the bytes away before the row names them.
        intake.lock(session, stored.sha256)
        inspection = forms.locked(session, Inspection, forms.loaded(session, InspectionCheck, check_id).inspection_id)
        check = _line(session, actor, check_id)
        # A photo is sent again where the answer was lost.
        same = select(CheckPhoto.id).where(CheckPhoto.check_id == check_id, CheckPhoto.sha256 == stored.sha256, CheckPhoto.ended_at.is_(None))
        if (held := session.scalar(same)) is not None:
            return held
        _room(session, check_id)
        row = CheckPhoto(
            check_id=check_id, sha256=stored.sha256, size=stored.size, width=width, height=height, created_by=actor.user_id, created_by_label=actor.label
        )
        session.add(row)
        session.flush()
        details = {"Nội dung": check.text, "Ảnh (SHA-256)": stored.sha256}
        log.record(session, actor, "check:photo", "inspection", inspection.id, inspection.title, details=details)
        return row.id


def end(actor: Actor, photo_id: int) -> int:
    """Take a photo away from its line; return the id of the line. Its bytes stay. Raises Denied, and NotFound when there is none."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        check = session.get_one(InspectionCheck, forms.loaded(session, CheckPhoto, photo_id).check_id)
        inspection = forms.locked(session, Inspection, check.inspection_id)
        row = forms.locked(session, CheckPhoto, photo_id)
        if not team.may_record(session, actor, inspection):
            raise Denied("inspection:edit")
        if row.ended_at is not None:
            raise NotFound
        row.ended_at = db.now()
        details = {"Nội dung": check.text, "Ảnh (SHA-256)": row.sha256}
        log.record(session, actor, "check:unphoto", "inspection", inspection.id, inspection.title, details=details)
        return check.id


def read(actor: Actor, photo_id: int) -> PhotoBytes:
    """Read a photo. Raises Denied when the actor's roles may not read inspections, and NotFound when there is none or the storage has lost
    it."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        row = forms.loaded(session, CheckPhoto, photo_id)
        if row.ended_at is not None:
            raise NotFound
        sha256, check_id = row.sha256, row.check_id
    try:
        with context.current().storage.open(sha256) as stream:
            return PhotoBytes(stream.read(), check_id)
    except BytesMissing:
        raise NotFound from None


def _line(session: Session, actor: Actor, check_id: int) -> InspectionCheck:
    check = forms.loaded(session, InspectionCheck, check_id)
    if not team.may_record(session, actor, session.get_one(Inspection, check.inspection_id)):
        raise Denied("inspection:edit")
    return check


def _room(session: Session, check_id: int) -> None:
    many = session.scalar(select(func.count(CheckPhoto.id)).where(CheckPhoto.check_id == check_id, CheckPhoto.ended_at.is_(None))) or 0
    if many >= MOST:
        raise Invalid(Message("Mỗi nội dung có nhiều nhất %(most)s ảnh.", most=MOST), "photo")
