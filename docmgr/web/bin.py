"""Thùng rác: what the person may bring back, and bringing it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services import recycle
from docmgr.web.filters import counted
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import page_number, whole

blueprint = Blueprint("bin", __name__)


@blueprint.get("/bin")
@requires("document:restore")
def index() -> str:
    """What was deleted, by whom and when; the newest first."""
    page = recycle.contents(actor(), page_number(request.args))
    return render_template("bin/index.html", page=page, per_page=recycle.PAGE_SIZE)


@blueprint.post("/bin/batches/<batch>/restore")
@requires("document:restore")
def undo(batch: str) -> Response:
    """Take one act of deleting back."""
    back = recycle.restore(actor(), batch)
    flash(counted("Đã khôi phục %(n)s mục.", back), "success")
    folder_id = request.form.get("folder", type=whole)
    return redirect(url_for("folders.show", folder_id=folder_id) if folder_id else url_for(".index"))


@blueprint.post("/bin/folders/<int:folder_id>/restore")
@requires("document:restore")
def restore_folder(folder_id: int) -> Response:
    """Bring a folder back with all that went with it."""
    recycle.restore_folder(actor(), folder_id)
    flash(_("Đã khôi phục thư mục cùng mọi thứ bên trong."), "success")
    return redirect(url_for("folders.show", folder_id=folder_id))


@blueprint.post("/bin/documents/<int:document_id>/restore")
@requires("document:restore")
def restore_document(document_id: int) -> Response:
    """Bring one document back."""
    recycle.restore_document(actor(), document_id)
    flash(_("Đã khôi phục văn bản."), "success")
    return redirect(url_for("documents.show", document_id=document_id))
