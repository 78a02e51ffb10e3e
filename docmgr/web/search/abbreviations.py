"""The pages on which administrators list, add, change, remove and restore the abbreviations that search
understands."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.search import abbreviations
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("abbreviations", __name__)
FIELDS = {"names": "Tên đầy đủ"}


@blueprint.route("/abbreviations", methods=["GET", "POST"])
@requires("abbreviation:manage")
def index() -> forms.Answer:
    """List all abbreviations with the form for a new one (GET), or add the abbreviation (POST)."""
    return forms.answer(
        lambda: forms.Form(
            "abbreviations/index.html",
            FIELDS,
            lambda _values, _sent: {"entries": abbreviations.everything(actor())},
        ),
        lambda sent: {"short": sent.text("short"), "names": sent.text("names")},
        lambda given, _revision: abbreviations.create(actor(), **given),
        _("Đã thêm từ viết tắt."),
        lambda _entry: url_for(".index"),
        about=lambda entry: (entry.short, url_for(".show", key=entry.key)),
    )


@blueprint.route("/abbreviations/<key>", methods=["GET", "POST"])
@requires("abbreviation:manage")
def show(key: str) -> forms.Answer:
    """Show the form for the meanings of one abbreviation (GET), or store them (POST). `key` is the
    abbreviation without diacritics."""
    return forms.answer(
        lambda: _form(key),
        lambda sent: sent.text("names"),
        lambda names, revision: abbreviations.edit(actor(), key, names=names, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", key=key),
    )


@blueprint.post("/abbreviations/<key>/delete")
@requires("abbreviation:manage")
def delete(key: str) -> Response:
    """Remove an abbreviation, so that search no longer understands it."""
    return forms.act(
        lambda: abbreviations.remove(actor(), key, revision=Sent(request.form).revision),
        _("Đã bỏ từ viết tắt."),
        url_for(".index"),
        url_for(".show", key=key),
    )


@blueprint.post("/abbreviations/<key>/restore")
@requires("abbreviation:manage")
def restore(key: str) -> Response:
    """Restore a built-in abbreviation to its original meanings."""
    return forms.act(
        lambda: abbreviations.restore(actor(), key, revision=Sent(request.form).revision),
        _("Đã dùng lại từ viết tắt có sẵn."),
        url_for(".index"),
        url_for(".show", key=key),
    )


def _form(key: str) -> forms.Form:
    entry = abbreviations.get(actor(), key)
    return forms.Form(
        "abbreviations/show.html",
        FIELDS,
        lambda _values, _sent: {"entry": entry},
        stored={"names": "\n".join(entry.names)},
        revision=entry.revision,
    )
