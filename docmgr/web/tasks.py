"""Tasks: list, page, form, and how far one is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.policy import Denied
from docmgr.services import (
    inspections,
    link_search,
    links,
    plans,
    references,
    subject_events,
    task_lists,
    tasks,
    trail_words,
    units,
)
from docmgr.services.errors import Conflict, NotFound
from docmgr.services.references import DocumentRef
from docmgr.services.task_lists import DUE_RULES, STATES, TaskFilter
from docmgr.services.tasks import TaskInput, TaskView
from docmgr.web.guard import actor, may, requires
from docmgr.web.inputs import Sent, differing, page_number, provision_choice, translated, whole

blueprint = Blueprint("tasks", __name__)
FIELDS = {
    "title": "Nội dung nhiệm vụ",
    "lead_id": "Đơn vị chủ trì",
    "due_rule": "Loại thời hạn",
    "due_on": "Ngày đến hạn",
    "due_note": "Ghi chú thời hạn",
    "expected_evidence": "Minh chứng cần có",
    "legal_basis": "Căn cứ pháp lý",
    "state": "Trạng thái",
    "anchor": "Điều khoản",
    "quote": "Lời trích",
}


@blueprint.get("/tasks")
@requires("plan:read")
def index() -> str:
    """Tasks by unit, state, words; late ones; done ones without evidence."""
    args = request.args
    page = page_number(args)
    state = args.get("state") if args.get("state") in STATES else None
    wanted = TaskFilter(
        unit_id=args.get("unit", type=whole),
        state=state,
        overdue="overdue" in args,
        unproven="unproven" in args,
        text=Sent(args).text("q")[:200],
    )
    rows, total = task_lists.find(actor(), wanted, page=page)
    return render_template(
        "tasks/index.html",
        rows=rows,
        total=total,
        page=page,
        per_page=task_lists.PAGE_SIZE,
        wanted=wanted,
        states=STATES,
        rules=DUE_RULES,
        units=units.options(actor()),
        own_unit=actor().unit_id,
    )


@blueprint.get("/tasks/<int:task_id>")
@requires("plan:read")
def show(task_id: int) -> str:
    """One task with its words, links, findings and events."""
    view = tasks.get(actor(), task_id)
    history = links.history(actor(), task_id=task_id, limit=links.SHOWN)
    return render_template(
        "tasks/show.html",
        view=view,
        row=view.row,
        held=[link for link in history if link.ended_at is None],
        history=history,
        history_total=links.count(actor(), task_id=task_id),
        roles=policy.LINK_ROLES,
        findings=inspections.findings_of_task(actor(), task_id),
        finding_states=inspections.FINDING_STATES,
        severities=inspections.SEVERITIES,
        days=trail_words.by_day(subject_events.find(actor(), {"task": [task_id]})),
        states=STATES,
        rules=DUE_RULES,
        may_tie=view.may_edit and may("link:edit"),
    )


@blueprint.post("/tasks/<int:task_id>/state")
@requires("plan:edit")
def set_state(task_id: int) -> Response:
    """How far the task is."""
    sent = Sent(request.form)
    try:
        tasks.set_state(actor(), task_id, sent.text("state"), revision=sent.revision)
    except Conflict as conflict:
        flash(_(conflict.message), "danger")
    else:
        flash(_("Đã ghi trạng thái nhiệm vụ."), "success")
    return redirect(url_for(".show", task_id=task_id))


@blueprint.get("/tasks/new")
@requires("plan:edit")
def new() -> str:
    """The form: in a plan (`plan`), or from a provision of a document (`document`, `anchor`, version `v`)."""
    args = request.args
    document_id = args.get("document", type=whole)
    plan_id = args.get("plan", type=whole)
    if plan_id is None and document_id is not None:
        of_it = plans.of_document(actor(), document_id)
        plan_id = of_it[0].id if len(of_it) == 1 else None
    if document_id is None and plan_id is not None:
        document = plans.get(actor(), plan_id).document
        document_id = document.id if document else None
    values = {
        "plan_id": plan_id,
        "document_id": document_id,
        "anchor": args.get("anchor", ""),
        "v": args.get("v", ""),
        "lead_id": None if plans.may_edit(actor(), None) else actor().unit_id,
        "due_rule": "fixed",
        "state": "open",
    }
    return _form(values, Sent(request.form))


@blueprint.post("/tasks/new")
@requires("plan:edit")
def create() -> Response | str | tuple[str, int]:
    """Add the task to the chosen plan."""
    sent = Sent(request.form)
    if sent.searching:
        return _form(sent.form, sent)
    plan_id = sent.number("plan_id")
    if plan_id is None:
        sent.errors["plan_id"] = _("Hãy chọn kế hoạch.")
    given = _given(sent)
    task_id = sent.try_to(lambda: tasks.create(actor(), plan_id or 0, given))
    if task_id is None:
        return _form(sent.form, sent), 400
    flash(_("Đã giao nhiệm vụ."), "success")
    return redirect(url_for(".show", task_id=task_id))


@blueprint.get("/tasks/<int:task_id>/edit")
@requires("plan:edit")
def edit(task_id: int) -> str:
    """The form with what is stored."""
    view = _editable(task_id)
    return _form(_stored(view), Sent(request.form), view)


@blueprint.post("/tasks/<int:task_id>/edit")
@requires("plan:edit")
def save(task_id: int) -> Response | str | tuple[str, int]:
    """Store the form; a stale one is shown again beside what is stored now."""
    sent = Sent(request.form)
    view = _editable(task_id)
    if sent.searching:
        return _form(sent.form, sent, view, revision=sent.revision)
    given = _given(sent)
    try:
        done = sent.done(lambda: tasks.edit(actor(), task_id, given, revision=sent.revision))
    except Conflict as conflict:
        return _form(sent.form, sent, view, conflict=conflict), 409
    if not done:
        return _form(sent.form, sent, view, revision=sent.revision), 400
    flash(_("Đã lưu nhiệm vụ."), "success")
    return redirect(url_for(".show", task_id=task_id))


def _editable(task_id: int) -> TaskView:
    view = tasks.get(actor(), task_id)
    if not view.may_edit:
        raise Denied("plan:edit")
    return view


def _given(sent: Sent) -> TaskInput:
    return TaskInput(
        title=sent.text("title"),
        lead_id=sent.number("lead_id"),
        support_ids=sent.numbers("support_ids"),
        due_rule=sent.text("due_rule"),
        due_on=sent.day("due_on"),
        due_note=sent.text("due_note"),
        expected_evidence=sent.text("expected_evidence"),
        legal_basis=sent.text("legal_basis"),
        state=sent.text("state"),
        document_id=sent.number("document_id"),
        anchor=sent.text("anchor") or None,
        quote=_quote(sent),
        version_no=sent.number("v") if _same_place(sent) else None,
    )


def _same_place(sent: Sent) -> bool:
    """Whether the provision is still the one that the form was made with (`pinned`, of version `v`)."""
    return sent.text("anchor") == sent.text("pinned")


def _quote(sent: Sent) -> str:
    # Another provision was chosen and the words left alone: they are the old provision's.
    untouched = sent.text("quote").split() == sent.text("quoted").split()
    return "" if untouched and not _same_place(sent) else sent.text("quote")


def _stored(view: TaskView) -> dict[str, Any]:
    row = view.row
    return {
        "plan_id": row.plan_id,
        "title": row.title,
        "lead_id": row.lead_id,
        "support_ids": view.support_ids,
        "due_rule": row.due_rule,
        "due_on": row.due_on,
        "due_note": row.due_note,
        "expected_evidence": row.expected_evidence,
        "legal_basis": view.legal_basis,
        "state": row.state,
        "document_id": row.document_id,
        "anchor": row.anchor,
        "quote": row.quote,
        "v": view.version_no,
    }


def _form(
    values: Any,
    sent: Sent,
    view: TaskView | None = None,
    *,
    revision: int | None = None,
    conflict: Conflict | None = None,
) -> str:
    offered = units.options(actor())
    document = _document(values.get("document_id"))
    q = sent.text("anchor_q")
    choices = references.choose(actor(), document.id, q) if document else None
    place = _place(document, values, None if sent.form and not _same_place(sent) else values.get("v"))
    quote = (_quote(sent) if sent.form else values.get("quote")) or (place.words if place else "")
    words = {"lead_id": dict(offered), "due_rule": DUE_RULES, "state": STATES}
    labels = {name: _(label) for name, label in FIELDS.items()}
    return render_template(
        "tasks/form.html",
        values=values,
        support=sent.numbers("support_ids") if sent.form else values.get("support_ids", ()),
        errors=sent.errors,
        view=view,
        revision=revision if revision is not None else (view.revision if view else None),
        conflict=conflict,
        stored=differing(labels, values, _stored(view), words) if view and conflict else [],
        plans=[] if view else plans.listing(actor()),
        units=offered,
        states=translated(STATES),
        rules=translated(DUE_RULES),
        document=document,
        place=place,
        quote=quote,
        chosen=provision_choice(place),
        choices=[provision_choice(ref) for ref in choices.shown] if choices else [],
        more=choices.total - len(choices.shown) if choices else 0,
        q=q,
    )


def _document(document_id: Any) -> DocumentRef | None:
    try:
        number = whole(str(document_id or ""))
        return link_search.document(actor(), number) if number is not None else None
    except NotFound:
        return None


def _place(document: DocumentRef | None, values: Any, version: Any) -> references.ProvisionRef | None:
    """The provision that the form names, None where there is none."""
    if document is None or not values.get("anchor"):
        return None
    return references.find(actor(), document.id, values["anchor"], whole(str(version or "")))
