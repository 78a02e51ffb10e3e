"""The page that shows the text of a document before and after its conversion from an old encoding, and the button
that undoes the conversion or does it again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.errors import Invalid
from docmgr.services.texts import conversion
from docmgr.web.documents.page import record_reading
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number
from docmgr.web.kit.words import in_words

blueprint = Blueprint("conversion", __name__)

DONE = {
    True: "Đang đọc lại tệp như được viết, không chuyển mã.",
    False: "Đang đọc lại tệp và chuyển mã sang Unicode.",
}


@blueprint.get("/documents/<int:document_id>/conversion")
@requires("document:read")
def show(document_id: int) -> str:
    """Show the converted lines of a version side by side with what they were before, and record a reading.
    Parameters of the address: the version number `v`, and `page`."""
    found = conversion.compare(actor(), document_id, request.args.get("v", type=whole), page_number(request.args))
    answer = render_template(
        "conversion/show.html",
        found=found,
        document=found.document,
        version=found.version,
        names=conversion.names(found.version.encodings),
        per_page=conversion.PAGE_LINES,
    )
    # This comes last, because a unit of work expires everything that was loaded.
    if found.lines:
        record_reading(document_id, None)
    return answer


@blueprint.post("/documents/<int:document_id>/conversion")
@requires("document:edit")
def change(document_id: int) -> Response:
    """Undo the conversion of the version `v` (`as_written` is 1), or do it again (0)."""
    as_written = request.form.get("as_written") == "1"
    no = request.form.get("v", type=whole) or 0
    try:
        conversion.set_as_written(actor(), document_id, no, as_written)
    except Invalid as error:
        flash(in_words(error.message), "danger")
    else:
        flash(_(DONE[as_written]), "success")
    return redirect(url_for("documents.show", document_id=document_id, v=request.form.get("shown") or None))
