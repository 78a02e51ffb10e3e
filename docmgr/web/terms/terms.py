"""The page of the vocabulary of tags and fields of work: list, new word, form of one, close and open again."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.terms import vocabulary, words
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import translated

blueprint = Blueprint("terms", __name__)
FIELDS = {"kind": "Thuộc danh mục", "name": "Tên"}


@blueprint.route("/terms", methods=["GET", "POST"])
@requires("term:manage")
def index() -> forms.Answer:
    """List the vocabulary with the form for a new word (GET), or add the word (POST)."""
    return forms.answer(
        lambda: forms.Form(
            "terms/index.html", FIELDS, lambda _values, _sent: {"rows": vocabulary.listing(actor()), "kinds": translated(words.KINDS), "longest": words.LONGEST}
        ),  # fmt: skip
        lambda sent: (sent.text("kind"), sent.text("name")),
        lambda given, _revision: vocabulary.create(actor(), *given),
        _("Đã thêm vào danh mục."),
        lambda _term: url_for(".index"),
        lambda: {"kind": "field"},
    )


@blueprint.route("/terms/<int:term_id>", methods=["GET", "POST"])
@requires("term:manage")
def show(term_id: int) -> forms.Answer:
    """Show the form of one word (GET), or store its name (POST)."""
    return forms.answer(
        lambda: _form(term_id),
        lambda sent: sent.text("name"),
        lambda given, revision: vocabulary.rename(actor(), term_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".index"),
    )


def _form(term_id: int) -> forms.Form:
    term = vocabulary.get(actor(), term_id)
    return forms.Form(
        "terms/show.html",
        {"name": FIELDS["name"]},
        lambda _values, _sent: {"term": term, "kinds": translated(words.KINDS), "longest": words.LONGEST},
        stored={"name": term.name},
        revision=term.revision,
    )


@blueprint.post("/terms/<int:term_id>/close")
@requires("term:manage")
def close(term_id: int) -> Response:
    """Close a word, so that it is no longer offered."""
    return forms.act(lambda: vocabulary.close(actor(), term_id), _("Đã đóng; văn bản đã có thì vẫn giữ."), url_for(".index"))


@blueprint.post("/terms/<int:term_id>/open")
@requires("term:manage")
def reopen(term_id: int) -> Response:
    """Open a closed word again."""
    return forms.act(lambda: vocabulary.close(actor(), term_id, closed=False), _("Đã mở lại."), url_for(".index"))
