"""Forms for findings; they are read on their inspection's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services import findings, link_search, links, units
from docmgr.services.errors import Conflict, NotFound
from docmgr.services.findings import FindingInput
from docmgr.services.inspections import FINDING_STATES, SEVERITIES, FindingRow, InspectionView
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import Choice, Sent, differing, translated, whole
from docmgr.web.inspections import editable
from docmgr.web.links import task_choice

blueprint = Blueprint("findings", __name__)
FIELDS = {
    "text": "Nội dung phát hiện",
    "severity": "Mức độ",
    "unit_id": "Đơn vị chịu trách nhiệm",
    "due_on": "Thời hạn khắc phục",
    "state": "Trạng thái",
    "task_id": "Nhiệm vụ",
}


@blueprint.get("/inspections/<int:inspection_id>/findings/new")
@requires("inspection:edit")
def new(inspection_id: int) -> str:
    """The form; `task` names the task that the finding is about."""
    view = editable(inspection_id)
    values = {
        "severity": "medium",
        "state": "open",
        "unit_id": view.inspected_unit_id,
        "task_id": request.args.get("task", ""),
    }
    return _form(view, values, Sent(request.form))


@blueprint.post("/inspections/<int:inspection_id>/findings/new")
@requires("inspection:edit")
def create(inspection_id: int) -> Response | str | tuple[str, int]:
    """Add the finding."""
    sent = Sent(request.form)
    view = editable(inspection_id)
    if sent.searching:
        return _form(view, sent.form, sent)
    given = _given(sent)
    finding_id = sent.try_to(lambda: findings.create(actor(), inspection_id, given))
    if finding_id is None:
        return _form(view, sent.form, sent), 400
    flash(_("Đã ghi phát hiện."), "success")
    return redirect(url_for("inspections.show", inspection_id=inspection_id, _anchor=f"finding-{finding_id}"))


@blueprint.get("/findings/<int:finding_id>/edit")
@requires("inspection:edit")
def edit(finding_id: int) -> str:
    """The form with what is stored."""
    row = findings.get(actor(), finding_id)
    return _form(editable(row.inspection_id), _stored(row), Sent(request.form), row)


@blueprint.post("/findings/<int:finding_id>/edit")
@requires("inspection:edit")
def save(finding_id: int) -> Response | str | tuple[str, int]:
    """Store the form; a stale one is shown again beside what is stored now."""
    sent = Sent(request.form)
    row = findings.get(actor(), finding_id)
    view = editable(row.inspection_id)
    if sent.searching:
        return _form(view, sent.form, sent, row, revision=sent.revision)
    given = _given(sent)
    try:
        done = sent.done(lambda: findings.edit(actor(), finding_id, given, revision=sent.revision))
    except Conflict as conflict:
        return _form(view, sent.form, sent, row, conflict=conflict), 409
    if not done:
        return _form(view, sent.form, sent, row, revision=sent.revision), 400
    flash(_("Đã lưu phát hiện."), "success")
    return redirect(url_for("inspections.show", inspection_id=view.row.id, _anchor=f"finding-{finding_id}"))


def _given(sent: Sent) -> FindingInput:
    return FindingInput(
        text=sent.text("text"),
        severity=sent.text("severity"),
        unit_id=sent.number("unit_id"),
        due_on=sent.day("due_on"),
        state=sent.text("state"),
        task_id=sent.number("task_id"),
    )


def _stored(row: FindingRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _form(
    view: InspectionView,
    values: Any,
    sent: Sent,
    row: FindingRow | None = None,
    *,
    revision: int | None = None,
    conflict: Conflict | None = None,
) -> str:
    offered = units.options(actor())
    words = {"unit_id": dict(offered), "severity": SEVERITIES, "state": FINDING_STATES}
    labels = {name: _(label) for name, label in FIELDS.items()}
    q = sent.text("task_id_q")
    return render_template(
        "inspections/finding.html",
        view=view,
        row=row,
        values=values,
        errors=sent.errors,
        revision=revision if revision is not None else (row.revision if row else None),
        conflict=conflict,
        stored=differing(labels, values, _stored(row), words) if row and conflict else [],
        units=offered,
        severities=translated(SEVERITIES),
        states=translated(FINDING_STATES),
        task=_task(values.get("task_id")),
        q=q,
        searched=sent.searching,
        found=[task_choice(found) for found in link_search.tasks(actor(), q)] if sent.searching else [],
    )


def _task(task_id: Any) -> Choice | None:
    try:
        number = whole(str(task_id or ""))
        return task_choice(links.subject(actor(), "task", number)) if number is not None else None
    except NotFound:
        return None
