"""What is tied to a document, as its page shows it: marks at the provisions of its text, and links taken off again.

Decides words and addresses. Leaves to services which ties the actor may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from docmgr.services import inspections, links, plans
from docmgr.services.document_page import DocumentPage
from docmgr.services.links import LinkRow
from docmgr.web.guard import actor
from docmgr.web.links import address


@dataclass(frozen=True)
class Mark:
    """A task, inspection or finding that stands at a provision: its kind in words, what it says, its page."""

    words: str
    title: str
    address: str


@dataclass(frozen=True)
class Ended:
    """A link taken off again, and the page of what the document was tied to."""

    link: LinkRow
    address: str


def marks(
    page: DocumentPage, tied: Iterable[plans.DocumentTask], checked: Iterable[inspections.DocumentInspection]
) -> dict[str, list[Mark]]:
    """By anchor: what is pinned to a provision of the version shown, each once."""
    shown = page.version.id if page.version else None
    found = [
        (task.anchor, Mark(_("nhiệm vụ"), task.title, url_for("tasks.show", task_id=task.id)))
        for task in tied
        if task.version_id == shown
    ]
    found += [(row.anchor, _checked(row)) for row in checked if row.version_id == shown]
    by_anchor: dict[str, dict[Mark, None]] = {}
    for anchor, mark in found:
        if anchor:
            by_anchor.setdefault(anchor, {})[mark] = None
    return {anchor: list(seen) for anchor, seen in by_anchor.items()}


def _checked(row: inspections.DocumentInspection) -> Mark:
    place = f"finding-{row.finding_id}" if row.finding_id else None
    words = _("phát hiện") if place else _("kiểm tra")
    return Mark(
        words, row.finding or row.title, url_for("inspections.show", inspection_id=row.id, _anchor=place)
    )


def ended(page: DocumentPage, *kinds: str) -> list[Ended]:
    """Links of the document to such subjects (links.KINDS) that were taken off again, the last one first."""
    gone = [
        (row.ended_at, row)
        for row in links.of_document(actor(), page.document.id, ended=True)
        if row.ended_at is not None and row.subject.kind in kinds
    ]
    gone.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    return [Ended(row, address(row.subject)) for _at, row in gone]
