"""Open files in the browser: decide which request is recorded as a new reading, and which one belongs to a reading
that was recorded before.

A request for a later part of a download, or for the next page of a preview, belongs to an earlier reading when the
same person has opened the same bytes within the last hour (one visit). services.documents.files checks rights.
services.trail.readings records the events and defines how long a visit lasts.
"""

from __future__ import annotations

from typing import BinaryIO

from docmgr.policy import Actor
from docmgr.reading.process.page_image import NoPicture, draw
from docmgr.services.documents import files
from docmgr.services.errors import NotFound
from docmgr.services.trail import readings


def find(actor: Actor, file_id: int) -> files.OpenedFile:
    """Load the file with this id, if it may be sent to the actor. Nothing is recorded yet; call `opened` once it is
    certain that the file is sent. Raises NotFound when the actor may not read the document, when somebody else
    uploaded the version and it is not yet read, and when the bytes are missing or secret."""
    return files.open_file(actor, file_id, action="file:open", continuation=True)


def content(file: files.OpenedFile, start: int, length: int) -> BinaryIO:
    """Open a stream of `length` bytes of the file, from byte `start` on; the caller closes it. Raises NotFound when
    the bytes were removed after the file was opened."""
    return files.content(file, start, length)


def opened(actor: Actor, file_id: int, *, later_part: bool) -> None:
    """Record that bytes of the file are sent. With `later_part`, the request is for a later part of the file, and
    nothing is recorded when the actor has opened the same bytes within the last hour. Raises NotFound when the file
    may not be sent to the actor."""
    if not (later_part and _opened_lately(actor, find(actor, file_id), "file:open")):
        files.open_file(actor, file_id, action="file:open")


def start(actor: Actor, file_id: int, *, again: bool = False) -> None:
    """Record that the actor opens the preview of the file, a web page with images of its pages. Set `again` when a
    page that was open is only shown again, such as a form with its errors: then nothing is recorded if the actor has
    opened the same bytes within the last hour. Raises NotFound when the file may not be sent to the actor."""
    if not (again and _opened_lately(actor, find(actor, file_id), "file:preview")):
        files.open_file(actor, file_id, action="file:preview")


def page_image(actor: Actor, file_id: int, number: int, *, record: bool = True) -> bytes:
    """Draw one page of a PDF file, and return the image as PNG bytes. `number` counts pages from 1. The preview is
    recorded as a reading, unless the actor opened the same bytes within the last hour or `record` is false. Raises
    NotFound when the file may not be sent to the actor, is no PDF or has no such page; then nothing is recorded."""
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
