"""Plans: the list by year, the page of one plan, its form, and the page that shows how much of a plan has
been carried out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import collation
from docmgr.keys import whole
from docmgr.services.errors import NotFound
from docmgr.services.people import units
from docmgr.services.planning import chain, lists, plans
from docmgr.services.planning import coverage as task_coverage
from docmgr.services.planning.lists import TaskRow
from docmgr.services.planning.obligations import listing as obligations
from docmgr.services.planning.plans import PlanInput, PlanView
from docmgr.services.planning.views import provisions, sections
from docmgr.services.planning.wanted.kinds import KINDS
from docmgr.services.search import pick as search_pick
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import addresses, forms, guard
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Choice, Sent, document_choice, page_number
from legaltext import dates

blueprint = Blueprint("plans", __name__)
GROUPS = ("state", "unit")
PAGE_SIZE = 100
FIELDS = {"title": "Tên kế hoạch", "year": "Năm", "unit_id": "Đơn vị", "document_id": "Văn bản"}


@blueprint.get("/plans")
@requires("plan:read")
def index() -> str | Response:
    """List the plans of the year in the parameter `year` of the address; without this parameter, list all
    plans."""
    year = request.args.get("year", type=whole)
    number = page_number(request.args)
    rows = plans.listing(actor(), year, limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE)
    total = plans.count(actor(), year)
    if away := addresses.past_the_end(number, total, PAGE_SIZE):
        return away
    return render_template(
        "plans/index.html",
        rows=rows,
        years=plans.years(actor()),
        year=year,
        number=number,
        total=total,
        per_page=PAGE_SIZE,
    )


@blueprint.get("/plans/<int:plan_id>")
@requires("plan:read")
def show(plan_id: int) -> str:
    """Show a plan with its tasks. The parameter `group` says how the tasks are grouped: by "state", or by
    leading "unit"."""
    number = page_number(request.args)
    plan = plans.get(actor(), plan_id, skip=(number - 1) * plans.TASKS_SHOWN)
    group = request.args.get("group", "state")
    group = group if group in GROUPS else "state"
    return render_template(
        "plans/show.html",
        plan=plan,
        number=number,
        per_page=plans.TASKS_SHOWN,
        group=group,
        groups=_grouped(plan, group),
        states=lists.STATES,
        rules=lists.DUE_RULES,
        chain=chain.of_plan(actor(), plan_id),
        progress=sections.load(actor(), plan_id) if plan.total else None,
        kinds=KINDS,
        offered=plan.document is not None and obligations.has_page(actor(), plan.document.id),
        days=trail_words.by_day(of_subjects.find(actor(), {"plan": [plan_id]}), _),
    )


@blueprint.get("/plans/<int:plan_id>/coverage")
@requires("plan:read")
def coverage(plan_id: int) -> str | Response:
    """Show how many tasks of a plan are done, by unit and by provision of the plan's document. With `list` as "units", list all units."""
    plan, found = plans.get(actor(), plan_id, limit=0), task_coverage.coverage(actor(), plan_id)
    if request.args.get("list") == "units":
        return _units(found, plan)
    number = page_number(request.args)
    places = provisions.load(actor(), plan_id, number)
    if away := addresses.past_the_end(number, places.total, provisions.PAGE_SIZE):
        return away
    return render_template("plans/coverage.html", plan=plan, coverage=found, places=places, number=number, per_page=provisions.PAGE_SIZE)


@blueprint.get("/plans/coverage")
@requires("plan:read")
def coverage_of_all() -> str | Response:
    """List how many tasks of all plans are done, by unit."""
    return _units(task_coverage.coverage(actor()), None)


