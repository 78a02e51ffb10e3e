"""Forms for recommendations and their answers; they are read on their inspection's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.policy import Denied
from docmgr.services import editing, findings, units
from docmgr.services.errors import Conflict
from docmgr.services.findings import RecommendationInput
from docmgr.services.inspections import InspectionView, RecommendationRow
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import Sent, differing, whole
from docmgr.web.inspections import editable

blueprint = Blueprint("recommendations", __name__)
FIELDS = {
    "text": "Nội dung kiến nghị",
    "unit_id": "Đơn vị thực hiện",
    "finding_id": "Phát hiện",
    "received_on": "Ngày nhận kiến nghị",
    "due_on": "Hạn trả lời",
    "answer": "Trả lời",
    "answered_on": "Ngày trả lời",
}


@blueprint.get("/inspections/<int:inspection_id>/recommendations/new")
@requires("inspection:edit")
def new(inspection_id: int) -> str:
    """The form; `finding` names the finding that it follows from."""
    view = editable(inspection_id)
    values = {
        "unit_id": view.inspected_unit_id,
        "finding_id": request.args.get("finding", type=whole),
        "received_on": editing.today(),
    }
    return _form(view, values, Sent(request.form))


@blueprint.post("/inspections/<int:inspection_id>/recommendations/new")
@requires("inspection:edit")
def create(inspection_id: int) -> Response | tuple[str, int]:
    """Add the recommendation."""
    sent = Sent(request.form)
    view = editable(inspection_id)
    given = _given(sent)
    item_id = sent.try_to(lambda: findings.recommend(actor(), inspection_id, given))
    if item_id is None:
        return _form(view, sent.form, sent), 400
    flash(_("Đã ghi kiến nghị."), "success")
    return redirect(_address(inspection_id, item_id))


@blueprint.get("/recommendations/<int:recommendation_id>/edit")
@requires("inspection:edit")
def edit(recommendation_id: int) -> str:
    """The form with what is stored."""
    row = findings.get_recommendation(actor(), recommendation_id)
    return _form(editable(row.inspection_id), _stored(row), Sent(request.form), row)


@blueprint.post("/recommendations/<int:recommendation_id>/edit")
@requires("inspection:edit")
def save(recommendation_id: int) -> Response | tuple[str, int]:
    """Store the form; a stale one is shown again beside what is stored now."""
    sent = Sent(request.form)
    row = findings.get_recommendation(actor(), recommendation_id)
    view = editable(row.inspection_id)
    given = _given(sent)
    try:
        done = sent.done(
            lambda: findings.edit_recommendation(actor(), recommendation_id, given, revision=sent.revision)
        )
    except Conflict as conflict:
        return _form(view, sent.form, sent, row, conflict=conflict), 409
    if not done:
        return _form(view, sent.form, sent, row, revision=sent.revision), 400
    flash(_("Đã lưu kiến nghị."), "success")
    return redirect(_address(row.inspection_id, row.id))


@blueprint.get("/recommendations/<int:recommendation_id>/answer")
@requires("inspection:edit")
def answer(recommendation_id: int) -> str:
    """The form in which the unit answers."""
    row = findings.get_recommendation(actor(), recommendation_id)
    values = {"answer": row.answer, "answered_on": row.answered_on or editing.today()}
    return _answer_form(row, values, Sent(request.form))


@blueprint.post("/recommendations/<int:recommendation_id>/answer")
@requires("inspection:edit")
def save_answer(recommendation_id: int) -> Response | tuple[str, int]:
    """Store the answer."""
    sent = Sent(request.form)
    row = findings.get_recommendation(actor(), recommendation_id)
    day = sent.day("answered_on")
    try:
        done = sent.done(
            lambda: findings.answer(actor(), row.id, sent.text("answer"), day, revision=sent.revision)
        )
    except Conflict as conflict:
        return _answer_form(row, sent.form, sent, conflict=conflict), 409
    if not done:
        return _answer_form(row, sent.form, sent), 400
    flash(_("Đã ghi trả lời."), "success")
    return redirect(_address(row.inspection_id, row.id))


def _address(inspection_id: int, recommendation_id: int) -> str:
    anchor = f"recommendation-{recommendation_id}"
    return url_for("inspections.show", inspection_id=inspection_id, _anchor=anchor)


def _given(sent: Sent) -> RecommendationInput:
    return RecommendationInput(
        text=sent.text("text"),
        unit_id=sent.number("unit_id"),
        finding_id=sent.number("finding_id"),
        received_on=sent.day("received_on"),
        due_on=sent.day("due_on"),
        answer=sent.text("answer"),
        answered_on=sent.day("answered_on"),
    )


def _stored(row: RecommendationRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _form(
    view: InspectionView,
    values: Any,
    sent: Sent,
    row: RecommendationRow | None = None,
    *,
    revision: int | None = None,
    conflict: Conflict | None = None,
) -> str:
    offered = units.options(actor())
    of_it = {found.id: found.text for found in view.findings}
    words = {"unit_id": dict(offered), "finding_id": of_it}
    labels = {name: _(label) for name, label in FIELDS.items()}
    return render_template(
        "inspections/recommendation.html",
        view=view,
        row=row,
        values=values,
        errors=sent.errors,
        revision=revision if revision is not None else (row.revision if row else None),
        conflict=conflict,
        stored=differing(labels, values, _stored(row), words) if row and conflict else [],
        units=offered,
        findings=of_it,
        days=findings.ANSWER_DAYS,
    )


def _answer_form(row: RecommendationRow, values: Any, sent: Sent, *, conflict: Conflict | None = None) -> str:
    if not row.may_answer:
        raise Denied("inspection:edit")
    labels = {"answer": _("Trả lời"), "answered_on": _("Ngày trả lời")}
    return render_template(
        "inspections/answer.html",
        row=row,
        values=values,
        errors=sent.errors,
        revision=sent.revision if sent.form and not conflict else row.revision,
        conflict=conflict,
        stored=differing(labels, values, _stored(row), {}) if conflict else [],
    )
