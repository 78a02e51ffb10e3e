"""What is tied to a document, as its page shows it: marks at the provisions of its text, and links taken off again.

Decides words and addresses. Leaves to services which ties the actor may see.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from docmgr.services.documents.page import DocumentFrame
from docmgr.services.inspection import inspections
from docmgr.services.links import links
from docmgr.services.links.links import LinkRow
from docmgr.services.planning import plans
from docmgr.web.kit.guard import actor
from docmgr.web.links.links import address

# Marks at one provision.
MARKS_SHOWN = 10


@dataclass(frozen=True)
class ProvisionMark:
    """A task, inspection or finding that stands at a provision: its kind in words, what it says, its page."""

    words: str
    title: str
    address: str


@dataclass(frozen=True)
class EndedLink:
    """A link taken off again, and the page of what the document was tied to."""

    link: LinkRow
    address: str


@dataclass(frozen=True)
class PageMarks:
    """What is pinned to one provision, the first of them, and how many more there are."""

    shown: tuple[ProvisionMark, ...]
    more: int


def marks(page: DocumentFrame, anchors: Container[str]) -> dict[str, PageMarks]:
    """By anchor, for these anchors: what is pinned to a provision of the version shown, each once."""
    document_id, version_id = page.document.id, page.version_id
    by_anchor: dict[str, dict[tuple[str, str, int, int | None], None]] = {}
    for pin in plans.pins(actor(), document_id, version_id):
        by_anchor.setdefault(pin.anchor, {})[("task", pin.title, pin.id, None)] = None
    for row in inspections.pinned(actor(), document_id, version_id):
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
    """Links of the document to such subjects (links.KINDS) that were taken off again, the last first, and their number."""
    rows, total = links.ended_of_document(actor(), page.document.id, kinds)
    return {"ended": [EndedLink(row, address(row.subject)) for row in rows], "ended_total": total}
