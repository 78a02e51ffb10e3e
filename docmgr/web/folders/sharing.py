"""Sharing (Chia sẻ): list who has which right on a folder or document and where the right comes from, and
give and revoke rights."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.web.kit import forms, messages
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated
from docmgr.web.kit.words import in_words

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/folders/<int:folder_id>/sharing")
@requires("document:share")
def folder(folder_id: int) -> str:
    """Show the rights on a folder. `q` searches for people and units to whom a right can be given."""
    return _page(SharedThing(folder_id=folder_id))


@blueprint.get("/documents/<int:document_id>/sharing")
@requires("document:share")
def document(document_id: int) -> str:
    """Show the rights on a document. `q` searches for people and units to whom a right can be given."""
    return _page(SharedThing(document_id=document_id))


def _page(
    subject: SharedThing, errors: dict[str, str] | None = None, conflict: Conflict | None = None
) -> str:
    query = request.args.get("q", request.form.get("q", ""))[:200]
    return render_template(
        "sharing/show.html",
        page=sharing.page(actor(), subject, page_number(request.args)),
        per_page=sharing.PAGE_SIZE,
        query=query,
        found=sharing.search_holders(actor(), subject, query),
        limit=sharing.CHOICES_SHOWN,
        rights=translated(sharing.RIGHTS),
        errors=errors or {},
        conflict=conflict,
        key=request.form.get("key", ""),
        right=request.form.get("right", "read"),
    )


def _address(subject: SharedThing) -> str:
    if subject.document_id is not None:
        return url_for(".document", document_id=subject.document_id)
    return url_for(".folder", folder_id=subject.folder_id)


@blueprint.post("/folders/<int:folder_id>/sharing/rights")
@blueprint.post("/documents/<int:document_id>/sharing/rights")
@requires("document:share")
def grant(folder_id: int | None = None, document_id: int | None = None) -> Response | tuple[str, int]:
    """Give a right on a folder or document (one of the two ids is set) to the person or unit chosen in the
    form. `undo` is sent by the button that undoes a revocation."""
    subject, sent = SharedThing(folder_id, document_id), Sent(request.form)
    try:
        sharing.grant(actor(), subject, sent.text("key"), sent.text("right"), revision=sent.revision)
    except Invalid as error:
        return _page(subject, {error.field or "": in_words(error.message)}), 400
    except Conflict as conflict:
        return _page(subject, conflict=conflict), 409
    flash(_("Đã hoàn tác: quyền lại có như cũ.") if sent.text("undo") else _("Đã cấp quyền."), "success")
    return redirect(_address(subject))


@blueprint.post("/folders/<int:folder_id>/sharing/inheritance")
@blueprint.post("/documents/<int:document_id>/sharing/inheritance")
@requires("document:share")
def inheritance(folder_id: int | None = None, document_id: int | None = None) -> Response:
    """Stop or resume inheriting the rights of the parent folder, for a folder or a document (one of the two
    ids is set)."""
    subject, sent = SharedThing(folder_id, document_id), Sent(request.form)
    inherit = sent.text("inherit") == "1"
    return forms.act(
        lambda: sharing.set_inherit(actor(), subject, inherit=inherit, revision=sent.revision),
        _("Đã kế thừa quyền từ thư mục cấp trên.") if inherit else _("Đã ngừng kế thừa quyền."),
        _address(subject),
    )


@blueprint.post("/rights/<int:grant_id>/revoke")
@requires("document:share")
def revoke(grant_id: int) -> Response:
    """Revoke a right that was given on the folder or document itself, not inherited. The message offers to undo this: its
    button gives the right again, unless anything else about the rights has changed since."""
    subject = sharing.subject_of(actor(), grant_id)
    try:
        key, right, revision, holder = sharing.revoke(actor(), grant_id, revision=whole(request.form.get("revision")))
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
        return redirect(_address(subject))
    words = _("Đã thu hồi quyền của %(name)s.", name=messages.name(in_words(holder)))
    given = url_for(".grant", folder_id=subject.folder_id, document_id=subject.document_id)
    fields = {"key": key, "right": right, "revision": str(revision), "undo": "1"}
    messages.tell(words, undo=messages.Undo(given, fields))
    return redirect(_address(subject))
