"""Consultations: the list, the page of one, the forms that open and change it, the button that closes it, and its summary as DOCX."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.policy import Denied
from docmgr.services.access import guard
from docmgr.services.consulting import listing, opening, rules, showing, summary, words
from docmgr.services.consulting.opening import ConsultationInput
from docmgr.services.consulting.showing import ConsultationView
from docmgr.services.workflow import assigning
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent, page_number, translated
from docmgr.web.kit.sending import attachment, file_or_back
from legaltext import dates

blueprint = Blueprint("consultations", __name__)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FIELDS = {
    "question": "Nội dung lấy ý kiến",
    "from_on": "Từ ngày",
    "to_on": "Đến hết ngày",
    "remind_days": "Nhắc trước hạn (ngày)",
    "anonymous": "Không nêu tên",
    "keys": "Hỏi ai",
}
CHANGED = {"question": "Nội dung lấy ý kiến", "to_on": "Đến hết ngày", "remind_days": "Nhắc trước hạn (ngày)"}


@blueprint.get("/consultations")
@requires("document:read")
def index() -> str | Response:
    """List the consultations that the person sees; `view`, `document` and `page` are in the address."""
    view, number = request.args.get("view", ""), page_number(request.args)
    view = view if view in words.VIEWS else ""
    document_id = whole(request.args.get("document"))
    document = guard.get(actor(), document_id) if document_id is not None else None
    page = listing.page(actor(), view, number, document_id)
    if away := addresses.past_the_end(number, page.total, listing.PAGE_SIZE):
        return away
    return render_template(
        "consulting/index.html", page=page, view=view, views=translated(words.VIEWS), states=translated(words.STATES), document=document,
        may_open=document is not None and guard.may_edit(actor(), document.id), per_page=listing.PAGE_SIZE, today=dates.today(),
    )  # fmt: skip


@blueprint.get("/consultations/<int:consultation_id>")
@requires("document:read")
def show(consultation_id: int) -> str | Response:
    """Show a consultation, the opinions that the person may see, and their own."""
    number = page_number(request.args)
    view = showing.get(actor(), consultation_id, number)
    if away := addresses.past_the_end(number, view.total, showing.PAGE_SIZE):
        return away
    return render_template(
        "consulting/show.html", view=view, row=view.consultation, document=view.document, states=translated(words.STATES),
        stances=translated(words.STANCES), receptions=translated(words.RECEPTIONS), nobody=_(words.NOBODY), per_page=showing.PAGE_SIZE, least=words.LEAST_ANONYMOUS,
        places=showing.choices(actor(), consultation_id) if view.may_answer else [],
    )  # fmt: skip


@blueprint.route("/documents/<int:document_id>/consultations/new", methods=["GET", "POST"])
@requires("document:edit")
def new(document_id: int) -> forms.Answer:
    """Open a consultation on a document: show the form (GET) or store it (POST)."""
    document = guard.get_editable(actor(), document_id)
    rule = rules.of_today(actor())
    more: dict[str, Any] = {
        "document": document,
        "rule": rule,
        "limits": words,
        "choices": assigning.choices(actor()) if may("workflow:move") else {"user": [], "unit": []},
    }
    return forms.answer(
        lambda: forms.Form(
            "consulting/form.html",
            FIELDS,
            lambda _values, sent: {**more, "chosen": sent.form.getlist("keys")},
        ),
        _given,
        lambda given, _revision: opening.create(actor(), document_id, given),
        _("Đã mở đợt lấy ý kiến."),
        lambda made: url_for(".show", consultation_id=made),
        lambda: {
            "from_on": dates.today(),
            "remind_days": words.REMIND,
            "to_on": dates.today() + dt.timedelta(days=(rule.least_days if rule is not None else 5) - 1),
        },
    )


def _given(sent: Sent) -> ConsultationInput:
    return ConsultationInput(
        sent.text("question"), sent.day("from_on"), sent.day("to_on"), sent.text("anonymous") == "1", sent.chosen("keys"), sent.number("remind_days")
    )


@blueprint.route("/consultations/<int:consultation_id>/edit", methods=["GET", "POST"])
@requires("document:edit")
def edit(consultation_id: int) -> forms.Answer:
    """Change the question, the last day and the reminder: show the form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _stored(editable(consultation_id)),
        lambda sent: (sent.text("question"), sent.day("to_on"), sent.number("remind_days")),
        lambda given, revision: opening.edit(actor(), consultation_id, *given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", consultation_id=consultation_id),
    )


def _stored(view: ConsultationView) -> forms.Form:
    more: dict[str, Any] = {"document": view.document, "row": view.consultation, "limits": words}
    stored = {name: getattr(view.consultation, name) or None for name in CHANGED}
    return forms.Form(
        "consulting/edit.html",
        CHANGED,
        lambda _values, _sent: more,
        stored=stored,
        revision=view.consultation.revision,
    )


def editable(consultation_id: int) -> ConsultationView:
    """Return the consultation if the person may change it. Raises Denied and NotFound."""
    view = showing.get(actor(), consultation_id)
    if not view.may_edit:
        raise Denied("document:edit")
    return view


@blueprint.post("/consultations/<int:consultation_id>/close")
@requires("document:edit")
def close(consultation_id: int) -> Response:
    """Close a consultation before its last day."""
    return forms.act(
        lambda: opening.close(actor(), consultation_id),
        _("Đã kết thúc lấy ý kiến."),
        url_for(".show", consultation_id=consultation_id),
    )


@blueprint.post("/consultations/<int:consultation_id>/summary")
@requires("document:read")
def paper(consultation_id: int) -> Response:
    """Send the summary as DOCX. It is a POST, because the export is recorded as an event."""

    def made() -> Response:
        file = summary.write(actor(), consultation_id)
        return attachment(file.name, DOCX, file.body)

    return file_or_back(made, url_for(".show", consultation_id=consultation_id))
