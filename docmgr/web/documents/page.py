"""The page of one document, and its buttons: publish, move, delete.

This module decides addresses and tabs; services decide rights and rules. The form for facts is in
web.documents.facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.models import Document
from docmgr.services.access import guard
from docmgr.services.bulk import changing, copying
from docmgr.services.cases import contents as case_contents
from docmgr.services.checkout import taking
from docmgr.services.clicks import opened
from docmgr.services.consulting import answering
from docmgr.services.documents import facts, lifecycle, progress, validity
from docmgr.services.documents import page as document_page
from docmgr.services.documents.attachments import listing, publishing
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.documents.pictures import previews
from docmgr.services.errors import Conflict, Invalid, Refusal
from docmgr.services.inspection.of_document import count_inspections
from docmgr.services.keeping import holds
from docmgr.services.own_fields import values as own_values
from docmgr.services.planning.obligations import listing as obligations
from docmgr.services.planning.of_document import count_tasks
from docmgr.services.receipts import confirming
from docmgr.services.registers import listing as register_lines
from docmgr.services.registers.words import STATES as REGISTER_STATES
from docmgr.services.relations.targets import CitedDocument
from docmgr.services.search import inside
from docmgr.services.search import request as asked
from docmgr.services.search.notes import told
from docmgr.services.terms import of_documents as terms
from docmgr.services.texts import conversion, kept, signatures, view
from docmgr.services.texts import parts as text_parts
from docmgr.services.texts.own_links import own_links
from docmgr.services.texts.parts import PagePart
from docmgr.services.trail import readings
from docmgr.services.trail.audit import folding
from docmgr.services.trail.history import Filter
from docmgr.services.workflow import page as flow_page
from docmgr.web.comments import panel
from docmgr.web.documents import pictures, related, scanned, ties
from docmgr.web.folders import contents
from docmgr.web.folders.folders import after_deleting, tell_moved
from docmgr.web.folders.undoing import undo_of
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number
from docmgr.web.kit.words import in_words
from docmgr.web.trail import lines

blueprint = Blueprint("documents", __name__)

# How many recipients the card of facts names.
RECIPIENTS_SHOWN = 30
TABS = ("text", "files", "relations", "tasks", "inspections", "comments", "trail")
WORKFLOW_DONE = {
    "published": "Đã công bố văn bản.",
    "withdrawn": "Đã thu hồi văn bản. Chỉ người quản lý thư mục và thanh tra còn đọc được.",
    "draft": "Đã chuyển về dự thảo.",
}


@dataclass(frozen=True)
class ShownFact:
    """One fact of the document with its value. `guessed` is true when no person has confirmed the value.
    `quote` has the words of the text from which the value was read, or is None. A long list is cut, and
    `more` is how many values are not shown."""

    label: str
    value: Any
    guessed: bool
    quote: str | None
    more: int


@blueprint.get("/documents/<int:document_id>")
@requires("document:read")
def show(document_id: int) -> str | Response:
    """Show the page of one document and record a reading. The address of a joined draft leads to the document that has
    its file, for who may read both.

    `tab` in the address names the tab, and `v` the version number. The words of the query `q` are marked in
    the text, and `hit` proves that a search with `q` led here. A very long text is shown in parts. `part` chooses a part by its number, or the whole text with
    "all". `at` chooses the part that contains an anchor, and `comment` the provision whose comments stand beside the text. `list` chooses one list of relations. `page` is the
    page of a list, or of the images of a PDF.
    """
    into = guard.joined_into(actor(), document_id)
    if into is not None:
        return redirect(url_for(".show", document_id=into))
    tab = request.args.get("tab", "text")
    tab = tab if tab in TABS else "text"
    version_no = request.args.get("v", type=whole)
    page = document_page.frame(actor(), document_id, version_no, with_text=tab == "text" or "q" in request.args)
    frame = _frame(page)
    shown = _TAB_DATA[tab](page, frame)
    answer = render_template(f"documents/{tab}.html", tab=tab, **frame, **shown)
    # This comes last, because a unit of work expires everything that was loaded.
    record_reading(document_id, shown.get("preview"))
    if request.method == "GET" and "hit" in request.args:
        opened.record(actor(), document_id, request.args.get("q", ""), request.args["hit"])
    return answer


def _frame(page: DocumentFrame) -> dict[str, Any]:
    """Build the template variables that every tab of a document's page needs."""
    document = page.document
    held = validity.of(actor(), document)
    known = document_page.doubtful(actor(), page)
    return {
        "original": copying.original(actor(), document),
        "page": page,
        "document": document,
        "version": page.version,
        "validity": held,
        "status": held.status,
        "sentence": progress.sentence(document),
        "busy": document.state in progress.BUSY_STATES,
        "query": asked.question(request.args.get("q", ""))[0],
        "facts": _facts(document),
        "known": known,
        "counts": document_page.counts(actor(), page, known),
        "task_count": count_tasks(actor(), document.id),
        "inspection_count": count_inspections(actor(), document.id),
        "health_told": conversion.told(page.version),
        "reading_notes": conversion.notes(page.version),
        "held_back": publishing.held_back(actor(), page),
        "old_encodings": conversion.names(page.version.encodings if page.version else None),
        "register_lines": register_lines.of_document(actor(), document.id),
        "register_states": REGISTER_STATES,
        "flow": flow_page.panel(actor(), document.id),
        "case_files": case_contents.of_document(actor(), document.id),
        "own_fields": own_values.of_document(actor(), document.id),
        "terms": terms.of_document(actor(), document.id),
        "checkout": taking.of_document(actor(), document.id),
        "holds": holds.on_document(actor(), document.id),
        "own_receipt": confirming.of_page(actor(), document.id), "asked_opinion": answering.of_page(actor(), document.id),
        **panel.frame(document.id),
        "obligations": obligations.waiting(actor(), page),
        "kept_reading": kept.waits(actor(), document, page.version),
        "version_no": None if page.latest or page.version is None else page.version.no,
    }


