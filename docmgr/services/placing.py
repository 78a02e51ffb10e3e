"""Storing a file in a folder named by its path, which need not be there yet (`import --folder`)."""

from __future__ import annotations

from typing import BinaryIO

from docmgr import db
from docmgr.policy import Actor
from docmgr.services import documents, folders
from docmgr.services.errors import NotFound
from docmgr.services.intake import Upload


class _NothingStored(Exception):
    def __init__(self, upload: Upload) -> None:
        super().__init__(upload.outcome)
        self.upload = upload


def upload(actor: Actor, stream: BinaryIO, name: str, names: str, *, publish: bool = False) -> Upload:
    """`documents.upload` into the folder "A/B" below the root; missing folders are made only if the file is stored.

    Raises Denied, Invalid.
    """
    try:
        folder_id = folders.by_path(actor, names).id
    except NotFound:
        return _with_new_folders(actor, stream, name, names, publish)
    return documents.upload(actor, stream, name, folder_id=folder_id, publish=publish)


def _with_new_folders(actor: Actor, stream: BinaryIO, name: str, names: str, publish: bool) -> Upload:
    # One unit of work, although it stays open while the bytes are copied: only so a refused file leaves neither a
    # folder nor an event. It happens until the first file is stored.
    try:
        with db.write():
            folder_id = folders.by_path(actor, names, create=True).id
            done = documents.upload(actor, stream, name, folder_id=folder_id, publish=publish)
            if done.outcome != "stored":
                raise _NothingStored(done)
            return done
    except _NothingStored as nothing:
        return nothing.upload
