"""The picture of one page beside the form for facts: which page, how large, and where the words of facts are on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import request

from docmgr.keys import whole
from docmgr.services.documents import page as document_page
from docmgr.services.documents import places
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.documents.pictures import previews
from docmgr.web.documents.pictures import Preview, asked, preview_of
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import page_number

# The page (from 1), then left, top, width and height as shares of the page picture, from its upper left corner.
Box = tuple[int, float, float, float, float]
# The width of the picture in percent of its frame.
ZOOMS = (100, 150, 200)


@dataclass(frozen=True)
class PagePicture:
    """The picture of page `number` (from 1) of a file of a version. `zoom` is its width in percent of the frame.
    `places` maps the name of a fact to the rectangles of its words: see Box. `others` are the other files that have
    pictures, as (id, name) pairs; the id of the first file is None, as in the address."""

    preview: Preview
    number: int
    zoom: int
    places: Mapping[str, list[Box]]
    others: Sequence[tuple[int | None, str]]

    @property
    def closer(self) -> int | None:
        """The next larger zoom, or None."""
        return next((zoom for zoom in ZOOMS if zoom > self.zoom), None)

    @property
    def farther(self) -> int | None:
        """The next smaller zoom, or None."""
        return next((zoom for zoom in reversed(ZOOMS) if zoom < self.zoom), None)

    def on_page(self) -> list[tuple[str, Box]]:
        """List the rectangles on this page: (name of the fact, rectangle)."""
        return [(field, one) for field, found in self.places.items() for one in found if one[0] == self.number]


def shows_text(page: DocumentFrame) -> bool:
    """Whether the form shows the text and no picture: with `view=text` in the address, or because the picture would be
    drawn without the old fonts of the file. `view=picture` shows even such a picture."""
    view = request.args.get("view")
    return bool(page.text) and (view == "text" or (view != "picture" and lacks_fonts(page)))


def lacks_fonts(page: DocumentFrame) -> bool:
    """Whether the pictures of the version are drawn without the old fonts of its file, so that they cannot be read."""
    version = page.version
    file = previews.chosen(actor(), version, asked())
    return version is not None and file is not None and file.kind not in previews.KINDS and bool(version.encodings)


def of(page: DocumentFrame, quotes: Mapping[str, str]) -> PagePicture | None:
    """Choose the picture for the form, from `file`, `page` and `zoom` in the address. `quotes` has the words of each
    fact. None when the file has no pictures, or when the text of the version is shown."""
    all_pages = None if shows_text(page) else preview_of(page, 1, asked())
    if all_pages is None:
        return None
    number = min(max(page_number(request.args), 1), all_pages.pages)
    zoom = request.args.get("zoom", type=whole)
    preview = replace(all_pages, numbers=range(number, number + 1))
    places_of = _places(all_pages.file_id, quotes)
    return PagePicture(preview, number, zoom if zoom in ZOOMS else ZOOMS[0], places_of, _others(page, all_pages.file_id))


def _others(page: DocumentFrame, file_id: int) -> list[tuple[int | None, str]]:
    files = document_page.files(actor(), page)
    pictured = [file for file in files if file.id != file_id and previews.pictured(actor(), page.version, file.id)]
    return [(None if file is files[0] else file.id, file.name) for file in pictured]


def _places(file_id: int, quotes: Mapping[str, str]) -> dict[str, list[Box]]:
    found = places.places(actor(), file_id, quotes)
    return {
        field: [(box.page, round(box.left, 4), round(box.top, 4), round(box.width, 4), round(box.height, 4)) for box in boxes]
        for field, boxes in found.items()
    }
