"""The page on which a person makes a copy of a document: a new draft in a folder of their choice."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.access import guard
from docmgr.services.bulk import copying
from docmgr.services.errors import Conflict, Invalid
from docmgr.web.folders import contents
from docmgr.web.kit import messages
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words

blueprint = Blueprint("copies", __name__)


@blueprint.get("/documents/<int:document_id>/duplicate")
@requires("document:upload")
def choose(document_id: int) -> str:
    """Show the form that asks for the folder."""
    return _page(document_id)


@blueprint.post("/documents/<int:document_id>/duplicate")
@requires("document:upload")
def make(document_id: int) -> Response | tuple[str, int]:
    """Make the copy and show it."""
    sent = Sent(request.form)
    folder_id = sent.number("folder")
    if sent.searching:
        return _page(document_id), 200
    if folder_id is None:
        return _page(document_id, sent.errors or {"folder": _("Xin chọn thư mục.")}), 400
    try:
        made = copying.copy(actor(), document_id, folder_id)
    except (Invalid, Conflict) as refused:
        return _page(document_id, {"": in_words(refused.message)}), 400
    messages.tell(_("Đã nhân bản thành dự thảo này. Số, ký hiệu và ngày ban hành để trống."))
    return redirect(url_for("documents.show", document_id=made))


def _page(document_id: int, errors: Mapping[str, str] = MappingProxyType({})) -> str:
    document = guard.get(actor(), document_id)
    chosen = Sent(request.form).text("folder") if request.method == "POST" else document.folder_id
    return render_template("documents/copy.html", document=document, folders=contents.targets(), chosen=chosen, errors=errors)