def _units(found: task_coverage.Coverage, plan: PlanView | None) -> str | Response:
    number, total = page_number(request.args), len(found.units)
    if away := addresses.past_the_end(number, total, PAGE_SIZE):
        return away
    shown = found.units[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template("plans/units.html", plan=plan, coverage=found, shown=shown, number=number, per_page=PAGE_SIZE)


@blueprint.route("/plans/new", methods=["GET", "POST"])
@requires("plan:edit")
def new() -> forms.Answer:
    """Create a plan: show the form (GET) or store it (POST). `document` in the address is the id of the
    document that contains the plan."""
    return forms.answer(
        _form,
        _given,
        lambda given, _revision: plans.create(actor(), given),
        _("Đã lập kế hoạch. Tiếp theo, hãy thêm các nhiệm vụ."),
        lambda plan_id: url_for(".show", plan_id=plan_id),
        _first,
    )


def _first() -> dict[str, Any]:
    document_id = request.args.get("document", "")
    chosen = _chosen(document_id)
    return {
        "title": chosen.note.split(" · ")[0] if chosen else "",
        "year": dates.today().year,
        "unit_id": actor().unit_id,
        "document_id": document_id,
    }


@blueprint.route("/plans/<int:plan_id>/edit", methods=["GET", "POST"])
@requires("plan:edit")
def edit(plan_id: int) -> forms.Answer:
    """Change a plan: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(_editable(plan_id)),
        _given,
        lambda given, revision: plans.edit(actor(), plan_id, given, revision=revision),
        _("Đã lưu kế hoạch."),
        lambda _done: url_for(".show", plan_id=plan_id),
    )


def _editable(plan_id: int) -> PlanView:
    return guard.editable(plans.get(actor(), plan_id), "plan:edit")


def _given(sent: Sent) -> PlanInput:
    return PlanInput(
        title=sent.text("title"),
        year=sent.number("year"),
        unit_id=sent.number("unit_id"),
        document_id=sent.number("document_id"),
    )


def _stored(plan: PlanView) -> dict[str, Any]:
    return {
        "title": plan.title,
        "year": plan.year,
        "unit_id": plan.unit_id,
        "document_id": plan.document.id if plan.document else None,
    }


def _form(plan: PlanView | None = None) -> forms.Form:
    offered = units.options(actor())

    def more(values: forms.Values, sent: Sent) -> dict[str, Any]:
        q = sent.text("document_id_q")
        # The form has another list to search.
        looked = sent.searching and bool(q.strip() or sent.text("find") == "document_id")
        found = search_pick.documents(actor(), q) if looked else []
        return {
            "plan": plan,
            "units": offered,
            "document": _chosen(values.get("document_id")),
            "q": q,
            "found": [document_choice(ref) for ref in found],
            "searched": looked,
        }

    form = forms.Form("plans/form.html", FIELDS, more, words={"unit_id": dict(offered)})
    return replace(form, stored=_stored(plan), revision=plan.revision) if plan else form


def _chosen(document_id: Any) -> Choice | None:
    """Build the radio button for the document that is already chosen. None when no document is chosen, or
    when the actor may not read it."""
    number = whole(str(document_id or ""))
    if number is None:
        return None
    try:
        return document_choice(search_pick.document(actor(), number))
    except NotFound:
        return None


def _grouped(plan: PlanView, group: str) -> list[tuple[str, str | None, list[TaskRow]]]:
    """Group the tasks of a plan by state when `group` is "state", otherwise by leading unit. Returns (state
    or id of the unit, heading, tasks) triples, without empty groups. Tasks without a leading unit have the id
    "0" and the heading None."""
    if group == "state":
        pairs = [
            (state, words, [row for row in plan.tasks if row.state == state]) for state, words in _states()
        ]
        return [(key, words, rows) for key, words, rows in pairs if rows]
    leads = {(row.lead_id, row.lead) for row in plan.tasks}
    in_order = sorted(leads, key=lambda lead: (lead[1] is None, collation.key(lead[1]) or "", lead[0]))
    return [
        (str(lead_id or 0), name, [row for row in plan.tasks if row.lead_id == lead_id]) for lead_id, name in in_order
    ]


def _states() -> list[tuple[str, str]]:
    return [(state, _(words)) for state, words in lists.STATES.items()]
