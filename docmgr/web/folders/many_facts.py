"""The same facts and own fields for the chosen documents of a list: the form, what it would change, and the button that changes it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.bulk import many_facts, many_own
from docmgr.services.bulk.many_own import OwnWanted
from docmgr.services.documents import facts
from docmgr.services.documents.confirming import suggestions
from docmgr.services.errors import Invalid
from docmgr.web.folders.folders import MANY, chosen_ids, list_address
from docmgr.web.folders.undoing import undo_of
from docmgr.web.kit import messages
from docmgr.web.kit.chosen import picked
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words
from docmgr.web.own_fields import fact_fields

blueprint = Blueprint("many_facts", __name__)

# Documents that stay that the page names.
LEFT_SHOWN = 50
URGENCIES = ("Khẩn", "Thượng khẩn", "Hỏa tốc")


@blueprint.post("/folders/<int:folder_id>/documents/facts")
@requires("document:edit")
def choose(folder_id: int) -> str | Response | tuple[str, int]:
    """Show the form; with something typed in it also what would change, which documents stay and why."""
    ids = chosen_ids()
    if not ids:
        flash(_("Hãy chọn ít nhất một văn bản trong danh sách."), "warning")
        return redirect(list_address(folder_id))
    sent = Sent(request.form)
    errors, plan = sent.errors, None
    fact_fields.unchosen(sent)
    try:
        clean, own = _clean()
        plan = many_facts.plan(actor(), ids, clean, own) if (clean or own) and not (sent.searching or errors) else None
    except Invalid as error:
        if not sent.searching:
            errors[error.field or ""] = in_words(error.message)
    if plan is None and not errors and not sent.searching and request.form.get("look") == "1":
        errors["type"] = _("Hãy điền ít nhất một mục.")
    page = render_template(
        "folders/many_facts.html", ids=ids, folder_id=folder_id, back=list_address(folder_id), plan=plan, errors=errors, shown=LEFT_SHOWN,
        typed={field: request.form.get(field, "") for field in many_facts.FIELDS}, labels=facts.FIELDS, dates=facts.DATES, urgencies={one: _(one) for one in URGENCIES},
        suggested={field: suggestions.matching(actor(), field, "") for field in ("type", "issuer")},
        own_fields=fact_fields.controls_for_many(many_own.form(actor()), errors), emptied=request.form.getlist("empty"), own_sent=_own_sent(),
        everything=request.form.get("all") == "1", sort=request.form.get("sort") or "",
    )  # fmt: skip
    return (page, 400) if errors else page


@blueprint.post("/folders/<int:folder_id>/documents/facts/save")
@requires("document:edit")
def save(folder_id: int) -> Response:
    """Give the documents of the form the facts of the form. Those that were changed meanwhile stay, and are named with the
    reason."""
    chosen = picked(Sent(request.form))[:MANY]
    try:
        saved = many_facts.save(actor(), chosen, *_clean())
    except Invalid as refused:
        messages.tell(in_words(refused.message), "danger")
        return redirect(list_address(folder_id))
    if saved.made.documents:
        messages.tell(counted("Đã sửa thông tin của %(n)s văn bản.", saved.made.documents), undo=undo_of(saved.made, folder=folder_id))
    for label, why in saved.refused[: messages.REFUSED_SHOWN]:
        messages.tell(_("Chưa sửa “%(name)s”: %(why)s", name=messages.name(label), why=in_words(why)), "danger")
    if len(saved.refused) > messages.REFUSED_SHOWN:
        messages.tell(counted("Và %(n)s văn bản khác chưa sửa.", len(saved.refused) - messages.REFUSED_SHOWN), "danger")
    return redirect(list_address(folder_id))


def _clean() -> tuple[dict[str, Any], tuple[OwnWanted, ...]]:
    """Read the facts and the own fields that documents shall have; `empty` names those that shall be empty."""
    sent, emptied = Sent(request.form), request.form.getlist("empty")
    clean = many_facts.cleaned({field: sent.text(field) or "" for field in many_facts.FIELDS}, emptied)
    codes = [one.removeprefix("own_") for one in emptied if one.startswith("own_")]
    return clean, many_own.cleaned(actor(), fact_fields.given() or {}, codes)


def _own_sent() -> list[tuple[str, str]]:
    """What was sent of the own fields, to be sent again."""
    return [(name, value) for name, value in request.form.items(multi=True) if name in ("own_form", "own", "empty") or name.startswith("own_")]
