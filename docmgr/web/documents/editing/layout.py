"""The page that shows where a document deviates from the layout of Annex I of Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from docmgr.keys import whole
from docmgr.services.texts import layout
from docmgr.web.documents.page import record_reading
from docmgr.web.kit.guard import actor, requires

blueprint = Blueprint("layout", __name__)


@blueprint.get("/documents/<int:document_id>/layout")
@requires("document:read")
def show(document_id: int) -> str:
    """Check the version with the number `v` in the address, show what deviates, and record a reading: the page quotes the document."""
    checked = layout.check_version(actor(), document_id, request.args.get("v", type=whole))
    answer = render_template("layout/show.html", checked=checked, document=checked.document, severities=layout.SEVERITIES)
    # This comes last, because a unit of work expires everything that was loaded.
    record_reading(document_id, None)
    return answer
