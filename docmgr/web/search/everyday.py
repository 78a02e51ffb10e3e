"""The pages on which administrators list, add, change and remove the site's own everyday words, for which search also
looks for words of the law."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.search import everyday
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number

blueprint = Blueprint("everyday_words", __name__)
PAGE_SIZE = 200
FIELDS = {"law": "Từ trong luật", "nothing": "Không tìm thêm gì"}


@blueprint.route("/everyday-words", methods=["GET", "POST"])
@requires("abbreviation:manage")
def index() -> forms.Answer:
    """List the site's own everyday words with the form for a new one (GET), or add it (POST)."""
    away = addresses.past_the_end(page_number(request.args), everyday.count(actor()), PAGE_SIZE)
    if away and request.method == "GET":
        return away
    return forms.answer(
        lambda: forms.Form("everyday/index.html", FIELDS, lambda _values, _sent: _listed()),
        lambda sent: {"word": sent.text("word"), **_given(sent)},
        lambda given, _revision: everyday.create(actor(), **given),
        _("Đã thêm từ thường ngày."),
        lambda _row: url_for(".index"),
        about=lambda row: (row.word, url_for(".show", word_id=row.id)),
    )


@blueprint.route("/everyday-words/<int:word_id>", methods=["GET", "POST"])
@requires("abbreviation:manage")
def show(word_id: int) -> forms.Answer:
    """Show the form for the law words of one everyday word (GET), or store them (POST)."""
    return forms.answer(
        lambda: _form(word_id),
        _given,
        lambda given, revision: everyday.edit(actor(), word_id, **given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", word_id=word_id),
    )


@blueprint.post("/everyday-words/<int:word_id>/delete")
@requires("abbreviation:manage")
def delete(word_id: int) -> Response:
    """Remove an everyday word of the site; the delivered thesaurus counts again."""
    return forms.act(
        lambda: everyday.remove(actor(), word_id, revision=Sent(request.form).revision),
        _("Đã bỏ từ thường ngày."),
        url_for(".index"),
        url_for(".show", word_id=word_id),
    )


def _given(sent: Sent) -> dict[str, Any]:
    return {"law": sent.text("law"), "nothing": bool(sent.text("nothing"))}


def _listed() -> dict[str, Any]:
    number = page_number(request.args)
    return {
        "words": everyday.everything(actor(), limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE),
        "number": number,
        "total": everyday.count(actor()),
        "per_page": PAGE_SIZE,
    }


def _form(word_id: int) -> forms.Form:
    row = everyday.get(actor(), word_id)
    return forms.Form(
        "everyday/show.html",
        FIELDS,
        lambda _values, _sent: {"row": row},
        stored={"law": "\n".join(row.law), "nothing": "" if row.law else "1"},
        revision=row.revision,
    )
