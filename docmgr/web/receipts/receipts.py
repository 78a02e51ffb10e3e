"""The table of a document's reading receipts with the form that asks for more, and the buttons that confirm and withdraw."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.receipts import asking, confirming, listing
from docmgr.services.receipts.asking import AskResult
from docmgr.services.workflow import assigning
from docmgr.web.kit import addresses, forms, messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated

blueprint = Blueprint("receipts", __name__)


@blueprint.get("/documents/<int:document_id>/receipts")
@requires("document:read")
def show(document_id: int) -> str | Response:
    """Show who was asked and who confirmed, to those who may edit the document and to who asked."""
    return _page(document_id, Sent(request.form))


@blueprint.post("/documents/<int:document_id>/receipts")
@requires("document:edit")
def ask(document_id: int) -> str | Response | tuple[str | Response, int]:
    """Ask the chosen persons and units (`keys`) to confirm by a day (`due_on`) that they read the document."""
    sent = Sent(request.form)
    if sent.searching:
        return _page(document_id, sent)
    due_on, keys = sent.day("due_on"), list(sent.chosen("keys"))
    asked = sent.try_to(lambda: asking.ask(actor(), document_id, keys, due_on, sent.text("note")))
    if asked is None:
        return _page(document_id, sent), 400
    _tell(asked)
    return redirect(url_for(".show", document_id=document_id))


def _tell(asked: AskResult) -> None:
    messages.tell(counted("Đã yêu cầu %(n)s người xác nhận đã đọc.", asked.count))
    if asked.already:
        messages.tell(_("Đã được hỏi từ trước và chưa xác nhận: %(names)s.", names=asking.listed(asked.already)), "warning")
    if asked.refused:
        messages.tell(_("Không hỏi, vì không đọc được văn bản này: %(names)s.", names=asking.listed(asked.refused)), "warning")


def _page(document_id: int, sent: Sent) -> str | Response:
    number = page_number(request.args)
    page = listing.page(actor(), document_id, number)
    if away := addresses.past_the_end(number, page.total, listing.PAGE_SIZE):
        return away
    return render_template(
        "receipts/show.html", page=page, document=page.document, number=number, per_page=listing.PAGE_SIZE, states=translated(listing.STATES),
        errors=sent.errors, values=sent.form, chosen=sent.form.getlist("keys"), limits=asking, choices=assigning.choices(actor()) if page.may_ask else {},
    )  # fmt: skip


@blueprint.post("/documents/<int:document_id>/receipts/confirm")
@requires("document:read")
def confirm(document_id: int) -> Response:
    """Confirm that the person read the version `no`, which the page showed."""
    no = Sent(request.form).number("no") or 0
    shown = url_for("documents.show", document_id=document_id)
    return forms.act(lambda: confirming.confirm(actor(), document_id, no), _("Đã xác nhận bạn đã đọc văn bản."), shown)


@blueprint.post("/documents/<int:document_id>/receipts/withdraw")
@requires("document:read")
def withdraw(document_id: int) -> Response:
    """Withdraw one receipt (`receipt`), or all that are open without it."""
    sent = Sent(request.form)
    receipt_id = sent.number("receipt")
    back = url_for(".show", document_id=document_id)
    if sent.errors:
        messages.tell(_("Yêu cầu không hợp lệ"), "danger")
        return redirect(back)
    return forms.act(lambda: asking.withdraw(actor(), document_id, receipt_id), _("Đã thôi yêu cầu xác nhận."), back)
