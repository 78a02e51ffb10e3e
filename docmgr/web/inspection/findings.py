"""The forms to create and change a finding. Findings are listed on the page of their inspection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from docmgr.keys import whole
from docmgr.services.errors import NotFound
from docmgr.services.inspection import findings
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionView
from docmgr.services.inspection.lists import FINDING_STATES, SEVERITIES, FindingRow
from docmgr.services.links import pick, tied
from docmgr.services.people import units
from docmgr.web.inspection.inspections import editable
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Choice, Sent, translated
from docmgr.web.links.links import task_choice

blueprint = Blueprint("findings", __name__)
FIELDS = {
    "text": "Nội dung phát hiện",
    "severity": "Mức độ",
    "cause": "Nguyên nhân",
    "unit_id": "Đơn vị chịu trách nhiệm",
    "due_on": "Thời hạn khắc phục",
    "state": "Trạng thái",
    "task_id": "Nhiệm vụ",
}


@blueprint.route("/inspections/<int:inspection_id>/findings/new", methods=["GET", "POST"])
@requires("inspection:edit")
def new(inspection_id: int) -> forms.Answer:
    """Create a finding in an inspection: show the form (GET) or store it (POST). `task` in the address is
    the id of the task that the finding concerns."""
    return forms.answer(
        lambda: _form(editable(inspection_id, "may_add")),
        _given,
        lambda given, _revision: findings.create(actor(), inspection_id, given),
        _("Đã thêm phát hiện."),
        lambda finding_id: _address(inspection_id, finding_id),
        lambda: _first(editable(inspection_id, "may_add")),
    )


def _first(view: InspectionView) -> dict[str, Any]:
    task_id = request.args.get("task", "")
    return {"severity": "medium", "state": "open", "unit_id": view.inspected_unit_id, "task_id": task_id}


@blueprint.route("/findings/<int:finding_id>/edit", methods=["GET", "POST"])
@requires("inspection:edit")
def edit(finding_id: int) -> forms.Answer:
    """Change a finding: show its form (GET) or store it (POST)."""
    row = findings.get(actor(), finding_id)
    return forms.answer(
        lambda: _of(findings.get(actor(), finding_id)),
        _given,
        lambda given, revision: findings.edit(actor(), finding_id, given, revision=revision),
        _("Đã lưu phát hiện."),
        lambda _done: _address(row.inspection_id, finding_id),
    )


def _address(inspection_id: int, finding_id: int | None) -> str:
    return url_for("inspections.show", inspection_id=inspection_id, _anchor=f"finding-{finding_id}")


def _given(sent: Sent) -> FindingInput:
    return FindingInput(
        text=sent.text("text"),
        severity=sent.text("severity"),
        cause=sent.text("cause"),
        unit_id=sent.number("unit_id"),
        due_on=sent.day("due_on"),
        state=sent.text("state"),
        task_id=sent.number("task_id"),
    )


def _stored(row: FindingRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _of(row: FindingRow) -> forms.Form:
    return replace(_form(editable(row.inspection_id, "may_follow"), row), stored=_stored(row), revision=row.revision)


def _form(view: InspectionView, row: FindingRow | None = None) -> forms.Form:
    offered = units.options(actor())

    def more(values: forms.Values, sent: Sent) -> dict[str, Any]:
        q = sent.text("task_id_q")
        # The form has other lists to search.
        looked = sent.searching and bool(q.strip() or sent.text("find") == "task_id")
        return {
            "view": view,
            "row": row,
            "units": offered,
            "severities": translated(SEVERITIES),
            "states": translated(FINDING_STATES),
            "task": _task(values.get("task_id")),
            "q": q,
            "searched": looked,
            "found": [task_choice(found) for found in pick.tasks(actor(), q)] if looked else [],
        }

    words: forms.Words = {"unit_id": dict(offered), "severity": SEVERITIES, "state": FINDING_STATES}
    return forms.Form("inspections/finding.html", FIELDS, more, words=words)


def _task(task_id: Any) -> Choice | None:
    try:
        number = whole(str(task_id or ""))
        return task_choice(tied.subject(actor(), "task", number)) if number is not None else None
    except NotFound:
        return None
