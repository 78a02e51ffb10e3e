"""The forms that write, change, resolve and delete comments. They stand on the page of the document; what was refused is shown on a page of
its own with everything typed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.access import guard as documents
from docmgr.services.comments import settling, writing
from docmgr.services.comments.writing import SavedComment
from docmgr.services.errors import Invalid
from docmgr.web.kit import forms
from docmgr.web.kit.forms import Answer, Form, Values
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words

blueprint = Blueprint("comments", __name__)
LABELS = {"text": "Ý kiến"}


@blueprint.post("/documents/<int:document_id>/comments")
@requires("comment:write")
def add(document_id: int) -> Answer:
    """Save a comment on the document, on the provision `anchor` of the version `v`, or an answer to the comment `answers`."""
    document = documents.get(actor(), document_id)

    def more(_values: Values, sent: Sent) -> dict[str, Any]:
        kept = {name: sent.text(name) for name in ("anchor", "v", "answers", "beside") if sent.text(name)}
        # What was typed are the person's own words.
        return {"document": document, "words_of": None, "kept": kept, "back": _back(document_id, sent), "address": url_for(".add", document_id=document_id)}

    def read(sent: Sent) -> dict[str, Any]:
        return {"text": sent.text("text"), "anchor": sent.text("anchor") or None, "version_no": sent.number("v"), "answers": sent.number("answers")}

    return forms.answer(
        lambda: Form("comments/form.html", LABELS, more), read,
        lambda given, _revision: _told(writing.add(actor(), document_id, **given)),
        _("Đã gửi ý kiến."), lambda saved: _back(document_id, Sent(request.form), saved.id),
    )  # fmt: skip


@blueprint.route("/documents/<int:document_id>/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@requires("comment:write")
def edit(document_id: int, comment_id: int) -> Answer:
    """Show and save the form in which somebody changes their own comment within an hour."""
    document = documents.get(actor(), document_id)
    back = _at(document_id, comment_id)

    def make() -> Form:
        comment = writing.of_own(actor(), document_id, comment_id)
        variables = {"document": document, "words_of": document.id, "kept": {}, "back": back, "address": url_for(".edit", document_id=document_id, comment_id=comment_id)}
        return Form("comments/form.html", LABELS, lambda _values, _sent: variables, {"text": comment.text}, comment.revision)

    try:
        return forms.answer(
            make, lambda sent: sent.text("text"),
            lambda text, revision: _told(writing.edit(actor(), document_id, comment_id, text, revision=revision)),
            _("Đã sửa ý kiến."), lambda saved: _at(document_id, saved.id),
        )  # fmt: skip
    except Invalid as refused:
        # The comment cannot be changed any more.
        flash(in_words(refused.message), "danger")
        return redirect(back)


@blueprint.post("/documents/<int:document_id>/comments/<int:comment_id>/resolve")
@requires("comment:write")
def resolve(document_id: int, comment_id: int) -> Response:
    """Resolve a comment, or open it again when the field `resolved` is 0."""
    resolved = request.form.get("resolved") != "0"
    told = _("Đã đánh dấu ý kiến là đã giải quyết.") if resolved else _("Đã mở lại ý kiến.")
    return forms.act(lambda: settling.settle(actor(), document_id, comment_id, resolved=resolved), told, _at(document_id, comment_id))


@blueprint.post("/documents/<int:document_id>/comments/<int:comment_id>/delete")
@requires("comment:write")
def delete(document_id: int, comment_id: int) -> Response:
    """Delete a comment; a line stays that says by whom."""
    return forms.act(lambda: settling.delete(actor(), document_id, comment_id), _("Đã xóa ý kiến."), _at(document_id, comment_id))


def _told(saved: SavedComment) -> SavedComment:
    """Say to the author which of the named persons hear nothing."""
    found = saved.mentioned
    if found.unable:
        flash(_("Không được đọc văn bản này nên không nhận thông báo: %(names)s.", names=_names(found.unable)), "warning")
    if found.unknown:
        flash(_("Không có người dùng nào tên đăng nhập như vậy: %(names)s.", names=_names(found.unknown)), "warning")
    return saved


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"@{name}" for name in names)


def _back(document_id: int, sent: Sent, comment_id: int | None = None) -> str:
    """The place where the form stood: beside the text, or in the tab."""
    if place := sent.text("beside"):
        return url_for("documents.show", document_id=document_id, v=whole(sent.text("v")), comment=place, at=place, _anchor=place)
    return _at(document_id, comment_id)


def _at(document_id: int, comment_id: int | None = None) -> str:
    place = f"comment-{comment_id}" if comment_id is not None else None
    return url_for("documents.show", document_id=document_id, tab="comments", see=comment_id, _anchor=place)
