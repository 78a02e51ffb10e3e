"""What the page of a document says about recognised text: how sure it is, and where matches stand on the pictures."""

from __future__ import annotations

from typing import Any

from docmgr.services.documents.page import DocumentFrame
from docmgr.services.scans import shown
from docmgr.services.search import inside
from docmgr.web.kit.guard import actor


def recognised(page: DocumentFrame) -> dict[str, Any]:
    """Build the template variable `recognition` for the version in the frame `page`. It is None unless the text was
    recognised on pictures."""
    return {"recognition": shown.recognition(actor(), page)}


def marked(page: DocumentFrame, query: str, pages_a_screen: int) -> dict[str, Any]:
    """Build the template variables of the pictures of a scan: `recognition`, `boxes` (page number → boxes of matches of
    the query), and `hit_pages`, which has (page number, number of the screen that shows it) pairs."""
    found = recognised(page)
    boxes = {}
    if query and found["recognition"]:
        boxes = shown.marks(actor(), page, inside.look(actor(), page, query, ()).mark)
    hit_pages = [(number, (number - 1) // pages_a_screen + 1) for number in boxes]
    return {**found, "boxes": boxes, "hit_pages": hit_pages}
