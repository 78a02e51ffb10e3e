"""Open files in the browser, and decide which requests are recorded as a new reading.

A person who has opened the same bytes within the last hour is still on the same visit. On this visit later parts of a
download and further pages of a preview are not recorded again. services.documents.files checks rights, and
services.trail.readings records.
"""

from __future__ import annotations

from typing import BinaryIO

from docmgr.policy import Actor
from docmgr.reading.formats.kinds import PICTURES
from docmgr.reading.process.page_image import NoPicture, draw
from docmgr.services.documents import files
from docmgr.services.errors import NotFound
from docmgr.services.trail import readings

# The kinds of files whose pages can be drawn.
KINDS = frozenset({"pdf"}) | PICTURES


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


def page_image(actor: Actor, file_id: int, number: int, *, record: bool = True) -> bytes:
    """Draw one page of a PDF or picture, and return the image as PNG bytes. `number` counts pages from 1. With `record`, this
    is recorded as a reading when the actor has not opened these bytes within the last hour. Raises NotFound when the
    file may not be sent to the actor, is of another kind or has no such page."""
    file = find(actor, file_id)
    if file.kind not in KINDS:
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
