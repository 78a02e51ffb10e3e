"""Files that are sent with a form as evidence: the folder that receives them, and their fields in the templates (work/_file.html)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from flask import request

from docmgr.keys import whole
from docmgr.services.documents import upload
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.message import Message
from docmgr.services.overview import own_uploads
from docmgr.web.kit.guard import actor, may
from docmgr.web.kit.inputs import Sent

NO_FOLDER = Message("Bạn chưa được thêm văn bản vào thư mục nào; hãy chọn văn bản có sẵn.")


@dataclass(frozen=True)
class Offered:
    """The folders to which the actor may add, as (id, path from the root) pairs; the one that is chosen unless they choose another, and whether the
    file is published. After a search of the folders `typed` has what was typed beside them."""

    folders: list[tuple[int, str]]
    chosen: int | None
    publish: bool = True
    typed: Mapping[str, str] = field(default_factory=dict)


def offered() -> Offered | None:
    """The folders for a file of this page; None when the actor's roles may not upload."""
    if not may("document:upload"):
        return None
    folders, sent = [(one.id, one.trail) for one in tree.tree(actor()) if one.may_add], Sent(request.form)
    if sent.searching:
        return Offered(folders, whole(sent.text("folder")), bool(sent.text("publish")), request.form)
    found = own_uploads.next_folder(actor())
    return Offered(folders, found.id if found else None)


def uploaded(sent: Sent) -> int | None:
    """Store the file of the field `file` in the chosen folder, and return its document; None without a file. Raises Invalid when it cannot be stored."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    folder_id = sent.number("folder")
    if "folder" in sent.errors:
        raise Invalid(Message("Hãy chọn thư mục trong danh sách."), "folder")
    if folder_id is None:
        found = own_uploads.next_folder(actor())
        if found is None:
            raise Invalid(NO_FOLDER, "file")
        folder_id = found.id
    try:
        stored = upload.upload(actor(), cast(BinaryIO, file.stream), file.filename, folder_id=folder_id, publish=request.form.get("publish") == "1")
    except NotFound:
        raise Conflict(Message("Thư mục đã chọn không còn; hãy chọn thư mục khác. Chưa có gì được lưu.")) from None
    if stored.document_id is None:
        raise Invalid(stored.reason or Message("Không lưu được tệp này."), "file")
    return stored.document_id
