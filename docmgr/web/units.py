"""Units, for administrators: list, add, rename, remove."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services import units
from docmgr.services.errors import Invalid
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import page_number, whole
from docmgr.web.words import said

blueprint = Blueprint("units", __name__)
PAGE_SIZE = 200


@blueprint.get("/units")
@requires("people:manage")
def index() -> str:
    """All units, and the form for a new one."""
    return _index({}, {})


@blueprint.post("/units")
@requires("people:manage")
def create() -> Response | tuple[str, int]:
    """Add a unit."""
    try:
        units.create(actor(), **_posted())
    except Invalid as error:
        return _index(_posted(), {error.field: said(error.message)}), 400
    flash(_("Đã thêm đơn vị."), "success")
    return redirect(url_for(".index"))


@blueprint.get("/units/<int:unit_id>")
@requires("people:manage")
def show(unit_id: int) -> str:
    """The form of one unit."""
    unit = units.get(actor(), unit_id)
    values = {"name": unit.name, "abbreviation": unit.abbreviation, "parent_id": unit.parent_id}
    return _show(unit_id, values, {})


@blueprint.post("/units/<int:unit_id>")
@requires("people:manage")
def edit(unit_id: int) -> Response | tuple[str, int]:
    """Rename or move a unit."""
    try:
        units.edit(actor(), unit_id, **_posted())
    except Invalid as error:
        return _show(unit_id, _posted(), {error.field: said(error.message)}), 400
    flash(_("Đã lưu."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/units/<int:unit_id>/delete")
@requires("people:manage")
def delete(unit_id: int) -> Response:
    """Remove a unit that nothing refers to."""
    try:
        units.delete(actor(), unit_id)
    except Invalid as error:
        flash(said(error.message), "danger")
        return redirect(url_for(".show", unit_id=unit_id))
    flash(_("Đã xóa đơn vị."), "success")
    return redirect(url_for(".index"))


def _posted() -> dict[str, Any]:
    return {
        "name": request.form.get("name", ""),
        "abbreviation": request.form.get("abbreviation", ""),
        "parent_id": request.form.get("parent_id", type=whole),
    }


def _index(values: dict[str, Any], errors: dict[str | None, str]) -> str:
    number = page_number(request.args)
    return render_template(
        "units/index.html",
        units=units.everything(actor(), limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE),
        number=number,
        total=units.count(actor()),
        per_page=PAGE_SIZE,
        options=units.options(actor()),
        values=values,
        errors=errors,
    )


def _show(unit_id: int, values: dict[str, Any], errors: dict[str | None, str]) -> str:
    return render_template(
        "units/show.html",
        unit=units.get(actor(), unit_id),
        options=[option for option in units.options(actor()) if option[0] != unit_id],
        values=values,
        errors=errors,
    )
