"""The forms to create, change and answer a recommendation. Recommendations are listed on the page of their
inspection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from docmgr.keys import whole
from docmgr.policy import Denied
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import RecommendationInput
from docmgr.services.inspection.following import answers
from docmgr.services.inspection.inspections import InspectionView
from docmgr.services.inspection.lists import RecommendationRow
from docmgr.services.people import units
from docmgr.web.inspection.inspections import editable
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from legaltext import dates

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


@blueprint.route("/inspections/<int:inspection_id>/recommendations/new", methods=["GET", "POST"])
@requires("inspection:edit")
def new(inspection_id: int) -> forms.Answer:
    """Create a recommendation in an inspection: show the form (GET) or store it (POST). `finding` in the
    address is the id of the finding on which it is based."""
    return forms.answer(
        lambda: _form(editable(inspection_id, "may_add")),
        _given,
        lambda given, _revision: findings.recommend(actor(), inspection_id, given),
        _("Đã thêm kiến nghị."),
        lambda item_id: _address(inspection_id, item_id),
        lambda: _first(editable(inspection_id, "may_add")),
    )


def _first(view: InspectionView) -> dict[str, Any]:
    finding_id = request.args.get("finding", type=whole)
    return {"unit_id": view.inspected_unit_id, "finding_id": finding_id, "received_on": dates.today()}


@blueprint.route("/recommendations/<int:recommendation_id>/edit", methods=["GET", "POST"])
@requires("inspection:edit")
def edit(recommendation_id: int) -> forms.Answer:
    """Change a recommendation: show its form (GET) or store it (POST)."""
    row = _row(recommendation_id)
    return forms.answer(
        lambda: _of(_row(row.id)),
        _given,
        lambda given, revision: findings.edit_recommendation(actor(), row.id, given, revision=revision),
        _("Đã lưu kiến nghị."),
        lambda _done: _address(row.inspection_id, row.id),
    )


@blueprint.route("/recommendations/<int:recommendation_id>/answer", methods=["GET", "POST"])
@requires("inspection:edit")
def answer(recommendation_id: int) -> forms.Answer:
    """Answer a recommendation on behalf of the unit that received it: show the form (GET) or store the
    answer (POST)."""
    row = _row(recommendation_id)
    return forms.answer(
        lambda: _answer_form(_row(row.id)),
        lambda sent: (sent.text("answer"), sent.day("answered_on")),
        lambda given, revision: answers.answer(actor(), row.id, *given, revision=revision),
        _("Đã lưu trả lời."),
        lambda _done: _address(row.inspection_id, row.id),
        lambda: {"answer": row.answer, "answered_on": row.answered_on or dates.today()},
    )


def _row(recommendation_id: int) -> RecommendationRow:
    return findings.get_recommendation(actor(), recommendation_id)


def _address(inspection_id: int, recommendation_id: int | None) -> str:
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


def _of(row: RecommendationRow) -> forms.Form:
    return replace(_form(editable(row.inspection_id), row), stored=_stored(row), revision=row.revision)


def _form(view: InspectionView, row: RecommendationRow | None = None) -> forms.Form:
    offered = units.options(actor())
    of_it = inspections.finding_texts(actor(), view.row.id)
    shown = {"view": view, "row": row, "units": offered, "findings": of_it, "days": findings.ANSWER_DAYS}
    words: forms.Words = {"unit_id": dict(offered), "finding_id": of_it}
    return forms.Form("inspections/recommendation.html", FIELDS, lambda _values, _sent: shown, words=words)


def _answer_form(row: RecommendationRow) -> forms.Form:
    if not row.may_answer:
        raise Denied("inspection:edit")
    labels = {name: FIELDS[name] for name in ("answer", "answered_on")}
    return forms.Form(
        "inspections/answer.html",
        labels,
        lambda _values, _sent: {"row": row},
        stored=_stored(row),
        revision=row.revision,
    )
