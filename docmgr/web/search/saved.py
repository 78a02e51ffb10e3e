"""Saved searches: the list, the form that saves one, and an address that runs it again.

This module copies the parameters of a search from the address into forms and back. services.search.saved
decides who may see which saved search.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from docmgr.services.search import request as asked
from docmgr.services.search import saved as saved_searches
from docmgr.services.search.notes import told
from docmgr.services.search.request import Condition, SearchRequest
from docmgr.services.search.saved import NAME_CHARACTERS
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("saved_searches", __name__)
FIELDS = {"name": "Tên tìm kiếm", "shared": "Dùng chung với mọi người trong cơ quan"}


@blueprint.app_template_global()
def search_parts() -> dict[str, list[str]]:
    """The parameters of the search in the address of this page: lists of values by parameter name. Templates
    add them to links to other pages about the same search."""
    return asked_in(request.args).parts()


def asked_in(sent: MultiDict[str, str]) -> SearchRequest:
    """Read a search from the parameters of an address, or from the fields of a form."""
    return asked.read(dict(sent.lists()))


def worded(conditions: Iterable[Condition]) -> list[tuple[str, str]]:
    """Put each condition of a search into words, in the language of the pages. Returns (label, values)
    pairs."""
    return [one.told(_) for one in conditions]


@blueprint.get("/saved")
@requires("search:save")
def index() -> str:
    """List the person's own saved searches and those that others share. After a deletion, a button offers to
    save the deleted search again."""
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
    """Show the form that saves a search under a name. The address contains the parameters of the search."""
    wanted = asked_in(request.args)
    return forms.page(_form(wanted), {"name": wanted.query[:NAME_CHARACTERS]}, Sent(request.form))


@blueprint.post("/saved")
@requires("search:save")
def create() -> forms.Answer:
    """Save a search under a name."""
    wanted = asked_in(request.form)
    return forms.answer(
        lambda: _form(wanted),
        _given,
        lambda given, _revision: saved_searches.create(actor(), parts=wanted.parts(), **given),
        _("Đã lưu tìm kiếm."),
        lambda _id: url_for(".index"),
    )


@blueprint.get("/saved/<int:search_id>")
@requires("search:save")
def run(search_id: int) -> Response:
    """Run a saved search: redirect to the search page with its parameters."""
    return redirect(_address(saved_searches.get(actor(), search_id).asked))


@blueprint.route("/saved/<int:search_id>/edit", methods=["GET", "POST"])
@requires("search:save")
def edit(search_id: int) -> forms.Answer:
    """Change a saved search of the person: show the form (GET), or store its name and whether others see it
    (POST)."""
    return forms.answer(
        lambda: _own(search_id),
        _given,
        lambda given, revision: saved_searches.edit(actor(), search_id, **given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".index"),
    )


@blueprint.post("/saved/<int:search_id>/delete")
@requires("search:save")
def delete(search_id: int) -> Response:
    """Delete a saved search of the person. The list of searches then offers to save it again."""
    gone = saved_searches.delete(actor(), search_id)
    parts: dict[str, Any] = gone.asked.parts()
    return redirect(url_for(".index", gone=gone.name, shared="1" if gone.shared else None, **parts))


def _given(sent: Sent) -> dict[str, Any]:
    return {"name": sent.text("name"), "shared": bool(sent.text("shared"))}


def _own(search_id: int) -> forms.Form:
    saved = saved_searches.get_own(actor(), search_id)
    stored = {"name": saved.name, "shared": "1" if saved.shared else ""}
    return replace(_form(saved.asked, saved), stored=stored, revision=saved.revision)


def _form(wanted: SearchRequest, saved: saved_searches.Saved | None = None) -> forms.Form:
    shown = {
        "wanted": wanted,
        "conditions": worded(asked.conditions(actor(), wanted)),
        "notes": told(wanted.notes, _),
        "address": _address(wanted),
        "saved": saved,
        "longest": NAME_CHARACTERS,
    }
    words = {"shared": {"1": _("Có"), "": _("Không")}}
    return forms.Form("saved/form.html", FIELDS, lambda _values, _sent: shown, words=words)


def _address(wanted: SearchRequest) -> str:
    return url_for("search.find", **wanted.parts())  # type: ignore[arg-type]