def _facts(document: Document) -> list[ShownFact]:
    """List the facts of a document that have a value, in the order of facts.FIELDS."""
    known = {fact.field: fact for fact in document.facts}
    rows = []
    for field, label in facts.FIELDS.items():
        fact = known.get(field)
        value = getattr(document, field)
        if value:
            more = max(0, len(value) - RECIPIENTS_SHOWN) if isinstance(value, list) else 0
            shown = value[:RECIPIENTS_SHOWN] if more else value
            guessed = fact is not None and not fact.confirmed
            rows.append(ShownFact(label, shown, guessed, fact.quote if fact else None, more))
    return rows


def _text_tab(page: DocumentFrame, frame: dict[str, Any]) -> dict[str, Any]:
    units = document_page.outline_of(actor(), page)
    query, cut = asked.question(request.args.get("q", ""))
    found = inside.look(actor(), page, query, (unit.anchor for unit in units)) if query else None
    parts = text_parts.cut(page.text, units, document_page.count_citations(actor(), page))
    part = _part(parts, units)
    within = range(part.start, part.end) if part else None
    here = view.within(units, within)
    cited = [_cited(one) for one in document_page.cited(actor(), page, {unit.anchor for unit in here}, within)]
    mark = found.mark if found else view.unmarked
    own = own_links(page, units, within)
    passages = view.passages(page.text, units, cited, mark, within, own)
    return {
        "passages": passages,
        "inside": found,
        "notes": told((*cut, *found.notes), _) if found else [],
        "places": view.marks(passages),
        "parts": parts if len(parts) > 1 else (),
        "part": part,
        "outline": view.outline(units, within, page.text),
        "here": {unit.anchor for unit in here if within is None or unit.start in within},
        "heads": view.OUTLINE_KINDS,
        "marks": ties.marks(page, {unit.anchor for unit in here}),
        **panel.beside(page, here),
        **_signatures(page),
        **scanned.recognised(page),
    }


def _signatures(page: DocumentFrame) -> dict[str, Any]:
    return {"signatures": signatures.of_version(actor(), page), "signature_words": signatures}


def _part(parts: Sequence[PagePart], units: Sequence[document_page.ProvisionExtent]) -> PagePart | None:
    """Choose which of the `parts` of a long text is shown, from the parameters `part` and `at` of the
    address. The default is the first part. None means that the whole text is shown."""
    if len(parts) == 1 or request.args.get("part") == "all":
        return None
    at = request.args.get("at")
    no = text_parts.holding(parts, units, at) if at else whole(request.args.get("part")) or 1
    return parts[min(max(no, 1), len(parts)) - 1]


def _cited(found: CitedDocument) -> view.Cited:
    citation = found.citation
    needles = tuple(filter(None, (citation.number, citation.name)))
    candidates = tuple((one.id, one.label) for one in found.candidates)
    return view.Cited(
        citation.quote, citation.anchor, found.target_id, found.target_label, needles, candidates
    )


