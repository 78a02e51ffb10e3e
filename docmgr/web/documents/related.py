"""The relations tab of a document's page. It shows the first rows of four lists, or one list page by page.

This module decides how many rows are shown. Services decide what is related.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import request

from docmgr import paging
from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.relations.relations import Doubtful, RelatedDocument, RelationCounts
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import page_number

LISTS = ("out", "in", "copies", "missing")
# How many rows of each list are shown when all four are shown, and on a page of one list.
SHOWN, PER_PAGE = 25, 50
# How many copies of one cited document are named.
COPIES_SHOWN = 10


def lists(page: DocumentFrame, counts: RelationCounts, doubtful: Doubtful) -> dict[str, Any]:
    """Build the template variables of the relations tab. The first rows of each list are shown. With `list` in
    the address, only one list is shown, page by page. `counts` says how many rows each list has. `doubtful` has
    citations that may mean several stored documents, each with these documents."""
    asked = request.args.get("list", "")
    chosen = asked if asked in LISTS else None
    number = page_number(request.args) if chosen else 1
    limit = PER_PAGE if chosen else SHOWN
    span = document_page.RowSpan(limit, (number - 1) * limit)
    found = document_page.related(actor(), page, doubtful, [chosen] if chosen else LISTS, span)
    totals = {**found.totals, "missing": counts.missing}
    if chosen and number > (last := paging.count(totals[chosen], PER_PAGE)):
        # After the end the last page is shown, not an empty one.
        number = last
        span = document_page.RowSpan(limit, (number - 1) * limit)
        found = document_page.related(actor(), page, doubtful, [chosen], span)
    return {
        "chosen": chosen,
        "number": number,
        "per_page": PER_PAGE,
        "totals": totals,
        "rows": {"out": _by_type(found.outgoing), "in": _by_type(found.incoming)},
        "copies": found.copies,
        "copies_shown": COPIES_SHOWN,
        "missing": found.missing,
    }


def _by_type(rows: Sequence[RelatedDocument]) -> list[tuple[str, list[RelatedDocument]]]:
    return [(type_, list(group)) for type_, group in groupby(rows, key=lambda row: row.type)]
