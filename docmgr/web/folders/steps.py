"""A step of their workflows for the chosen documents of a list: the page that shows which step moves which of them, and the
buttons that make it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.bulk import steps
from docmgr.web.folders.folders import chosen_ids, list_address
from docmgr.web.kit.chosen import make_step
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("steps", __name__)

# Documents that stay that a step names.
LEFT_SHOWN = 50


@blueprint.post("/folders/<int:folder_id>/documents/steps")
@requires("workflow:move")
def choose(folder_id: int) -> str | Response:
    """Show which steps the chosen documents have, which of them each step moves, and which stay and why."""
    ids = chosen_ids()
    if not ids:
        flash(_("Hãy chọn ít nhất một văn bản trong danh sách."), "warning")
        return redirect(list_address(folder_id))
    count, offers = steps.offers(actor(), ids)
    return render_template(
        "folders/steps.html", offers=offers, count=count, folder_id=folder_id, back=list_address(folder_id), shown=LEFT_SHOWN,
        everything=request.form.get("all") == "1", sort=request.form.get("sort") or "",
    )  # fmt: skip


@blueprint.post("/folders/<int:folder_id>/documents/step")
@requires("workflow:move")
def make(folder_id: int) -> Response:
    """Make one step on all documents of the form. Those that were moved meanwhile stay, and are named with the reason."""
    make_step(Sent(request.form))
    return redirect(list_address(folder_id))
