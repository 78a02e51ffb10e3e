"""The star on documents and folders (templates/home/_star.html), and the buttons that set it and take it away."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Invalid
from docmgr.services.overview import favourites
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words

blueprint = Blueprint("stars", __name__)
# Kind → the endpoint of its page and the name of the id in its address.
PAGES = {"document": ("documents.show", "document_id"), "folder": ("folders.show", "folder_id")}


@blueprint.app_template_global()
def has_star(kind: str, subject_id: int) -> bool:
    """Whether the person of this request has marked the thing."""
    return favourites.has(actor(), kind, subject_id)


@blueprint.post("/favourites")
@requires("account:own")
def mark() -> Response:
    """Mark the thing that the fields `kind` and `subject` name, or take its star away when `on` is 0. Returns to its page."""
    sent = Sent(request.form)
    kind, number = sent.text("kind"), sent.number("subject")
    if kind not in PAGES or number is None:
        abort(404)
    endpoint, name = PAGES[kind]
    page = url_for(endpoint, **{name: number})  # type: ignore[arg-type]
    if sent.text("on") == "0":
        favourites.remove(actor(), kind, number)
        flash(_("Đã bỏ sao."), "success")
        return redirect(page)
    try:
        favourites.add(actor(), kind, number)
        flash(_("Đã gắn sao; xem ở trang đầu."), "success")
    except Invalid as refused:
        flash(in_words(refused.message), "danger")
    return redirect(page)
