"""The comments that a document's page shows: the tab with all of them, and those of one provision beside its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request

from docmgr.keys import whole
from docmgr.services.comments import rights, threads
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.texts.view import ShownProvision
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import page_number

# How many provisions inside the chosen one the form at the text offers.
INNER_SHOWN = 60


def frame(document_id: int) -> dict[str, Any]:
    """Build the template variables that every tab needs: `comments`, how many are open, and `may_comment`."""
    return {"comments": threads.open_comments(actor(), document_id), "may_comment": rights.may_write(actor(), document_id)}


def tab(page: DocumentFrame) -> dict[str, Any]:
    """Build the template variables of the tab: one page of threads, or with `see` in the address the page that has this comment."""
    see = whole(request.args.get("see", ""))
    shown = threads.page(actor(), page.document.id, page.version_id, page_number(request.args), comment_id=see)
    return {"thread_page": shown, "per_page": threads.PAGE_SIZE}


def beside(page: DocumentFrame, units: Sequence[ShownProvision]) -> dict[str, Any]:
    """Build the template variables for the provision whose comments stand beside the text: that of `comment` in the address, if the
    text has it. `inner` are this provision and those inside it, for which the form can be sent as well."""
    anchor = request.args.get("comment", "")
    inner = [unit for unit in units if unit.anchor == anchor or unit.anchor.startswith(f"{anchor}.")][:INNER_SHOWN]
    if not anchor or not any(unit.anchor == anchor for unit in inner):
        return {"commenting": None}
    shown = threads.page(actor(), page.document.id, page.version_id, anchor=anchor)
    return {"commenting": anchor, "thread_page": shown, "per_page": threads.PAGE_SIZE, "inner": inner}
