"""What the tab of files shows with the pictures of pages: their words, which people can select, and buttons to turn them."""

from __future__ import annotations

from typing import Any

from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.documents.pictures import layers, previews
from docmgr.web.kit.guard import actor


def pictured(page: DocumentFrame, file_id: int | None, numbers: range) -> dict[str, Any]:
    """Build the template variables of the pages `numbers` of a file. `files` are the files of the version. `page_words` has the lines of text by page number.
    `no_pictures` is the sentence that says why the version has no pictures, or None. `file_id` is None when there are
    none."""
    files = document_page.files(actor(), page)
    if file_id is None:
        return {"files": files, "page_words": {}, "no_pictures": previews.waiting(actor(), page.version)}
    return {"files": files, "page_words": layers.layers(actor(), file_id, numbers), "no_pictures": None}
