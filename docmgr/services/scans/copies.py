"""Searchable copies of scans: made when somebody asks for one, sent under the same rules and recorded as the file is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import select

from docmgr import db
from docmgr.models import File, PageTurn, Version
from docmgr.policy import Actor
from docmgr.reading.ocr import recogniser
from docmgr.services.access import versions
from docmgr.services.documents import files
from docmgr.services.documents.rereading.recognised import as_turned
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message

# Larger scans would take longer than a person waits, and more memory than the child may use.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class SearchableCopy:
    """A searchable copy of a scan: a file name ending in .pdf, and the bytes."""

    name: str
    data: bytes


def searchable(actor: Actor, file_id: int, *, record: bool = True) -> SearchableCopy:
    """Make the searchable copy of the scan `file_id`. With `record`, this is recorded as opening the file.

    Raises NotFound when the actor may not open the file, or when its text was not recognised. Raises Invalid when the
    scan is larger than MAX_BYTES, when a page that was turned is not recognised again yet, or when the copy cannot be made.
    """
    opened = files.open_file(actor, file_id, action="file:open", continuation=True)
    with db.read() as session:
        query = select(Version.id).join(File, (File.version_id == Version.id) & versions.is_first())
        version_id = session.scalar(query.where(File.id == file_id, Version.outcome == "text"))
        pages = as_turned(session, version_id)
        turned = set(session.scalars(select(PageTurn.number).where(PageTurn.version_id == version_id)))
    if turned - {page.number for page in pages}:
        raise Invalid(Message("Có trang vừa được xoay, đang nhận dạng lại. Xin thử lại sau ít phút."))
    if not pages:
        raise NotFound
    if opened.size > MAX_BYTES:
        raise Invalid(Message("Bản quét quá lớn nên không tạo được bản PDF tìm được chữ. Hãy tải tệp gốc."))
    db.release()
    try:
        with files.local_path(opened) as path:
            data = recogniser.copy(path, opened.kind, pages)
    except recogniser.NoCopy:
        raise Invalid(Message("Không tạo được bản PDF tìm được chữ. Hãy tải tệp gốc.")) from None
    if record:
        files.open_file(actor, file_id, action="file:open")
    return SearchableCopy(f"{PurePath(opened.name).stem} (tìm được chữ).pdf", data)
