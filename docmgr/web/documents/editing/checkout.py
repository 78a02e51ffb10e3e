"""The page on which a person takes a document to edit it, gives it back, or takes it away from whoever has it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from docmgr.services.access import guard
from docmgr.services.checkout import taking
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("checkout", __name__)


@blueprint.get("/documents/<int:document_id>/checkout")
@requires("document:read")
def show(document_id: int) -> str:
    """Show who has taken the document, with the forms that the person may use."""
    document, found = guard.get(actor(), document_id), taking.of_document(actor(), document_id)
    return render_template(
        "checkout/show.html", document=document, checkout=found, hours=taking.hours(actor()),
        may_take=found.note is None and guard.may_edit(actor(), document_id),
    )  # fmt: skip


@blueprint.post("/documents/<int:document_id>/checkout")
@requires("document:edit")
def take(document_id: int) -> forms.Answer:
    """Take the document to edit it."""
    told = _("Bạn đang giữ văn bản để sửa; người khác chỉ xem được.")
    return _act(document_id, lambda sent: taking.take(actor(), document_id, sent.text("reason")), told)


@blueprint.post("/documents/<int:document_id>/checkout/return")
@requires("document:read")
def give_back(document_id: int) -> forms.Answer:
    """Give the document back."""
    return _act(document_id, lambda _sent: taking.give_back(actor(), document_id), _("Đã trả lại văn bản; người khác sửa được."))


@blueprint.post("/documents/<int:document_id>/checkout/withdraw")
@requires("checkout:withdraw")
def withdraw(document_id: int) -> forms.Answer:
    """Take the document away from whoever has it, with a reason."""
    told = _("Đã thu hồi; người giữ được báo.")
    return _act(document_id, lambda sent: taking.withdraw(actor(), document_id, sent.text("reason"), mark=sent.text("mark")), told)


def _act(document_id: int, do: Callable[[Sent], object], told: str) -> forms.Answer:
    sent = Sent(request.form)
    page, form = url_for("documents.show", document_id=document_id), url_for(".show", document_id=document_id)
    return forms.act_typed(lambda: do(sent), told, page, forms.Typed({"reason": "Lý do"}, lambda: (None, _now(document_id))), form)


def _now(document_id: int) -> list[tuple[str, str]]:
    note = taking.of_document(actor(), document_id).note
    return [(_("Người giữ"), note.holder), (_("Lý do"), note.reason or "")] if note else []
