"""Relations that a person creates between two documents. A form searches for the other document; a button
ends a relation.

This module has the pages; services.relations checks rights and keeps the history.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.models import Document
from docmgr.services.access import guard
from docmgr.services.errors import Invalid
from docmgr.services.relations import relations
from docmgr.services.search import find
from docmgr.services.search import request as asked
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.words import in_words

blueprint = Blueprint("relations", __name__)

CHOICES = 10


@blueprint.get("/documents/<int:document_id>/relations/new")
@requires("document:edit")
def new(document_id: int) -> str:
    """Show the form for a new relation: search for the other document by words or number (`q`), then choose
    it and the type of the relation."""
    document = guard.get_editable(actor(), document_id)
    return _page(document)


@blueprint.post("/documents/<int:document_id>/relations")
@requires("document:edit")
def add(document_id: int) -> Response | tuple[str, int]:
    """Create a relation of the chosen type from this document to the chosen one."""
    document = guard.get_editable(actor(), document_id)
    target = request.form.get("target", type=whole)
    if target is None:
        return _page(document, _("Xin chọn một văn bản trong danh sách.")), 400
    try:
        relations.add(actor(), document_id, request.form.get("type", ""), target)
    except Invalid as error:
        return _page(document, in_words(error.message)), 400
    flash(_("Đã thêm quan hệ."), "success")
    return redirect(url_for("documents.show", document_id=document_id, tab="relations"))


@blueprint.post("/relations/<int:relation_id>/end")
@requires("document:edit")
def end(relation_id: int) -> Response:
    """End a relation. Its row and its events are kept."""
    document_id = relations.end(actor(), relation_id)
    flash(_("Đã gỡ quan hệ. Nhật ký vẫn giữ lại."), "success")
    return redirect(url_for("documents.show", document_id=document_id, tab="relations"))


def _page(document: Document, error: str | None = None) -> str:
    query = asked.question(request.values.get("q", ""))[0]
    found: list[Document] = []
    if query:
        page = find.find(actor(), query, per_page=CHOICES + 1, record=False)
        found = [hit.document for hit in page.hits if hit.document.id != document.id][:CHOICES]
    return render_template(
        "relations/new.html",
        document=document,
        query=query,
        found=found,
        error=error,
        kinds=policy.RELATIONS,
        chosen=request.values.get("type", "based_on"),
    )
