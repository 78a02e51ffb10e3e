"""The pictures of pages that one screen shows, with their words, which people can select, and buttons to turn them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.documents.pictures import layers, previews
from docmgr.web.kit.guard import actor

PREVIEW_PAGES = 10


@dataclass(frozen=True)
class Preview:
    """The page images of a file that one screen shows. `numbers` are the page numbers on the screen (from 1), and
    `pages` is the number of pages in the file. `cut` means that the file has more pages than can be shown. `turns`
    means that people may turn them."""

    file_id: int
    numbers: range
    pages: int
    cut: bool
    turns: bool


def preview_of(page: DocumentFrame, screen: int) -> Preview | None:
    """Choose the page images of the version for screen number `screen` (from 1). A number after the end gives the first
    screen. None when the version has no page images, or none yet."""
    shown = previews.pictured(actor(), page.version)
    if shown is None:
        return None
    first = (max(screen, 1) - 1) * PREVIEW_PAGES + 1
    first = first if first <= shown.pages else 1
    numbers = range(first, min(first + PREVIEW_PAGES, shown.pages + 1))
    return Preview(shown.file_id, numbers, shown.pages, shown.cut, shown.turns)


def pictured(page: DocumentFrame, file_id: int | None, numbers: range) -> dict[str, Any]:
    """Build the template variables of the pages `numbers` of a file. `files` are the files of the version. `page_words`
    has the lines of text by page number. `no_pictures` is the sentence that says why the version has no pictures, or None. `file_id` is None when there are
    none."""
    files = document_page.files(actor(), page)
    if file_id is None:
        return {"files": files, "page_words": {}, "no_pictures": previews.waiting(actor(), page.version)}
    return {"files": files, "page_words": layers.layers(actor(), file_id, numbers), "no_pictures": None}
