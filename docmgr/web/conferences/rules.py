"""The rules that laws set for conferences, and the form to add one."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from docmgr.services.conferences import rule_changes, rules
from docmgr.services.conferences.rules import ParticipationRuleInput
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent, translated

blueprint = Blueprint("conference_rules", __name__)
FIELDS = {"name": "Quy tắc", "from_on": "Áp dụng từ ngày", "amount": "Mức", "parts": "Mẫu số", "basis": "Căn cứ"}


@blueprint.get("/conferences/rules")
@requires("account:own")
def index() -> str:
    """List the rules with their bases."""
    return forms.page(_form(), {}, Sent(request.form))


@blueprint.post("/conferences/rules")
@requires("agency:manage")
def add() -> forms.Answer:
    """Store a rule that is in force from a day on."""
    return forms.answer(
        _form,
        lambda sent: ParticipationRuleInput(sent.text("name"), sent.day("from_on"), sent.number("amount"), sent.number("parts"), sent.text("basis")),
        lambda given, _revision: rule_changes.save(actor(), given),
        _("Đã lưu quy tắc."),
        lambda _done: url_for(".index"),
    )


def _form() -> forms.Form:
    more = {"rows": rules.listing(actor()), "rules": translated(rules.RULES), "said": rules.said, "may_edit": may("agency:manage")}
    return forms.Form("conferences/rules.html", FIELDS, lambda _values, _sent: more)
