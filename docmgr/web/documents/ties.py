"""The links that a document's page shows: the tasks, inspections and findings linked to its provisions, and
the links that have been ended.

This module decides words and addresses; services decide which links the actor may see.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from docmgr.services.documents.page import DocumentFrame
from docmgr.services.inspection.of_document import pinned
from docmgr.services.links import links
from docmgr.services.links.links import LinkRow
from docmgr.services.planning.of_document import pins
from docmgr.web.kit.guard import actor
from docmgr.web.links.links import address

# How many items are shown at one provision.
MARKS_SHOWN = 10


@dataclass(frozen=True)
class ProvisionMark:
    """A task, inspection or finding that is linked to a provision. `words` says which of the three it is,
    `title` is its text, and `address` is the address of its page."""

    words: str
    title: str
    address: str


@dataclass(frozen=True)
class EndedLink:
    """A link that was ended. `address` is the page of the task, inspection or finding to which the document
    was linked."""

    link: LinkRow
    address: str


@dataclass(frozen=True)
class PageMarks:
    """The tasks, inspections and findings shown next to one provision. `shown` are the first of them; `more`
    is how many others there are."""

    shown: tuple[ProvisionMark, ...]
    more: int


def marks(page: DocumentFrame, anchors: Container[str]) -> dict[str, PageMarks]:
    """Find the tasks, inspections and findings linked to provisions of the version shown on `page`. Keys are
    anchors of provisions; only those in `anchors` are included. A task, inspection or finding appears once
    per provision."""
    document_id, version_id = page.document.id, page.version_id
    by_anchor: dict[str, dict[tuple[str, str, int, int | None], None]] = {}
    for pin in pins(actor(), document_id, version_id):
        by_anchor.setdefault(pin.anchor, {})[("task", pin.title, pin.id, None)] = None
    for row in pinned(actor(), document_id, version_id):
        key = ("inspection", row.finding or row.title, row.id, row.finding_id)
        by_anchor.setdefault(row.anchor or "", {})[key] = None
    return {anchor: _shown(list(found)) for anchor, found in by_anchor.items() if anchor in anchors}


def _shown(found: list[tuple[str, str, int, int | None]]) -> PageMarks:
    return PageMarks(tuple(_mark(*one) for one in found[:MARKS_SHOWN]), max(0, len(found) - MARKS_SHOWN))


def _mark(kind: str, title: str, number: int, finding_id: int | None) -> ProvisionMark:
    if kind == "task":
        return ProvisionMark(_("nhiệm vụ"), title, url_for("tasks.show", task_id=number))
    place = f"finding-{finding_id}" if finding_id else None
    words = _("phát hiện") if place else _("kiểm tra")
    return ProvisionMark(words, title, url_for("inspections.show", inspection_id=number, _anchor=place))


def ended(page: DocumentFrame, *kinds: str) -> dict[str, Any]:
    """Build two template variables: `ended` lists the latest ended links of the document, newest first, and
    `ended_total` is the number of all. Only links to these `kinds` (keys of links.KINDS) are included."""
    rows, total = links.ended_of_document(actor(), page.document.id, kinds)
    return {"ended": [EndedLink(row, address(row.subject)) for row in rows], "ended_total": total}
