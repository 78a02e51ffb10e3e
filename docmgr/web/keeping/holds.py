"""The forms that set and end a legal hold on a document or a case file."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from docmgr.services.cases import files
from docmgr.services.keeping import holds
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("holds", __name__)


@blueprint.get("/documents/<int:document_id>/hold")
@requires("hold:set")
def document(document_id: int) -> str:
    """Show the holds on a document, with the form that sets one or ends its own."""
    found = holds.holdable(actor(), document_id)
    notes = holds.on_document(actor(), document_id)
    own = next((note.hold for note in notes if note.case is None), None)
    back = url_for("documents.show", document_id=document_id) if found.deleted_at is None else url_for("trail.index", document=document_id)
    by_cases = [note for note in notes if note.case is not None]
    return render_template(
        "holds/show.html", name=found.label, about=found.subject, hold=own, by_cases=by_cases, back=back, rooms=("folders.index",),
        set_at=url_for(".hold_document", document_id=document_id), end_at=url_for(".release_document", document_id=document_id),
    )  # fmt: skip


@blueprint.post("/documents/<int:document_id>/hold")
@requires("hold:set")
def hold_document(document_id: int) -> forms.Answer:
    """Hold a document, with a reason."""
    return _act(lambda sent: holds.hold_document(actor(), document_id, sent.text("reason")), True, *_at(document_id))


@blueprint.post("/documents/<int:document_id>/release")
@requires("hold:set")
def release_document(document_id: int) -> forms.Answer:
    """End the hold on a document (`id`), with a reason."""
    return _act(lambda sent: holds.end_on_document(actor(), document_id, sent.number("id") or 0, sent.text("reason")), False, *_at(document_id))


@blueprint.get("/cases/<int:case_id>/hold")
@requires("hold:set")
def case(case_id: int) -> str:
    """Show the form that holds a case file, or ends its hold."""
    found = files.get(actor(), case_id)
    back = url_for("cases.show", case_id=case_id)
    return render_template(
        "holds/show.html", name=found.code, about=found.title, hold=holds.on_case(actor(), case_id), by_cases=[], back=back,
        rooms=("cases.index",), set_at=url_for(".hold_case", case_id=case_id), end_at=url_for(".release_case", case_id=case_id),
    )  # fmt: skip


@blueprint.post("/cases/<int:case_id>/hold")
@requires("hold:set")
def hold_case(case_id: int) -> forms.Answer:
    """Hold a case file and every document in it, with a reason."""
    return _act(lambda sent: holds.hold_case(actor(), case_id, sent.text("reason")), True, *_at_case(case_id))


@blueprint.post("/cases/<int:case_id>/release")
@requires("hold:set")
def release_case(case_id: int) -> forms.Answer:
    """End the hold on a case file (`id`), with a reason."""
    return _act(lambda sent: holds.end_on_case(actor(), case_id, sent.number("id") or 0, sent.text("reason")), False, *_at_case(case_id))


def _act(do: Callable[[Sent], object], held: bool, to: str, back: str) -> forms.Answer:
    told = _("Đang tạm giữ: không được xóa hẳn cho đến khi thôi tạm giữ.") if held else _("Đã thôi tạm giữ.")
    return forms.act_typed(lambda: do(Sent(request.form)), told, to, forms.Typed({"reason": "Lý do"}), back)


def _at(document_id: int) -> tuple[str, str]:
    """Where to go afterwards, and where when it was refused. A document in the recycle bin has no page of its own."""
    form = url_for(".document", document_id=document_id)
    in_bin = holds.holdable(actor(), document_id).deleted_at is not None
    return form if in_bin else url_for("documents.show", document_id=document_id), form


def _at_case(case_id: int) -> tuple[str, str]:
    return url_for("cases.show", case_id=case_id), url_for(".case", case_id=case_id)
