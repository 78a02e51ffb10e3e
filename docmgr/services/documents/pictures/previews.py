"""Open files in the browser, and decide which requests are recorded as a new reading.

A person who has opened the same bytes within the last hour is still on the same visit. On this visit later parts of a
download and further pages of a preview are not recorded again. services.documents.files checks rights, and
services.trail.readings records.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import BinaryIO

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import File, PageTurn, RecognisedPage, Version
from docmgr.policy import Actor, require
from docmgr.reading.formats.kinds import PICTURES
from docmgr.reading.process.page_image import NoPicture, draw
from docmgr.reading.process.rendering import MOST_PAGES
from docmgr.services.access import versions
from docmgr.services.documents import files
from docmgr.services.documents.pictures import renderings
from docmgr.services.errors import NotFound
from docmgr.services.message import Message
from docmgr.services.trail import readings
from docmgr.storage import BytesMissing

# The kinds of files whose pages are drawn as they are. Those of office files are drawn from a rendering.
KINDS = frozenset({"pdf"}) | PICTURES
THUMBNAIL_PX = 160
# So many thumbnails are kept in memory; each has about 15 kB.
THUMBNAILS = 256
# Why a file without text is a scan, as keys of reading.outcomes.REASONS.
SCANS = frozenset({"no_text_layer", "ocr_missing", "ocr_nothing", "ocr_failed"})
PREPARING = Message("Đang dựng ảnh trang để xem trước, thường mất vài giây. Xin tải lại trang.")
FAILED = Message("Không dựng được ảnh trang để xem trước. Xin xem phần chữ hoặc tải tệp gốc.")
WHY_NOT = {
    renderings.MISSING: Message("Chưa có ảnh trang: máy chủ chưa cài LibreOffice để dựng loại tệp này. Cài xong sẽ tự dựng."),
    "too_long": Message("Không dựng được ảnh trang: tệp cần quá nhiều thời gian. Xin xem phần chữ hoặc tải tệp gốc."),
    "too_large": Message("Không dựng được ảnh trang: tệp quá lớn. Xin xem phần chữ hoặc tải tệp gốc."),
}


@dataclass(frozen=True)
class Pictured:
    """The file of a version whose pages can be shown as pictures, and how many pages it has. `cut` means that the file
    has more pages than were rendered. `turns` are the numbers of the pages that people may turn, because they are
    pictures."""

    file_id: int
    pages: int
    cut: bool = False
    turns: Collection[int] = ()


def find(actor: Actor, file_id: int) -> files.OpenedFile:
    """Load the file with this id and record nothing. Call `opened` when the file is sent. Raises NotFound when the
    actor may not read the document, or when the bytes are missing or secret. Raises NotFound also for another person's
    upload that the worker has not yet read."""
    return files.open_file(actor, file_id, action="file:open", continuation=True)


def content(file: files.OpenedFile, start: int, length: int) -> BinaryIO:
    """Open a stream of `length` bytes of the file, from byte `start` on; the caller closes it. Raises NotFound when
    the bytes were removed after the file was opened."""
    return files.content(file, start, length)


def opened(actor: Actor, file_id: int, *, later_part: bool) -> None:
    """Record that bytes of the file are sent to the actor. Set `later_part` when the request is for a later part of the
    file. A later part is recorded only when the actor has not opened these bytes within the last hour. Raises NotFound
    when the file may not be sent to the actor."""
    if not (later_part and _opened_lately(actor, find(actor, file_id), "file:open")):
        files.open_file(actor, file_id, action="file:open")


def start(actor: Actor, file_id: int, *, again: bool = False) -> None:
    """Record that the actor opens the preview of the file. Set `again` when an open page is shown again, for example a
    form with its errors. Then it is recorded only when the actor has not opened these bytes within the last hour.
    Raises NotFound when the file may not be sent to the actor."""
    if not (again and _opened_lately(actor, find(actor, file_id), "file:preview")):
        files.open_file(actor, file_id, action="file:preview")


def pictured(actor: Actor, version: Version | None, file_id: int | None = None) -> Pictured | None:
    """Say how the pages of a file of the version are shown as pictures: it is a PDF or picture, or an office file that was
    rendered. `file_id` chooses the file; None, or a file that the actor may not see, means the first one. None when it
    has no pictures, or not yet; `waiting` says why. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    file = chosen(actor, version, file_id)
    if version is None or file is None:
        return None
    first = file is version.files[0]
    pages = version.pages if first else file.pages
    if file.kind in KINDS and pages:
        return Pictured(file.id, pages, turns=_picture_pages(file, version) if first else ())
    with db.read() as session:
        row = renderings.find(session, file.sha256) if file.kind in renderings.KINDS else None
    if row is not None and row.pdf_sha256 is not None and row.pages:
        return Pictured(file.id, row.pages, cut=row.pages >= MOST_PAGES)
    return None


def chosen(actor: Actor, version: Version | None, file_id: int | None) -> File | None:
    """Choose the file with this id among those of the version that the actor may see; the first one when it is none of
    them, or when `file_id` is None. None when the version has no file."""
    seen = versions.files_of(actor, version) if version is not None else ()
    return next((file for file in seen if file.id == file_id), seen[0] if seen else None)


def _picture_pages(file: File, version: Version) -> Collection[int]:
    """Find which pages of the first file of a version are pictures: those of a scan, or some pages of another PDF."""
    if version.picture_pages:
        return version.picture_pages
    return range(1, (version.pages or 0) + 1) if file.kind != "pdf" or not _has_text_layer(version) else ()


