"""Abbreviations that searching understands, for administrators: list, add, change, take out, restore."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services import abbreviations
from docmgr.web import editing
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import Sent

blueprint = Blueprint("abbreviations", __name__)
FIELDS = {"names": "Tên đầy đủ"}


@blueprint.route("/abbreviations", methods=["GET", "POST"])
@requires("abbreviation:manage")
def index() -> editing.Answer:
    """All abbreviations, and the form for a new one."""
    return editing.answer(
        lambda: editing.Form(
            "abbreviations/index.html",
            FIELDS,
            lambda _values, _sent: {"entries": abbreviations.everything(actor())},
        ),
        lambda sent: {"short": sent.text("short"), "names": sent.text("names")},
        lambda given, _revision: abbreviations.create(actor(), **given),
        _("Đã thêm từ viết tắt."),
        lambda _entry: url_for(".index"),
    )


@blueprint.route("/abbreviations/<key>", methods=["GET", "POST"])
@requires("abbreviation:manage")
def show(key: str) -> editing.Answer:
    """The form of one abbreviation: change what it stands for."""
    return editing.answer(
        lambda: _form(key),
        lambda sent: sent.text("names"),
        lambda names, revision: abbreviations.edit(actor(), key, names=names, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".index"),
    )


@blueprint.post("/abbreviations/<key>/delete")
@requires("abbreviation:manage")
def delete(key: str) -> Response:
    """Take an abbreviation out."""
    return editing.act(
        lambda: abbreviations.remove(actor(), key, revision=Sent(request.form).revision),
        _("Đã bỏ từ viết tắt."),
        url_for(".index"),
        url_for(".show", key=key),
    )


@blueprint.post("/abbreviations/<key>/restore")
@requires("abbreviation:manage")
def restore(key: str) -> Response:
    """Use one that is built in as it came."""
    return editing.act(
        lambda: abbreviations.restore(actor(), key, revision=Sent(request.form).revision),
        _("Đã dùng lại từ viết tắt có sẵn."),
        url_for(".index"),
        url_for(".show", key=key),
    )


def _form(key: str) -> editing.Form:
    entry = abbreviations.get(actor(), key)
    return editing.Form(
        "abbreviations/show.html",
        FIELDS,
        lambda _values, _sent: {"entry": entry},
        stored={"names": "\n".join(entry.names)},
        revision=entry.revision,
    )
