"""The pictures of pages that one screen shows, with their words, which people can select, and buttons to turn them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import request

from docmgr.keys import whole
from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.documents.pictures import layers, previews
from docmgr.web.kit.guard import actor

PREVIEW_PAGES = 10


@dataclass(frozen=True)
class Preview:
    """The page images of a file that one screen shows. `numbers` are the page numbers on the screen (from 1), and
    `pages` is the number of pages in the file. `cut` means that the file has more pages than can be shown. `turns` are
    the numbers of the pages that people may turn."""

    file_id: int
    numbers: range
    pages: int
    cut: bool
    turns: Collection[int]


def preview_of(page: DocumentFrame, screen: int, file_id: int | None = None) -> Preview | None:
    """Choose the page images of a file of the version for screen number `screen` (from 1). A number after the end gives
    the first screen. `file_id` chooses the file; None means the first one. None when it has no page images, or none yet."""
    shown = previews.pictured(actor(), page.version, file_id)
    if shown is None:
        return None
    first = (max(screen, 1) - 1) * PREVIEW_PAGES + 1
    first = first if first <= shown.pages else 1
    numbers = range(first, min(first + PREVIEW_PAGES, shown.pages + 1))
    return Preview(shown.file_id, numbers, shown.pages, shown.cut, shown.turns)


def asked() -> int | None:
    """Read the id of the file whose pages are asked for from `file` in the address. None means the first file."""
    return request.args.get("file", type=whole)


def pictured(page: DocumentFrame, preview: Preview | None) -> dict[str, Any]:
    """Build the template variables of the pages in `preview`. `files` are the files of the version, `with_pictures` the ids
    of those that have page pictures, and `shown_file` the one that is shown. `page_words` has the lines of text by page
    number. `no_pictures` is the sentence that says why there are no pictures, or None."""
    files = document_page.files(actor(), page)
    variables = {
        "files": files,
        "shown_file": previews.chosen(actor(), page.version, asked()),
        "with_pictures": {file.id for file in files if previews.pictured(actor(), page.version, file.id)},
    }
    if preview is None:
        return {**variables, "page_words": {}, "no_pictures": previews.waiting(actor(), page.version, asked())}
    return {**variables, "page_words": layers.layers(actor(), preview.file_id, preview.numbers), "no_pictures": None}
