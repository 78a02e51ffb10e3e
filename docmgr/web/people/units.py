"""The pages on which administrators list, add, rename, move and delete organisational units."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.people import units
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number

blueprint = Blueprint("units", __name__)
PAGE_SIZE = 200
FIELDS = {"name": "Tên đơn vị", "abbreviation": "Tên viết tắt", "parent_id": "Đơn vị cấp trên"}


@blueprint.route("/units", methods=["GET", "POST"])
@requires("people:manage")
def index() -> forms.Answer:
    """List all units with the form for a new one (GET), or add the unit (POST)."""
    return forms.answer(
        lambda: forms.Form("units/index.html", FIELDS, lambda _values, _sent: _listed()),
        _given,
        lambda given, _revision: units.create(actor(), **given),
        _("Đã thêm đơn vị."),
        lambda _unit: url_for(".index"),
        about=lambda unit: (unit.name, url_for(".show", unit_id=unit.id)),
    )


@blueprint.route("/units/<int:unit_id>", methods=["GET", "POST"])
@requires("people:manage")
def show(unit_id: int) -> forms.Answer:
    """Show the form of one unit (GET), or store its new name, abbreviation or parent unit (POST)."""
    return forms.answer(
        lambda: _form(unit_id),
        _given,
        lambda given, revision: units.edit(actor(), unit_id, **given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", unit_id=unit_id),
    )


@blueprint.post("/units/<int:unit_id>/delete")
@requires("people:manage")
def delete(unit_id: int) -> Response:
    """Delete a unit. If a person, a task or anything else refers to it, the unit stays and the reason is
    shown."""
    return forms.act(
        lambda: units.delete(actor(), unit_id),
        _("Đã xóa đơn vị."),
        url_for(".index"),
        url_for(".show", unit_id=unit_id),
    )


def _given(sent: Sent) -> dict[str, Any]:
    return {
        "name": sent.text("name"),
        "abbreviation": sent.text("abbreviation"),
        "parent_id": sent.number("parent_id"),
    }


def _listed() -> dict[str, Any]:
    number = page_number(request.args)
    return {
        "units": units.everything(actor(), limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE),
        "number": number,
        "total": units.count(actor()),
        "per_page": PAGE_SIZE,
        "options": units.options(actor()),
    }


def _form(unit_id: int) -> forms.Form:
    unit = units.get(actor(), unit_id)
    options = [option for option in units.options(actor()) if option[0] != unit_id]
    return forms.Form(
        "units/show.html",
        FIELDS,
        lambda _values, _sent: {"unit": unit, "options": options},
        stored={name: getattr(unit, name) for name in FIELDS},
        revision=unit.revision,
        words={"parent_id": dict(options)},
    )
