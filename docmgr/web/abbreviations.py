"""Abbreviations that searching understands, for administrators: list, add, change, take out, restore."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services import abbreviations
from docmgr.services.errors import Invalid
from docmgr.web.guard import actor, requires
from docmgr.web.words import said

blueprint = Blueprint("abbreviations", __name__)


@blueprint.get("/abbreviations")
@requires("abbreviation:manage")
def index() -> str:
    """All abbreviations, and the form for a new one."""
    return _index({}, {})


@blueprint.post("/abbreviations")
@requires("abbreviation:manage")
def create() -> Response | tuple[str, int]:
    """Add an abbreviation."""
    posted = {"short": request.form.get("short", ""), "names": request.form.get("names", "")}
    try:
        abbreviations.create(actor(), **posted)
    except Invalid as error:
        return _index(posted, {error.field: said(error.message)}), 400
    flash(_("Đã thêm từ viết tắt."), "success")
    return redirect(url_for(".index"))


@blueprint.get("/abbreviations/<key>")
@requires("abbreviation:manage")
def show(key: str) -> str:
    """The form of one abbreviation."""
    return _show(key, "\n".join(abbreviations.get(actor(), key).names), {})


@blueprint.post("/abbreviations/<key>")
@requires("abbreviation:manage")
def edit(key: str) -> Response | tuple[str, int]:
    """Change what an abbreviation stands for."""
    names = request.form.get("names", "")
    try:
        abbreviations.edit(actor(), key, names=names)
    except Invalid as error:
        return _show(key, names, {error.field: said(error.message)}), 400
    flash(_("Đã lưu."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/abbreviations/<key>/delete")
@requires("abbreviation:manage")
def delete(key: str) -> Response:
    """Take an abbreviation out."""
    abbreviations.remove(actor(), key)
    flash(_("Đã bỏ từ viết tắt."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/abbreviations/<key>/restore")
@requires("abbreviation:manage")
def restore(key: str) -> Response:
    """Use one that is built in as it came."""
    abbreviations.restore(actor(), key)
    flash(_("Đã dùng lại từ viết tắt có sẵn."), "success")
    return redirect(url_for(".index"))


def _index(values: dict[str, str], errors: dict[str | None, str]) -> str:
    entries = abbreviations.everything(actor())
    return render_template("abbreviations/index.html", entries=entries, values=values, errors=errors)


def _show(key: str, names: str, errors: dict[str | None, str]) -> str:
    entry = abbreviations.get(actor(), key)
    return render_template("abbreviations/show.html", entry=entry, names=names, errors=errors)