def _files_tab(page: DocumentFrame, frame: dict[str, Any]) -> dict[str, Any]:
    number = max(1, whole(request.args.get("versions")) or 1)
    preview = pictures.preview_of(page, page_number(request.args), pictures.asked())
    first = preview is not None and page.version is not None and preview.file_id == page.version.files[0].id
    shown, total = document_page.version_list(actor(), page.document.id, number)
    return {
        "preview": preview,
        **pictures.pictured(page, preview),
        "attached": listing.attached(actor(), page),
        **scanned.marked(page, frame["query"] if first else "", pictures.PREVIEW_PAGES),
        "versions": shown,
        "total": total,
        "per_page": document_page.VERSIONS_PAGE,
        "versions_page": number,
        **_signatures(page),
    }


def record_reading(document_id: int, preview: pictures.Preview | None) -> None:
    """Record one reading of the document for a visit of its tabs, and a second one of its file if `preview` shows images of
    it. A page that is opened from the results of a search is a reading of its own: the limits of services.clicks count them. A HEAD
    request records nothing. A POST shows a form again, and records nothing that was already recorded
    within the last hour. Raises NotFound if the actor may not read the document.
    """
    if request.method == "GET":
        readings.opened(actor(), document_id, apart="hit" in request.args)
    elif request.method == "POST":
        readings.record(actor(), [document_id])
    if preview is not None and request.method != "HEAD":
        previews.start(actor(), preview.file_id, again=request.method == "POST")


def _relations_tab(page: DocumentFrame, frame: dict[str, Any]) -> dict[str, Any]:
    return related.lists(page, frame["counts"], frame["known"])


def _trail_tab(page: DocumentFrame, _frame: dict[str, Any]) -> dict[str, Any]:
    found = folding.of_document(actor(), page.document.id, Filter(), per_page=20)
    return {"rows": [lines.line(row) for row in found.rows], "total": found.events}


_TAB_DATA = {
    "text": _text_tab,
    "files": _files_tab,
    "relations": _relations_tab,
    "tasks": lambda page, _frame: ties.tasks(page),
    "inspections": lambda page, _frame: ties.inspections(page),
    "comments": lambda page, _frame: panel.tab(page),
    "trail": _trail_tab,
}


@blueprint.post("/documents/<int:document_id>/workflow")
@requires("document:edit")
def set_workflow(document_id: int) -> Response:
    """Set the workflow state of the document: published, withdrawn or draft."""
    wanted = request.form.get("workflow", "")
    try:
        lifecycle.set_workflow(actor(), document_id, wanted, seen=request.form.get("seen"))
    except (Invalid, Conflict) as error:
        return _refused(document_id, error)
    flash(_(WORKFLOW_DONE[wanted]), "success")
    return redirect(url_for(".show", document_id=document_id))


def _refused(document_id: int, error: Refusal) -> Response:
    flash(in_words(error.message), "danger")
    return redirect(url_for(".show", document_id=document_id))


@blueprint.get("/documents/<int:document_id>/move")
@requires("document:edit")
def choose_folder(document_id: int) -> str:
    """Show the page on which the person chooses the folder to which the document is moved."""
    document = guard.get_editable(actor(), document_id)
    # A search of the list keeps what was chosen, and the folder in which the person saw the document.
    sent = Sent(request.args)
    return render_template(
        "documents/move.html", document=document, folders=contents.targets(),
        chosen=sent.text("folder") if "folder" in request.args else document.folder_id, seen=whole(sent.text("seen")) or document.folder_id,
    )  # fmt: skip


@blueprint.post("/documents/<int:document_id>/move")
@requires("document:edit")
def move(document_id: int) -> Response:
    """Move the document to the chosen folder."""
    folder_id = request.form.get("folder", type=whole)
    if folder_id is None:
        flash(_("Xin chọn thư mục."), "danger")
        return redirect(url_for(".choose_folder", document_id=document_id))
    try:
        made = changing.move(actor(), [document_id], folder_id, seen=request.form.get("seen", type=whole))
    except (Invalid, Conflict) as error:
        return _refused(document_id, error)
    tell_moved(_("Đã chuyển thư mục."), folder_id, undo_of(made, document=document_id))
    return redirect(url_for(".show", document_id=document_id))


@blueprint.post("/documents/<int:document_id>/delete")
@requires("document:delete")
def delete(document_id: int) -> Response:
    """Put the document into the recycle bin, and redirect to a page that offers to undo this."""
    document = guard.get_editable(actor(), document_id)
    try:
        batch = lifecycle.delete(actor(), [document_id])
    except Invalid as error:
        return _refused(document_id, error)
    return after_deleting(document.folder_id, batch)
