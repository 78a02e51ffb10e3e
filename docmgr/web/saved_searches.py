"""Saved searches: the list, the form to keep one, an address that runs it.

Decides how a search's address parts travel through forms. Who may see which is for services.saved_searches.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from docmgr.services import asked, saved_searches
from docmgr.services.asked import Asked, Condition
from docmgr.services.errors import Invalid
from docmgr.services.query_notes import told
from docmgr.services.saved_searches import NAME_CHARACTERS
from docmgr.web.guard import actor, requires
from docmgr.web.words import said

blueprint = Blueprint("saved_searches", __name__)


@blueprint.app_template_global()
def search_parts() -> dict[str, list[str]]:
    """The parts of the search in this page's address, for links to pages about the same search."""
    return asked_in(request.args).parts()


def asked_in(sent: MultiDict[str, str]) -> Asked:
    """The search that an address or a form holds."""
    return asked.read(dict(sent.lists()))


def worded(conditions: Iterable[Condition]) -> list[tuple[str, str]]:
    """(label, values) of each condition in the reader's language."""
    return [one.told(_) for one in conditions]


@blueprint.get("/saved")
@requires("search:save")
def index() -> str:
    """One's own searches and those that others share; after removing one, a button brings it back."""
    return render_template(
        "saved/index.html",
        searches=saved_searches.everything(actor()),
        worded=worded,
        gone=request.args.get("gone", "")[:NAME_CHARACTERS],
        gone_parts=search_parts(),
    )


@blueprint.get("/saved/new")
@requires("search:save")
def new() -> str:
    """The form for the name of a search; the search itself is the address."""
    wanted = asked_in(request.args)
    return _form(wanted, {"name": wanted.query[:NAME_CHARACTERS], "shared": False}, {})


@blueprint.post("/saved")
@requires("search:save")
def create() -> Response | tuple[str, int]:
    """Keep a search."""
    wanted, values = asked_in(request.form), _posted()
    try:
        saved_searches.create(actor(), values["name"], wanted.parts(), shared=values["shared"])
    except Invalid as error:
        return _form(wanted, values, {error.field: said(error.message)}), 400
    flash(_("Đã lưu tìm kiếm."), "success")
    return redirect(url_for(".index"))


@blueprint.get("/saved/<int:search_id>")
@requires("search:save")
def run(search_id: int) -> Response:
    """The search page of a saved search, as of now."""
    return redirect(_address(saved_searches.get(actor(), search_id).asked))


@blueprint.get("/saved/<int:search_id>/edit")
@requires("search:save")
def edit_form(search_id: int) -> str:
    """The form of one's own search."""
    saved = saved_searches.get_own(actor(), search_id)
    return _form(saved.asked, {"name": saved.name, "shared": saved.shared}, {}, saved)


@blueprint.post("/saved/<int:search_id>/edit")
@requires("search:save")
def edit(search_id: int) -> Response | tuple[str, int]:
    """Rename, share, stop sharing."""
    values = _posted()
    try:
        saved_searches.edit(actor(), search_id, **values)
    except Invalid as error:
        saved = saved_searches.get_own(actor(), search_id)
        return _form(saved.asked, values, {error.field: said(error.message)}, saved), 400
    flash(_("Đã lưu."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/saved/<int:search_id>/delete")
@requires("search:save")
def delete(search_id: int) -> Response:
    """Remove one's own search; the list then offers to bring it back."""
    gone = saved_searches.delete(actor(), search_id)
    parts: dict[str, Any] = gone.asked.parts()
    return redirect(url_for(".index", gone=gone.name, shared="1" if gone.shared else None, **parts))


def _posted() -> dict[str, Any]:
    return {"name": request.form.get("name", ""), "shared": bool(request.form.get("shared"))}


def _form(
    wanted: Asked,
    values: dict[str, Any],
    errors: dict[str | None, str],
    saved: saved_searches.Saved | None = None,
) -> str:
    return render_template(
        "saved/form.html",
        wanted=wanted,
        conditions=worded(asked.conditions(actor(), wanted)),
        notes=told(wanted.notes, _),
        address=_address(wanted),
        values=values,
        errors=errors,
        saved=saved,
        longest=NAME_CHARACTERS,
    )


def _address(wanted: Asked) -> str:
    return url_for("search.find", **wanted.parts())  # type: ignore[arg-type]
