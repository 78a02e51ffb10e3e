"""The form that asks further people in a consultation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from docmgr.services.consulting import inviting
from docmgr.services.workflow import assigning
from docmgr.web.consulting.consultations import editable
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, may, requires

blueprint = Blueprint("consultation_people", __name__)


@blueprint.route("/consultations/<int:consultation_id>/invite", methods=["GET", "POST"])
@requires("document:edit")
def invite(consultation_id: int) -> forms.Answer:
    """Ask further people: show the form (GET) or store who was chosen (POST)."""
    return forms.answer(
        lambda: _form(consultation_id),
        lambda sent: sent.chosen("keys"),
        lambda keys, _revision: inviting.invite(actor(), consultation_id, keys),
        _("Đã mời thêm người cho ý kiến."),
        lambda _made: url_for("consultations.show", consultation_id=consultation_id),
    )


def _form(consultation_id: int) -> forms.Form:
    more: dict[str, Any] = {"view": editable(consultation_id), "choices": assigning.choices(actor()) if may("workflow:move") else {"user": [], "unit": []}}
    return forms.Form("consulting/invite.html", {"keys": "Hỏi ai"}, lambda _values, sent: {**more, "chosen": sent.form.getlist("keys")})
