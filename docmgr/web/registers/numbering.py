"""The forms that give a document a number: of the outgoing series, of a copy, or of arrival; and the button that writes the
number it has into the register."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.people import people, units
from docmgr.services.registers import arrivals, issue, lines, offers, words
from docmgr.services.registers.issue import NumberInput
from docmgr.services.registers.offers import NumberOffer
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated
from docmgr.web.registers.arrival_fields import arrival_of
from legaltext import dates

blueprint = Blueprint("numbering", __name__)

FIELDS = {"series": "Dãy số", "entry": "Số", "day": "Ngày văn bản", "field": "Ký hiệu đơn vị soạn thảo"}
COPY_FIELDS = {**FIELDS, "copy_kind": "Loại bản sao", "day": "Ngày sao"}
ARRIVAL_FIELDS = {"series": "Dãy số", "entry": "Số đến", "arrived_on": "Ngày đến", **{name: lines.COLUMNS[name] for name in lines.INCOMING}}


@blueprint.route("/documents/<int:document_id>/number", methods=["GET", "POST"])
@requires("register:edit")
def number(document_id: int) -> forms.Answer:
    """Show the form that gives a document its number (GET), or give it (POST)."""
    return forms.answer(
        lambda: _form("registers/number.html", FIELDS, offers.number(actor(), document_id), revised=True),
        _number_of,
        lambda given, revision: issue.issue_number(actor(), document_id, given, revision=revision),
        _("Đã cấp số và ghi vào sổ văn bản đi."),
        lambda _entry: url_for("documents.show", document_id=document_id),
        lambda: {"day": dates.today().isoformat(), "series": offers.number(actor(), document_id).usual},
    )


@blueprint.post("/documents/<int:document_id>/number/record")
@requires("register:edit")
def record(document_id: int) -> Response:
    """Write the number that a document has into the register of outgoing documents."""
    sent = Sent(request.form)
    return forms.act(
        lambda: issue.record_number(actor(), document_id, series_id=sent.number("series"), revision=sent.revision),
        _("Đã ghi vào sổ văn bản đi với số của văn bản."),
        url_for("documents.show", document_id=document_id),
        url_for(".number", document_id=document_id),
    )


@blueprint.route("/documents/<int:document_id>/copy", methods=["GET", "POST"])
@requires("register:edit")
def copy(document_id: int) -> forms.Answer:
    """Show the form that gives a copy of a document its number (GET), or give it (POST)."""
    return forms.answer(
        lambda: _form("registers/copy.html", COPY_FIELDS, offers.copy(actor(), document_id)),
        lambda sent: (sent.text("copy_kind"), _number_of(sent)),
        lambda given, _revision: issue.issue_copy(actor(), document_id, *given),
        _("Đã cấp số bản sao."),
        lambda _entry: url_for("documents.show", document_id=document_id),
        lambda: {"day": dates.today().isoformat(), "copy_kind": "SY"},
    )


@blueprint.route("/documents/<int:document_id>/arrival", methods=["GET", "POST"])
@requires("register:edit")
def arrival(document_id: int) -> forms.Answer:
    """Show the form that enters a document into the register of incoming documents (GET), or enter it (POST)."""
    return forms.answer(
        lambda: _form("registers/arrival.html", ARRIVAL_FIELDS, offers.arrival(actor(), document_id)),
        arrival_of,
        lambda given, _revision: arrivals.receive(actor(), document_id, given),
        _("Đã vào sổ văn bản đến."),
        lambda _entry: url_for("documents.show", document_id=document_id),
        lambda: {"arrived_on": dates.today().isoformat(), "sender": offers.arrival(actor(), document_id).document.issuer},
    )


def _form(template: str, fields: dict[str, str], offer: NumberOffer, *, revised: bool = False) -> forms.Form:
    def more(_values: forms.Values, _sent: Sent) -> dict[str, Any]:
        people_lists = {"units": units.options(actor()), "people": people.options(actor())} if "arrived_on" in fields else {}
        return {"offer": offer, "document": offer.document, "copies": translated(words.COPIES), "states": words.STATES, **people_lists}

    return forms.Form(template, fields, more, stored={} if revised else None, revision=offer.document.revision if revised else None)


def _number_of(sent: Sent) -> NumberInput:
    return NumberInput(sent.number("series"), sent.number("entry"), sent.day("day"), sent.text("field"))
