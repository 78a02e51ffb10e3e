"""The links that a document's page shows: the tabs of tasks and inspections, the tasks, inspections and findings linked to its provisions, and
the links that have been ended.

This module decides words and addresses; services decide which links the actor may see.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from docmgr.services.conferences import tied
from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.inspection.of_document import inspections_of_document, pinned
from docmgr.services.links import links
from docmgr.services.links.links import LinkRow
from docmgr.services.planning.of_document import pins, tasks_of_document
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import page_number
from docmgr.web.links.links import address

# How many items are shown at one provision, and how many tasks or inspections a tab shows on one page.
MARKS_SHOWN = 10
TIES_PAGE = 50


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


def tasks(page: DocumentFrame) -> dict[str, Any]:
    """Build the template variables of the tab of tasks."""
    number = page_number(request.args)
    rows = tasks_of_document(actor(), page.document.id, limit=TIES_PAGE, skip=(number - 1) * TIES_PAGE)
    of_it = tied.of_document(actor(), page.document.id)
    return {"tasks": rows, "conferences": of_it, "papers": tied.PAPERS, **_listed(page, rows, number), **ended(page, "task")}


def inspections(page: DocumentFrame) -> dict[str, Any]:
    """Build the template variables of the tab of inspections."""
    number = page_number(request.args)
    rows = inspections_of_document(actor(), page.document.id, limit=TIES_PAGE, skip=(number - 1) * TIES_PAGE)
    return {"inspections": rows, **_listed(page, rows, number), **ended(page, "inspection", "finding")}


def _listed(page: DocumentFrame, rows: Sequence[Any], number: int) -> dict[str, Any]:
    # Links keep the version whose text they refer to; the newest version needs no number.
    held = document_page.numbers(actor(), {row.version_id for row in rows if row.version_id is not None})
    older = {version_id: no for version_id, no in held.items() if no != page.document.current_no}
    return {"version_numbers": older, "number": number, "per_page": TIES_PAGE}


def ended(page: DocumentFrame, *kinds: str) -> dict[str, Any]:
    """Build two template variables: `ended` lists the latest ended links of the document, newest first, and
    `ended_total` is the number of all. Only links to these `kinds` (keys of links.KINDS) are included."""
    rows, total = links.ended_of_document(actor(), page.document.id, kinds)
    return {"ended": [EndedLink(row, address(row.subject)) for row in rows], "ended_total": total}
