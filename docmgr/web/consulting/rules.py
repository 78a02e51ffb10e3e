"""The rules of consultations, and the form to add one."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from docmgr.services.consulting import rules, words
from docmgr.services.consulting.rules import ConsultationRuleInput
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("consultation_rules", __name__)
FIELDS = {
    "from_on": "Áp dụng từ ngày",
    "least_days": "Ít nhất (ngày)",
    "anonymous": "Được lấy ý kiến không nêu tên",
    "basis": "Căn cứ",
}


@blueprint.get("/consultation-rules")
@requires("account:own")
def index() -> str:
    """List the rules with their bases."""
    return forms.page(_form(), {}, Sent(request.form))


@blueprint.post("/consultation-rules")
@requires("agency:manage")
def add() -> forms.Answer:
    """Store a rule that is in force from a day on."""
    return forms.answer(
        _form,
        lambda sent: ConsultationRuleInput(
            sent.day("from_on"), sent.number("least_days"), sent.text("anonymous") == "1", sent.text("basis")
        ),
        lambda given, _revision: rules.save(actor(), given),
        _("Đã lưu quy tắc."),
        lambda _done: url_for(".index"),
    )


def _form() -> forms.Form:
    more = {"rows": rules.listing(actor()), "limits": words, "may_edit": may("agency:manage")}
    return forms.Form("consulting/rules.html", FIELDS, lambda _values, _sent: more)