def _has_text_layer(version: Version) -> bool:
    """Whether the text of a PDF comes from the file itself; otherwise its pages are pictures."""
    if version.outcome != "text":
        return version.reason_code not in SCANS
    with db.read() as session:
        return session.scalar(select(RecognisedPage.number).where(RecognisedPage.version_id == version.id).limit(1)) is None


def waiting(actor: Actor, version: Version | None, file_id: int | None = None) -> Message | None:
    """Say why an office file of the version has no page pictures, in a sentence; None when it has them or needs none.
    `file_id` chooses the file as in `pictured`. When it was not rendered yet, this is asked for. Raises Denied when the
    actor's roles may not read documents."""
    require(actor, "document:read")
    file = chosen(actor, version, file_id)
    if version is None or version.outcome != "text" or file is None or file.kind not in renderings.KINDS or file.waits:
        return None
    with db.read() as session:
        row = renderings.find(session, file.sha256)
    if row is None:
        renderings.ask(version.id)
        return PREPARING
    if row.pdf_sha256 is not None:
        return None
    return WHY_NOT.get(row.reason_code or "", FAILED)


def page_image(actor: Actor, file_id: int, number: int, *, record: bool = True) -> bytes:
    """Draw one page of a file, and return the image as PNG bytes. `number` counts pages from 1. With `record`, this is recorded as a reading when the actor has not opened these bytes within the last hour. Raises
    NotFound when the file may not be sent to the actor, is of another kind or has no such page."""
    file = find(actor, file_id)
    drawn = _drawn(file)
    angle = _angle(file_id, number) if drawn is file else 0
    db.release()
    try:
        with files.local_path(drawn) as path:
            picture = draw(path, number, angle=angle)
    except NoPicture:
        _forget_if_damaged(file, drawn)
        raise NotFound from None
    _record(actor, file, file_id, record)
    return picture


def thumbnail(actor: Actor, file_id: int, *, record: bool = True) -> bytes:
    """Draw the first page of a file THUMBNAIL_PX pixels wide, and return the image as PNG bytes. It is a picture of the
    text, so rights and recording are those of `page_image`, which says what is raised too."""
    file = find(actor, file_id)
    drawn = _drawn(file)
    angle = _angle(file_id, 1) if drawn is file else 0
    db.release()
    try:
        picture = _small(drawn.sha256, angle)
    except (NoPicture, BytesMissing):
        _forget_if_damaged(file, drawn)
        raise NotFound from None
    _record(actor, file, file_id, record)
    return picture


@functools.lru_cache(maxsize=THUMBNAILS)
def _small(sha256: str, angle: int) -> bytes:
    """Draw the first page of stored bytes. A list shows many of these at once, so this process keeps the latest ones."""
    with context.current().storage.local(sha256) as path:
        return draw(path, 1, angle=angle, width=THUMBNAIL_PX)


def _record(actor: Actor, file: files.OpenedFile, file_id: int, record: bool) -> None:
    if record and not _opened_lately(actor, file, "file:preview"):
        files.open_file(actor, file_id, action="file:preview")


def _angle(file_id: int, number: int) -> int:
    """How far people have turned the page of a scan, in degrees clockwise."""
    query = select(PageTurn.angle).join(File, (File.version_id == PageTurn.version_id) & versions.is_first())
    with db.read() as session:
        return session.scalar(query.where(File.id == file_id, PageTurn.number == number)) or 0


def _drawn(file: files.OpenedFile) -> files.OpenedFile:
    """Choose what is drawn: the file itself, or the PDF that was rendered from it. Raises NotFound when there is none."""
    if file.kind in KINDS:
        return file
    found = rendering_of(file)
    if found is None:
        raise NotFound
    return found


def rendering_of(file: files.OpenedFile) -> files.OpenedFile | None:
    """Find the PDF that was rendered from an opened file. None when there is none. When its bytes are lost or damaged, it
    is forgotten, and rendered again when somebody looks at the preview."""
    if file.kind not in renderings.KINDS:
        return None
    with db.read() as session:
        row = renderings.find(session, file.sha256)
    if row is None or row.pdf_sha256 is None:
        return None
    try:
        if not context.current().storage.exists(row.pdf_sha256):
            raise BytesMissing(row.pdf_sha256)
        _check(str(context.current().settings.uploads), row.pdf_sha256)
    except BytesMissing:
        renderings.forget(file.sha256)
        return None
    return replace(file, kind="pdf", sha256=row.pdf_sha256)


@functools.lru_cache(maxsize=1024)
def _check(_place: str, sha256: str) -> None:
    """Raise BytesMissing when bytes in the store at `_place` are damaged. Each process reads them once for that, not at
    each request: a thick one takes longer to read than its page to draw."""
    if not context.current().storage.verify(sha256):
        raise BytesMissing(sha256)


def _forget_if_damaged(file: files.OpenedFile, drawn: files.OpenedFile) -> None:
    """Forget the PDF `drawn` that was rendered from `file` when its bytes were damaged since this process looked. It is
    rendered again when somebody looks at the preview."""
    if drawn is not file and not context.current().storage.verify(drawn.sha256):
        renderings.forget(file.sha256)


def _opened_lately(actor: Actor, file: files.OpenedFile, action: str) -> bool:
    return readings.file_opened_lately(actor, action, file.document_id, file.sha256)
