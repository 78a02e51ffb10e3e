"""Relations that a person creates between two documents. A form searches for the other document; a button
ends a relation.

This module has the pages; services.relations checks rights and keeps the history.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.models import Document
from docmgr.services.access import guard
from docmgr.services.errors import Invalid
from docmgr.services.relations import relations, restoring
from docmgr.services.search import find
from docmgr.services.search import pick as search_pick
from docmgr.services.search import request as asked
from docmgr.web.kit import forms, messages
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
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
    messages.tell(_("Đã thêm quan hệ."), to=_named(target))
    return redirect(url_for("documents.show", document_id=document_id, tab="relations"))


@blueprint.post("/relations/<int:relation_id>/end")
@requires("document:edit")
def end(relation_id: int) -> Response:
    """End a relation. Its row and its events are kept; the message offers to undo this."""
    document_id, target_id, mark = relations.end(actor(), relation_id)
    named = _named(target_id)
    words = _("Đã gỡ quan hệ với “%(name)s”.", name=messages.name(named[0])) if named else _("Đã gỡ quan hệ. Nhật ký vẫn giữ lại.")
    fields = {"mark": mark, "document": str(document_id)}
    undo = messages.Undo(url_for(".restore", relation_id=relation_id), fields) if named else None
    messages.tell(words, to=named, undo=undo)
    return redirect(url_for("documents.show", document_id=document_id, tab="relations"))


@blueprint.post("/relations/<int:relation_id>/restore")
@requires("document:edit")
def restore(relation_id: int) -> Response:
    """Undo the end of a relation. When it has changed since then, nothing happens and the message says so."""
    sent = Sent(request.form)
    source = sent.number("document")
    back = url_for("documents.show", document_id=source, tab="relations") if source else url_for("home.index")
    told = _("Đã hoàn tác: quan hệ lại có như cũ.")
    return forms.act(lambda: restoring.restore(actor(), relation_id, sent.text("mark")), told, back)


def _named(document_id: int) -> tuple[str, str] | None:
    """The name and the address of a document; None when the person may not read it."""
    document = search_pick.document(actor(), document_id)
    return (document.label, url_for("documents.show", document_id=document_id)) if document else None


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
