"""The page on which a person lets another do what is assigned to them while they are absent."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.people import delegations, people
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires

blueprint = Blueprint("delegations", __name__)

FIELDS = {"delegate_id": "Người thay", "from_on": "Từ ngày", "to_on": "Đến ngày"}
STATES = {"present": "Đang áp dụng", "coming": "Sắp tới", "over": "Đã kết thúc"}


@blueprint.route("/delegations", methods=["GET", "POST"])
@requires("account:own")
def index() -> forms.Answer:
    """List the person's delegations with the form for a new one (GET), or store it (POST)."""
    return forms.answer(
        lambda: forms.Form("desk/delegations.html", FIELDS, lambda _values, _sent: {
            "rows": delegations.listing(actor()), "states": STATES, "people": [one for one in people.options(actor()) if one[0] != actor().user_id],
        }),
        lambda sent: (sent.number("delegate_id"), sent.day("from_on"), sent.day("to_on")),
        lambda given, _revision: delegations.create(actor(), *given),
        _("Đã ủy quyền. Người thay thấy và xử lý được những gì giao cho bạn trong những ngày này."),
        lambda _done: url_for(".index"),
        lambda: {},
    )  # fmt: skip


@blueprint.post("/delegations/<int:delegation_id>/end")
@requires("account:own")
def end(delegation_id: int) -> Response:
    """End a delegation from now on."""
    return forms.act(lambda: delegations.end(actor(), delegation_id), _("Đã thôi ủy quyền."), url_for(".index"))


