"""The page of the fields that administrators define: list, new field, form of one, remove and use again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.own_fields import definitions, kinds
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated

blueprint = Blueprint("own_fields", __name__)
FIELDS = {
    "label": "Tên trường",
    "code": "Mã",
    "kind": "Kiểu",
    "types": "Loại văn bản",
    "choices": "Các mục",
    "help": "Gợi ý",
    "position": "Thứ tự",
    "required": "Bắt buộc",
    "in_lists": "Hiện trong danh sách",
}


@blueprint.route("/own-fields", methods=["GET", "POST"])
@requires("field:manage")
def index() -> forms.Answer:
    """List the fields with the form for a new one (GET), or define it (POST)."""
    return forms.answer(
        lambda: forms.Form("own_fields/index.html", FIELDS, lambda _values, _sent: {"rows": definitions.listing(actor()), **_offered()}, typed=_typed),
        _given,
        lambda given, _revision: definitions.create(actor(), given),
        _("Đã thêm trường riêng."),
        lambda _field: url_for(".index"),
        lambda: {"kind": "text", "types": ()},
    )


@blueprint.route("/own-fields/<int:field_id>", methods=["GET", "POST"])
@requires("field:manage")
def show(field_id: int) -> forms.Answer:
    """Show the form of one field (GET), or store it (POST)."""
    return forms.answer(
        lambda: _form(field_id),
        _given,
        lambda given, revision: definitions.edit(actor(), field_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".index"),
    )


@blueprint.post("/own-fields/<int:field_id>/remove")
@requires("field:manage")
def remove(field_id: int) -> Response:
    """Delete the field, or retire it where documents have values."""
    deleted = definitions.remove(actor(), field_id)
    told = _("Đã xóa trường riêng.") if deleted else _("Đã ngừng dùng trường riêng; giá trị đã ghi ở văn bản vẫn đọc được.")
    flash(told, "success")
    return redirect(url_for(".index"))


@blueprint.post("/own-fields/<int:field_id>/restore")
@requires("field:manage")
def restore(field_id: int) -> Response:
    """Ask for a retired field again."""
    return forms.act(lambda: definitions.restore(actor(), field_id), _("Đã dùng lại trường riêng."), url_for(".index"))


def _form(field_id: int) -> forms.Form:
    field = definitions.get(actor(), field_id)
    stored = {
        "label": field.label,
        "types": tuple(field.types),
        "choices": "\n".join(field.choices),
        "help": field.help or "",
        "position": field.position,
        "required": "1" if field.required else "",
        "in_lists": "1" if field.in_lists else "",
    }
    labels = {name: label for name, label in FIELDS.items() if name in stored}
    return forms.Form(
        "own_fields/show.html", labels, lambda _values, _sent: {"field": field, **_offered()}, stored=stored, revision=field.revision, typed=_typed
    )


def _offered() -> dict[str, Any]:
    return {
        "kinds": translated(kinds.KINDS), "listed": kinds.LISTED, "all_types": definitions.TYPES, "most_label": definitions.LONGEST_LABEL,
        "most_code": definitions.LONGEST_CODE, "most_help": definitions.LONGEST_HELP,
    }  # fmt: skip


def _typed(sent: Sent) -> dict[str, Any]:
    return {**sent.form.to_dict(), "types": tuple(sent.form.getlist("types"))}


def _given(sent: Sent) -> OwnFieldInput:
    return OwnFieldInput(
        label=sent.text("label"), code=sent.text("code"), kind=sent.text("kind"), types=tuple(sent.form.getlist("types")),
        required=sent.text("required") == "1", choices=sent.text("choices"), help=sent.text("help"), position=sent.number("position"),
        in_lists=sent.text("in_lists") == "1",
    )  # fmt: skip
