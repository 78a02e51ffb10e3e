"""The publications of a document: the list, and the forms that record, change, end and withdraw one."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from docmgr.keys import whole
from docmgr.models import Document, PublicationRule
from docmgr.services.access import guard
from docmgr.services.openness import listing, recording, rules, switch, words
from docmgr.services.openness.listing import PublicationRow
from docmgr.services.openness.recording import PublicationInput
from docmgr.services.people import units
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated
from legaltext import dates

blueprint = Blueprint("publications", __name__)
FIELDS = {
    "audience": "Công khai cho",
    "form_id": "Hình thức",
    "rule_id": "Quy định",
    "unit_id": "Đơn vị",
    "place": "Nơi công khai",
    "starts_on": "Bắt đầu",
    "days": "Số ngày",
    "proof_url": "Trang làm bằng chứng",
    "proof_sha256": "SHA-256",
    "proof_document_id": "Văn bản làm bằng chứng",
    "note": "Ghi chú",
}
# What is typed beside the buttons that end a publication.
TYPED = {"ended_on": "Ngày kết thúc", "reason": "Lý do"}
# The number of a document, or the address of its page.
_DOCUMENT = re.compile(r"(?:.*/documents/)?([0-9]{1,10})(?:[/?#].*)?")


@blueprint.get("/documents/<int:document_id>/publications")
@requires("document:read")
def show(document_id: int) -> str:
    """List the publications of a document."""
    return render_template(
        "publications/show.html", found=listing.of_document(actor(), document_id), states=translated(words.FILTERS), audiences=translated(words.AUDIENCES),
        page_on=switch.shown(actor()), today=dates.today(), limits=words,
    )  # fmt: skip


@blueprint.route("/documents/<int:document_id>/publications/new", methods=["GET", "POST"])
@requires("document:edit")
def new(document_id: int) -> forms.Answer:
    """Record a publication: show the form (GET) or store it (POST)."""
    document = guard.get_editable(actor(), document_id)
    return forms.answer(
        lambda: forms.Form("publications/form.html", FIELDS, lambda _values, _sent: _choices(document)),
        _given,
        lambda given, _revision: recording.create(actor(), document_id, given),
        _("Đã ghi công khai."),
        lambda _made: url_for(".show", document_id=document_id),
        lambda: _first(document),
    )


@blueprint.route("/documents/<int:document_id>/publications/<int:publication_id>", methods=["GET", "POST"])
@requires("document:edit")
def edit(document_id: int, publication_id: int) -> forms.Answer:
    """Change a publication: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _stored(document_id, publication_id),
        _given,
        lambda given, revision: recording.edit(actor(), document_id, publication_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", document_id=document_id),
    )


@blueprint.post("/documents/<int:document_id>/publications/<int:publication_id>/end")
@requires("document:edit")
def end(document_id: int, publication_id: int) -> forms.Answer:
    """End a publication, on the day that was typed or today."""
    sent = Sent(request.form)
    day = sent.day("ended_on")
    return forms.act_typed(
        lambda: recording.end(actor(), document_id, publication_id, day),
        _("Đã kết thúc công khai."), url_for(".show", document_id=document_id), forms.Typed(TYPED), errors=sent.errors,
    )  # fmt: skip


@blueprint.post("/documents/<int:document_id>/publications/<int:publication_id>/withdraw")
@requires("document:edit")
def withdraw(document_id: int, publication_id: int) -> forms.Answer:
    """Withdraw a publication with a reason; the record stays."""
    reason = Sent(request.form).text("reason")
    return forms.act_typed(
        lambda: recording.withdraw(actor(), document_id, publication_id, reason),
        _("Đã rút lần công khai; bản ghi vẫn còn."), url_for(".show", document_id=document_id), forms.Typed(TYPED),
    )  # fmt: skip


def _first(document: Document) -> dict[str, Any]:
    """What a new form proposes: today, and the rule that names the type of the document."""
    fitting = [row for row in rules.listing(actor()) if _applies(row.rule, document)]
    chosen = next((row.rule for row in fitting if document.type in row.types), fitting[0].rule if fitting else None)
    return {
        "audience": chosen.audience if chosen else "agency", "rule_id": chosen.id if chosen else None, "days": chosen.least_days if chosen else None,
        "starts_on": dates.today(), "unit_id": actor().unit_id,
    }  # fmt: skip


def _applies(rule: PublicationRule, document: Document) -> bool:
    day = document.issued_on or dates.today()
    return rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)


def _stored(document_id: int, publication_id: int) -> forms.Form:
    row = listing.get(actor(), document_id, publication_id)
    stored = {name: getattr(row.publication, name) for name in FIELDS}
    return forms.Form(
        "publications/form.html", FIELDS, lambda _values, _sent: _choices(row.document, row), stored=stored, revision=row.publication.revision, words=_words()
    )


def _words() -> dict[str, dict[Any, str]]:
    return {
        "audience": translated(words.AUDIENCES), "form_id": {row.id: row.name for row in rules.kinds(actor())},
        "rule_id": {row.rule.id: row.rule.name for row in rules.listing(actor())}, "unit_id": dict(units.options(actor())),
    }  # fmt: skip


def _choices(document: Document, row: PublicationRow | None = None) -> dict[str, Any]:
    """What a form lets people choose. What the publication `row` has may be kept, also where it is no longer offered."""
    form_id, rule_id = (row.publication.form_id, row.publication.rule_id) if row else (None, None)
    return {
        "document": document, "row": row, "limits": words, "audiences": translated(words.AUDIENCES), "units": units.options(actor()),
        "kinds": [(one.id, one.name) for one in rules.kinds(actor()) if one.in_use or one.id == form_id],
        "rules": [(one.rule.id, one.rule.name) for one in rules.listing(actor()) if one.rule.id == rule_id or _applies(one.rule, document)],
    }  # fmt: skip


def _given(sent: Sent) -> PublicationInput:
    upload = request.files.get("proof_file")
    return PublicationInput(
        audience=sent.text("audience"), form_id=sent.number("form_id"), rule_id=sent.number("rule_id"), unit_id=sent.number("unit_id"),
        place=sent.text("place"), starts_on=sent.day("starts_on"), days=sent.number("days"), proof_url=sent.text("proof_url"),
        proof_sha256=(recording.hash_of(upload.stream) if upload else "") or sent.text("proof_sha256"), proof_document_id=_document(sent), note=sent.text("note"),
    )  # fmt: skip


def _document(sent: Sent) -> int | None:
    typed = sent.text("proof_document_id").strip()
    if not typed:
        return None
    match = _DOCUMENT.fullmatch(typed)
    number = whole(match[1]) if match else None
    if number is None:
        sent.errors["proof_document_id"] = _("Hãy dán địa chỉ trang của văn bản, hoặc nhập số của nó trong hệ thống.")
    return number
