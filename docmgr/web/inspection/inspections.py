"""Inspections: the list, the page of one inspection, and its form. Findings and recommendations have modules
of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.policy import Denied
from docmgr.services.inspection import inspections, lists, wanted
from docmgr.services.inspection.inspections import InspectionInput, InspectionView
from docmgr.services.inspection.lists import FINDING_STATES, SEVERITIES, STATES
from docmgr.services.inspection.wanted import InspectionFilter
from docmgr.services.links import links
from docmgr.services.people import units
from docmgr.services.planning.views import month
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated

blueprint = Blueprint("inspections", __name__)
# How many inspections, findings or recommendations are on one page.
PAGE_SIZE = 100
FIELDS = {
    "title": "Tên cuộc kiểm tra",
    "inspected_unit_id": "Đơn vị được kiểm tra",
    "team": "Đoàn kiểm tra",
    "period": "Kỳ kiểm tra",
    "started_on": "Ngày bắt đầu",
    "ended_on": "Ngày kết thúc",
    "state": "Trạng thái",
    "conclusion": "Kết luận",
    "plan_id": "Kế hoạch liên quan",
}


@blueprint.get("/inspections")
@requires("inspection:read")
def index() -> str | Response:
    """List the inspections that meet the parameters `state`, `plan`, `since` and `until` of the address; without
    these, list all."""
    asked = _asked()
    number, where = page_number(request.args), asked.conditions()
    rows = lists.listing(actor(), where, limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE)
    total = lists.count(actor(), where)
    if away := addresses.past_the_end(number, total, PAGE_SIZE):
        return away
    return render_template(
        "inspections/index.html",
        rows=rows,
        asked=asked,
        kept={"plan": asked.plan_id, "since": request.args.get("since"), "until": request.args.get("until")} if asked.narrow else {},
        totals=wanted.totals(actor(), asked) if asked.narrow else None,
        state=asked.state,
        states=STATES,
        number=number,
        total=total,
        per_page=PAGE_SIZE,
    )


def _asked() -> InspectionFilter:
    args, sent = request.args, Sent(request.args)
    state = args.get("state") if args.get("state") in STATES else None
    return InspectionFilter(state, args.get("plan", type=whole), sent.day("since"), sent.day("until"))


@blueprint.get("/inspections/<int:inspection_id>")
@requires("inspection:read")
def show(inspection_id: int) -> str:
    """Show an inspection with its findings, recommendations, links and events. `page` is the page number of
    the findings and `recommendations` the page number of the recommendations."""
    number, second = page_number(request.args), max(1, whole(request.args.get("recommendations")) or 1)
    view = inspections.get(
        actor(),
        inspection_id,
        limit=PAGE_SIZE,
        skip=(number - 1) * PAGE_SIZE,
        skip_recommendations=(second - 1) * PAGE_SIZE,
    )
    history = links.history(actor(), inspection_id=inspection_id, limit=links.SHOWN)
    finding_ids = [row.id for row in view.findings]
    named = {*finding_ids, *(row.finding_id for row in view.recommendations if row.finding_id)}
    of_these = {
        "inspection": [inspection_id],
        "finding": finding_ids,
        "recommendation": [row.id for row in view.recommendations],
    }
    return render_template(
        "inspections/show.html",
        view=view,
        row=view.row,
        states=STATES,
        severities=SEVERITIES,
        finding_states=FINDING_STATES,
        roles=policy.LINK_ROLES,
        history=history,
        history_total=links.count(actor(), inspection_id=inspection_id),
        finding_links=links.of_findings(actor(), finding_ids),
        days=trail_words.by_day(of_subjects.find(actor(), of_these), _),
        may_tie=view.may_tie,
        numbers=inspections.places(actor(), inspection_id, named),
        number=number,
        second=second,
        per_page=PAGE_SIZE,
    )


@blueprint.route("/inspections/new", methods=["GET", "POST"])
@requires("inspection:edit")
def new() -> forms.Answer:
    """Create an inspection: show the form (GET) or store it (POST). `plan` in the address is the id of the
    plan whose execution is inspected."""
    return forms.answer(
        _form,
        _given,
        lambda given, _revision: inspections.create(actor(), given),
        _("Đã lập cuộc kiểm tra. Tiếp theo, hãy ghi các phát hiện."),
        lambda inspection_id: url_for(".show", inspection_id=inspection_id),
        lambda: {"state": "planned", "plan_id": request.args.get("plan", type=whole)},
    )


@blueprint.route("/inspections/<int:inspection_id>/edit", methods=["GET", "POST"])
@requires("inspection:edit")
def edit(inspection_id: int) -> forms.Answer:
    """Change an inspection: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(editable(inspection_id)),
        _given,
        lambda given, revision: inspections.edit(actor(), inspection_id, given, revision=revision),
        _("Đã lưu cuộc kiểm tra."),
        lambda _done: url_for(".show", inspection_id=inspection_id),
    )


def editable(inspection_id: int, right: str = "may_edit") -> InspectionView:
    """Return the inspection without its findings and recommendations, if the actor may change it, or has the other `right`, a field
    of InspectionView. Raises Denied if the actor may only read it, and NotFound if the actor may not even read it."""
    view = inspections.get(actor(), inspection_id, limit=0)
    if not getattr(view, right):
        raise Denied("inspection:edit")
    return view


def _given(sent: Sent) -> InspectionInput:
    return InspectionInput(
        title=sent.text("title"),
        inspected_unit_id=sent.number("inspected_unit_id"),
        team=sent.text("team"),
        period=sent.text("period"),
        started_on=sent.day("started_on"),
        ended_on=sent.day("ended_on"),
        state=sent.text("state"),
        conclusion=sent.text("conclusion"),
        plan_id=sent.number("plan_id"),
    )


def _stored(view: InspectionView) -> dict[str, Any]:
    return {
        "title": view.row.title,
        "inspected_unit_id": view.inspected_unit_id,
        "team": view.team,
        "period": view.period,
        "started_on": view.row.started_on,
        "ended_on": view.row.ended_on,
        "state": view.row.state,
        "conclusion": view.conclusion,
        "plan_id": view.plan_id,
    }


def _form(view: InspectionView | None = None) -> forms.Form:
    offered = units.options(actor())
    chosen_plans = dict(month.plans_offered(actor()))
    words: forms.Words = {"inspected_unit_id": dict(offered), "state": STATES, "plan_id": chosen_plans}
    shown = {"view": view, "units": offered, "plans": chosen_plans, "states": translated(STATES)}
    form = forms.Form("inspections/form.html", FIELDS, lambda _values, _sent: shown, words=words)
    return replace(form, stored=_stored(view), revision=view.revision) if view else form
