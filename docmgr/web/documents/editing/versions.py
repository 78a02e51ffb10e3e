"""The form in which a person uploads a new version of a document."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.access import guard
from docmgr.services.checkout import taking
from docmgr.services.documents import upload
from docmgr.services.errors import Invalid
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.words import in_words

blueprint = Blueprint("versions", __name__)


@blueprint.get("/documents/<int:document_id>/versions/new")
@requires("document:edit")
def choose_version(document_id: int) -> str:
    """Show the form."""
    return _page(document_id)


@blueprint.post("/documents/<int:document_id>/versions/new")
@requires("document:edit")
def add_version(document_id: int) -> Response | tuple[str, int]:
    """Store the uploaded file as a new version of the document; without a file, or when it is refused, show the form again
    with the reason."""
    guard.get_editable(actor(), document_id)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(document_id, _("Xin chọn một tệp.")), 400
    stream, note, back = cast(BinaryIO, file.stream), request.form.get("note"), request.form.get("give_back") == "1"
    try:
        added = upload.add_version(actor(), document_id, stream, file.filename, note, give_back=back)
    except Invalid as refused:
        return _page(document_id, in_words(refused.message)), 400
    if added.outcome == "refused" and added.reason:
        return _page(document_id, in_words(added.reason)), 400
    if added.outcome == "stored":
        flash(_("Đã thêm phiên bản mới, đang đọc…"), "success")
    else:
        flash(_("Tệp này trùng với phiên bản hiện nay."), "warning")
    return redirect(url_for("documents.show", document_id=document_id))


def _page(document_id: int, error: str | None = None) -> str:
    document, checkout = guard.get_editable(actor(), document_id), taking.of_document(actor(), document_id)
    return render_template("documents/version.html", document=document, error=error, checkout=checkout)
