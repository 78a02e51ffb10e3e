"""Plans: list by year, page, form, and how far a plan is carried out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.policy import Denied
from docmgr.services import editing, link_search, plans, subject_events, task_lists, trail_words, units
from docmgr.services.errors import Conflict, NotFound
from docmgr.services.plans import PlanInput, PlanView
from docmgr.services.task_lists import TaskRow
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import Choice, Sent, differing, document_choice, page_number, whole

blueprint = Blueprint("plans", __name__)
GROUPS = ("state", "unit")
PAGE_SIZE = 100


@blueprint.get("/plans")
@requires("plan:read")
def index() -> str:
    """Plans of one year (`year`), or all."""
    year = request.args.get("year", type=whole)
    number = page_number(request.args)
    rows = plans.listing(actor(), year, limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE)
    return render_template(
        "plans/index.html",
        rows=rows,
        years=plans.years(actor()),
        year=year,
        number=number,
        total=plans.count(actor(), year),
        per_page=PAGE_SIZE,
    )


@blueprint.get("/plans/<int:plan_id>")
@requires("plan:read")
def show(plan_id: int) -> str:
    """A plan with its tasks, grouped by `group`."""
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
        states=task_lists.STATES,
        rules=task_lists.DUE_RULES,
        days=trail_words.by_day(subject_events.find(actor(), {"plan": [plan_id]})),
    )


@blueprint.get("/plans/<int:plan_id>/coverage")
@requires("plan:read")
def coverage(plan_id: int) -> str:
    """By unit and by provision."""
    plan = plans.get(actor(), plan_id, limit=0)
    return render_template("plans/coverage.html", plan=plan, coverage=plans.coverage(actor(), plan_id))


@blueprint.get("/plans/new")
@requires("plan:edit")
def new() -> str:
    """The form; `document` names the document that the plan was issued as."""
    document_id = request.args.get("document", "")
    chosen = _chosen(document_id)
    values = {
        "title": chosen.note.split(" · ")[0] if chosen else "",
        "year": editing.today().year,
        "unit_id": actor().unit_id,
        "document_id": document_id,
    }
    return _form(values, Sent(request.form))


@blueprint.post("/plans/new")
@requires("plan:edit")
def create() -> Response | str | tuple[str, int]:
    """Make the plan."""
    sent = Sent(request.form)
    if sent.searching:
        return _form(sent.form, sent)
    given = _given(sent)
    plan_id = sent.try_to(lambda: plans.create(actor(), given))
    if plan_id is None:
        return _form(sent.form, sent), 400
    flash(_("Đã lập kế hoạch. Tiếp theo, hãy thêm các nhiệm vụ."), "success")
    return redirect(url_for(".show", plan_id=plan_id))


@blueprint.get("/plans/<int:plan_id>/edit")
@requires("plan:edit")
def edit(plan_id: int) -> str:
    """The form with what is stored."""
    plan = _editable(plan_id)
    return _form(_stored(plan), Sent(request.form), plan)


@blueprint.post("/plans/<int:plan_id>/edit")
@requires("plan:edit")
def save(plan_id: int) -> Response | str | tuple[str, int]:
    """Store the form; a stale one is shown again beside what is stored now."""
    sent = Sent(request.form)
    plan = _editable(plan_id)
    if sent.searching:
        return _form(sent.form, sent, plan, revision=sent.revision)
    given = _given(sent)
    try:
        done = sent.done(lambda: plans.edit(actor(), plan_id, given, revision=sent.revision))
    except Conflict as conflict:
        return _form(sent.form, sent, plan, conflict=conflict), 409
    if not done:
        return _form(sent.form, sent, plan, revision=sent.revision), 400
    flash(_("Đã lưu kế hoạch."), "success")
    return redirect(url_for(".show", plan_id=plan_id))


def _editable(plan_id: int) -> PlanView:
    plan = plans.get(actor(), plan_id)
    if not plan.may_edit:
        raise Denied("plan:edit")
    return plan


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


def _form(
    values: Any,
    sent: Sent,
    plan: PlanView | None = None,
    *,
    revision: int | None = None,
    conflict: Conflict | None = None,
) -> str:
    q = sent.text("document_id_q")
    found = link_search.documents(actor(), q) if sent.searching else []
    offered = units.options(actor())
    labels = {
        "title": _("Tên kế hoạch"),
        "year": _("Năm"),
        "unit_id": _("Đơn vị"),
        "document_id": _("Văn bản"),
    }
    words = {"unit_id": dict(offered)}
    return render_template(
        "plans/form.html",
        values=values,
        errors=sent.errors,
        plan=plan,
        revision=revision if revision is not None else (plan.revision if plan else None),
        conflict=conflict,
        stored=differing(labels, values, _stored(plan), words) if plan and conflict else [],
        units=offered,
        document=_chosen(values.get("document_id")),
        q=q,
        found=[document_choice(ref) for ref in found],
        searched=sent.searching,
    )


def _chosen(document_id: Any) -> Choice | None:
    """The chosen document, None where there is none that the actor may read."""
    number = whole(str(document_id or ""))
    if number is None:
        return None
    try:
        return document_choice(link_search.document(actor(), number))
    except NotFound:
        return None


def _grouped(plan: PlanView, group: str) -> list[tuple[str, str | None, list[TaskRow]]]:
    """(key, words, tasks) of each group that has tasks."""
    if group == "state":
        pairs = [
            (state, words, [row for row in plan.tasks if row.state == state]) for state, words in _states()
        ]
        return [(key, words, rows) for key, words, rows in pairs if rows]
    leads = sorted({(row.lead is None, row.lead or "", row.lead_id) for row in plan.tasks})
    return [
        (str(lead_id or 0), name or None, [row for row in plan.tasks if row.lead_id == lead_id])
        for _missing, name, lead_id in leads
    ]


def _states() -> list[tuple[str, str]]:
    return [(state, _(words)) for state, words in task_lists.STATES.items()]
