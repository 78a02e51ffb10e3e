"""The slip of an incoming document (phiếu giải quyết văn bản đến): its page, and the same as a file."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from docmgr.services.errors import Invalid
from docmgr.services.handling import slip
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.sending import attachment, file_or_back
from docmgr.web.kit.words import in_words

blueprint = Blueprint("slips", __name__)


@blueprint.get("/documents/<int:document_id>/slip")
@requires("document:read")
def show(document_id: int) -> str | Response:
    """Show the slip of a document; one that has not arrived leads back to its page, which says so."""
    try:
        found = slip.slip(actor(), document_id)
    except Invalid as refused:
        flash(in_words(refused.message), "warning")
        return redirect(url_for("documents.show", document_id=document_id))
    return render_template(
        "registers/slip.html", slip=found, document=found.document, line=found.line, described=slip.described(found.document),
        parts=list(zip(slip.PARTS, found.parts, strict=True)), forms=slip.FORMS,
    )  # fmt: skip


@blueprint.post("/documents/<int:document_id>/slip")
@requires("document:read")
def download(document_id: int) -> Response:
    """Send the slip as a file. It is a POST, because the export is recorded as an event."""

    def made() -> Response:
        file = slip.export(actor(), document_id, request.form.get("form", ""))
        return attachment(file.name, file.media_type, file.body)

    return file_or_back(made, url_for(".show", document_id=document_id))
