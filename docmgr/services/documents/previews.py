"""Opening files on the web: which request is the reading, and which only carries it on.

Decides what counts as the continuation of a reading (a later piece of a download, the next page of a preview): the
same person opened the same bytes in this visit. Leaves rights to services.documents, the events and how long a visit
lasts to services.trail.readings.
"""

from __future__ import annotations

from typing import BinaryIO

from docmgr.policy import Actor
from docmgr.reading.process.page_image import NoPicture, draw
from docmgr.services.documents import files
from docmgr.services.errors import NotFound
from docmgr.services.trail import readings


def find(actor: Actor, file_id: int) -> files.OpenedFile:
    """A file that may be sent; `opened` records it once that is sure. Raises NotFound."""
    return files.open_file(actor, file_id, action="file:open", continuation=True)


def content(file: files.OpenedFile, start: int, length: int) -> BinaryIO:
    """A part of the file's bytes, to be closed by the caller. Raises NotFound."""
    return files.content(file, start, length)


def opened(actor: Actor, file_id: int, *, later_part: bool) -> None:
    """Bytes of the file go out: one event, none for a `later_part` of bytes opened within the hour. Raises NotFound."""
    if not (later_part and _opened_lately(actor, find(actor, file_id), "file:open")):
        files.open_file(actor, file_id, action="file:open")


def start(actor: Actor, file_id: int, *, again: bool = False) -> None:
    """A page that shows pictures of the file is being opened: one preview, none `again` in one visit. Raises NotFound."""
    if not (again and _opened_lately(actor, find(actor, file_id), "file:preview")):
        files.open_file(actor, file_id, action="file:preview")


def page_image(actor: Actor, file_id: int, number: int, *, record: bool = True) -> bytes:
    """PNG of one page of a PDF (from 1). Raises NotFound, also where the page cannot be drawn; then nothing is recorded."""
    file = find(actor, file_id)
    if file.kind != "pdf":
        raise NotFound
    try:
        with files.local_path(file) as path:
            picture = draw(path, number)
    except NoPicture:
        raise NotFound from None
    if record and not _opened_lately(actor, file, "file:preview"):
        files.open_file(actor, file_id, action="file:preview")
    return picture


def _opened_lately(actor: Actor, file: files.OpenedFile, action: str) -> bool:
    return readings.file_opened_lately(actor, action, file.document_id, file.sha256)
