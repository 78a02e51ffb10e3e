"""The rules and forms of publication, and the switch of the public page, for administrators."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import NotFound
from docmgr.services.openness import rules, switch, words
from docmgr.services.openness.rules import RuleInput
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent, translated

blueprint = Blueprint("publication_rules", __name__)
FIELDS = {
    "name": "Tên quy định",
    "audience": "Công khai cho",
    "start_days": "Bắt đầu chậm nhất (ngày làm việc)",
    "least_days": "Ít nhất (ngày)",
    "basis": "Căn cứ pháp lý",
    "valid_from": "Áp dụng từ",
    "valid_to": "Áp dụng đến",
    "types": "Loại văn bản phải công khai",
}
FORM_FIELDS = {"name": "Tên hình thức", "in_use": "Đang dùng"}


@blueprint.get("/publication-rules")
@requires("account:own")
def index() -> str:
    """Show the rules, the forms, and whether the public page is on."""
    return render_template(
        "publications/rules.html", rows=rules.listing(actor()), kinds=rules.kinds(actor()), audiences=translated(words.AUDIENCES),
        may_edit=may("agency:manage"), page_on=switch.shown(actor()),
    )  # fmt: skip


@blueprint.route("/publication-rules/new", methods=["GET", "POST"])
@requires("agency:manage")
def new() -> forms.Answer:
    """Add a rule: show the form (GET) or store it (POST)."""
    return forms.answer(
        lambda: forms.Form("publications/rule.html", FIELDS, _more),
        _given,
        lambda given, _revision: rules.save(actor(), None, given),
        _("Đã thêm quy định công khai."),
        lambda _made: url_for(".index"),
        lambda: {"audience": "agency"},
    )


@blueprint.route("/publication-rules/<int:rule_id>", methods=["GET", "POST"])
@requires("agency:manage")
def edit(rule_id: int) -> forms.Answer:
    """Change a rule: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _stored(rule_id),
        _given,
        lambda given, revision: rules.save(actor(), rule_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".index"),
    )


def _stored(rule_id: int) -> forms.Form:
    row = rules.get(actor(), rule_id)
    stored = {name: getattr(row.rule, name) for name in FIELDS if name != "types"} | {"types": "\n".join(row.types)}
    return forms.Form("publications/rule.html", FIELDS, _more, stored=stored, revision=row.rule.revision, words={"audience": translated(words.AUDIENCES)})


def _more(_values: forms.Values, _sent: Sent) -> dict[str, object]:
    return {"limits": words, "audiences": translated(words.AUDIENCES)}


def _given(sent: Sent) -> RuleInput:
    return RuleInput(
        sent.text("name"), sent.text("audience"), sent.number("start_days"), sent.number("least_days"), sent.text("basis"), sent.day("valid_from"),
        sent.day("valid_to"), sent.text("types"),
    )  # fmt: skip


@blueprint.route("/publication-forms/new", methods=["GET", "POST"])
@requires("agency:manage")
def new_form() -> forms.Answer:
    """Add a form of publication: show the form (GET) or store it (POST)."""
    return forms.answer(
        lambda: forms.Form("publications/kind.html", FORM_FIELDS, _more),
        lambda sent: (sent.text("name"), sent.text("in_use") == "1"),
        lambda given, _revision: rules.save_kind(actor(), None, *given),
        _("Đã thêm hình thức công khai."),
        lambda _made: url_for(".index"),
        lambda: {"in_use": "1"},
    )


@blueprint.route("/publication-forms/<int:form_id>", methods=["GET", "POST"])
@requires("agency:manage")
def edit_form(form_id: int) -> forms.Answer:
    """Change a form of publication: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _stored_form(form_id),
        lambda sent: (sent.text("name"), sent.text("in_use") == "1"),
        lambda given, revision: rules.save_kind(actor(), form_id, *given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".index"),
    )


def _stored_form(form_id: int) -> forms.Form:
    row = next((one for one in rules.kinds(actor()) if one.id == form_id), None)
    if row is None:
        raise NotFound
    stored = {"name": row.name, "in_use": "1" if row.in_use else ""}
    return forms.Form("publications/kind.html", FORM_FIELDS, _more, stored=stored, revision=row.revision, words={"in_use": {"1": _("Có"), "": _("Không")}})


@blueprint.post("/publication-rules/switch")
@requires("agency:manage")
def turn() -> Response:
    """Switch the public page of the site on or off."""
    on = request.form.get("on") == "1"
    told = _("Đã bật trang công khai: ai cũng đọc được văn bản công khai cho mọi người.") if on else _("Đã tắt trang công khai.")
    return forms.act(lambda: switch.turn(actor(), on), told, url_for(".index"))
