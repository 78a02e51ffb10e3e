"""The page on which administrators set the agency's name and logo, and the logo itself, which everybody may see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.people import agency
from docmgr.services.start import agency as changing
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, public, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("agency", __name__)
FIELDS = {"name": "Tên cơ quan", "checkout_hours": changing.HOURS, "escalate_days": changing.DAYS}


@blueprint.route("/agency", methods=["GET", "POST"])
@requires("agency:manage")
def show() -> forms.Answer:
    """Show the form of the agency's name and logo (GET), or store them (POST)."""
    return forms.answer(
        _form,
        _given,
        lambda given, revision: changing.edit(actor(), **given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show"),
    )


@blueprint.get("/agency/logo")
@public
def logo() -> Response:
    """Send the logo, a PNG. The address names its content (`v`), so browsers keep it for a year."""
    found, data = agency.logo_bytes()
    response = make_response(data)
    response.mimetype = "image/png"
    response.set_etag(found.sha256)
    return response.make_conditional(request)


def _given(sent: Sent) -> dict[str, Any]:
    chosen = request.files.get("logo")
    # One byte more than is allowed tells that there are too many.
    data = chosen.stream.read(changing.MAX_BYTES + 1) if chosen and chosen.filename else None
    return {
        "name": sent.text("name"), "logo": data, "remove_logo": "remove_logo" in sent.form, "checkout_hours": sent.number("checkout_hours"),
        "escalate_days": sent.number("escalate_days") if "escalate_days" in sent.form else changing.KEEP,
    }  # fmt: skip


def _form() -> forms.Form:
    found = changing.load(actor())
    stored = {"name": found.name or "", "checkout_hours": str(found.checkout_hours), "escalate_days": str(found.escalate_days or "")}
    more = {"shown": found.shown, "most": changing.NAME_LENGTH, "of_settings": agency.of_settings().name}
    return forms.Form("agency/show.html", FIELDS, lambda _values, _sent: more, stored=stored, revision=found.revision)
