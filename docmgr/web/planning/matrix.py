"""The matrix of legal bases, tasks and inspections as a page and as a file, and lists of tasks as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.planning import plans
from docmgr.services.planning.views import export, matrix
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent, page_number
from docmgr.web.kit.sending import attachment, file_or_back
from docmgr.web.planning import task_filters

blueprint = Blueprint("matrix", __name__)
# The lists below the matrix that the parameter `list` names.
LISTS = ("unused", "never", "inspections")


@blueprint.get("/plans/<int:plan_id>/matrix")
@requires("plan:read")
def of_plan(plan_id: int) -> str | Response:
    """Show the matrix of a plan."""
    return _page(plan_id)


@blueprint.get("/plans/matrix")
@requires("plan:read")
def all_plans() -> str | Response:
    """Show the matrix of all plans."""
    return _page(None)


def _page(plan_id: int | None) -> str | Response:
    number = page_number(request.args)
    found = matrix.load(actor(), plan_id, skip=(number - 1) * matrix.PAGE_SIZE)
    if away := addresses.past_the_end(number, found.total, matrix.PAGE_SIZE):
        return away
    asked = request.args.get("list")
    return render_template(
        "plans/matrix.html",
        plan=plans.get(actor(), plan_id, limit=0) if plan_id is not None else None,
        found=found,
        number=number,
        per_page=matrix.PAGE_SIZE,
        asked=asked if asked in LISTS else None,
        forms=export.MATRIX_FORMS,
        sees=may("inspection:read"),
        **_listed(plan_id, asked),
    )


def _listed(plan_id: int | None, asked: str | None) -> dict[str, Any]:
    """What the list below the matrix shows, by the parameters `list`, `basis` and `place`."""
    if asked == "never":
        return {"never": matrix.never(actor(), plan_id)}
    basis = request.args.get("basis", type=whole)
    if asked == "inspections" and basis is not None:
        of, inspections = matrix.inspections(actor(), plan_id, basis, Sent(request.args).text("place")[:200])
        return {"of": of, "inspections": inspections}
    return {}


@blueprint.post("/plans/<int:plan_id>/matrix")
@requires("plan:read")
def send_plan(plan_id: int) -> Response:
    """Send the matrix of a plan as a file. It is a POST, because the export is recorded as an event."""
    return _sent(plan_id, url_for(".of_plan", plan_id=plan_id))


@blueprint.post("/plans/matrix")
@requires("plan:read")
def send_all() -> Response:
    """Send the matrix of all plans as a file."""
    return _sent(None, url_for(".all_plans"))


def _sent(plan_id: int | None, back: str) -> Response:
    def made() -> Response:
        file = export.coverage(actor(), plan_id, request.form.get("form", ""), _)
        return attachment(file.name, file.media_type, file.body)

    return file_or_back(made, back)


@blueprint.post("/tasks.xlsx")
@requires("plan:read")
def tasks() -> Response:
    """Send the list of tasks that the parameters of the address name, as XLSX."""
    wanted = task_filters.read(request.args)

    def made() -> Response:
        file = export.tasks(actor(), wanted, _)
        return attachment(file.name, file.media_type, file.body)

    return file_or_back(made, url_for("tasks.index", **task_filters.written(wanted)))
