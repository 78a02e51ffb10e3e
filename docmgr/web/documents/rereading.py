"""The pages about readings that were put off: their list, and the decision about one of them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.errors import Invalid
from docmgr.services.texts import kept
from docmgr.web.documents.page import record_reading
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number
from docmgr.web.kit.words import in_words

blueprint = Blueprint("rereading", __name__)

DONE = {
    "accept": "Đang đọc lại tệp; các chỗ trỏ sẽ chuyển như đã hiện.",
    "keep": "Đã giữ bản đọc cũ.",
}


@blueprint.get("/documents/rereading")
@requires("document:edit")
def index() -> str:
    """Show the list of versions whose new reading waits for a decision. `page` is the page number."""
    rows, total, page = kept.listed(actor(), page_number(request.args))
    return render_template("rereading/index.html", rows=rows, total=total, page=page, per_page=kept.PAGE_ROWS)


@blueprint.get("/documents/<int:document_id>/rereading")
@requires("document:edit")
def show(document_id: int) -> str:
    """Show which places a new reading of the version `v` would move, and record a reading."""
    no = request.args.get("v", type=whole)
    found = kept.show(actor(), document_id, no or 0)
    answer = render_template("rereading/show.html", found=found, document=found.document)
    # This comes last, because a unit of work expires everything that was loaded.
    if found.moves:
        record_reading(document_id, None)
    return answer


@blueprint.post("/documents/<int:document_id>/rereading")
@requires("document:edit")
def decide(document_id: int) -> Response:
    """Take the new reading of the version `v` (`decision` is accept), or keep the old one (keep)."""
    decision = request.form.get("decision", "")
    no = request.form.get("v", type=whole) or 0
    try:
        kept.decide(actor(), document_id, no, decision, request.form.getlist("anchor"))
    except Invalid as error:
        flash(in_words(error.message), "danger")
    else:
        flash(_(DONE[decision]), "success")
    return redirect(url_for(".index"))
