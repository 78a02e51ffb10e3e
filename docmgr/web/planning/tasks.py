"""Tasks: the list, the page of one task, its form, and the button that sets its state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import NotFound
from docmgr.services.inspection import lists as inspection_lists
from docmgr.services.links import links
from docmgr.services.people import units
from docmgr.services.planning import board, due, lists, plans, tasks
from docmgr.services.planning.lists import CHOICES, DUE_RULES, STATES, WORDS
from docmgr.services.planning.occurrences.recurrence import EVERY
from docmgr.services.planning.tasks import TaskInput, TaskView
from docmgr.services.planning.views import month
from docmgr.services.planning.wanted import met
from docmgr.services.planning.wanted.kinds import KINDS
from docmgr.services.planning.wanted.own import WHO
from docmgr.services.search import pick as search_pick
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import addresses, forms, guard
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent, page_number, provision_choice, translated
from docmgr.web.planning import spread_form, target_form, task_filters
from docmgr.web.planning.work import parts as work_parts

blueprint = Blueprint("tasks", __name__)
FIELDS = {
    "title": "Nội dung nhiệm vụ",
    "lead_id": "Đơn vị chủ trì",
    "support_ids": "Đơn vị phối hợp",
    "due_rule": "Loại thời hạn",
    "due_on": "Ngày đến hạn",
    "due_days": "Số ngày",
    "due_unit": "Tính theo",
    "event_on": "Ngày xảy ra sự kiện",
    "due_note": "Ghi chú thời hạn",
    "expected_evidence": "Minh chứng cần có",
    "legal_basis": "Căn cứ pháp lý",
    "state": "Trạng thái",
    "anchor": "Điều khoản",
    "quote": "Lời trích",
    **spread_form.FIELDS,
    **target_form.FIELDS,
}


@blueprint.get("/tasks")
@requires("plan:read")
def index() -> str | Response:
    """List tasks, of which the address names what is wanted (task_filters)."""
    page = page_number(request.args)
    wanted = task_filters.read(request.args)
    rows, total = lists.find(actor(), wanted, page=page)
    if away := addresses.past_the_end(page, total, lists.PAGE_SIZE):
        return away
    return render_template(
        "tasks/index.html",
        rows=rows,
        total=total,
        page=page,
        per_page=lists.PAGE_SIZE,
        wanted=wanted,
        more=task_filters.unnamed(wanted),
        listed=task_filters.written(wanted),
        states=WORDS,
        rules=DUE_RULES,
        kinds=KINDS,
        whose=WHO,
        targets=met.ASKED,
        units=units.options(actor()),
        own_unit=actor().unit_id,
    )


@blueprint.get("/tasks/<int:task_id>")
@requires("plan:read")
def show(task_id: int) -> str | Response:
    """Show one task with its quote from the plan, its links, findings and events, and the board of its occurrences."""
    view = tasks.get(actor(), task_id)
    page, args = page_number(request.args), request.args
    asked = args.get("state") if args.get("state") in (*WORDS, board.LATE) else None
    found = board.load(actor(), task_id, state=asked, number=args.get("period", type=whole), text=Sent(args).text("q")[:200], page=page)
    if found and (away := addresses.past_the_end(page, found.total, board.PAGE_SIZE)):
        return away
    history = links.history(actor(), task_id=task_id, limit=links.SHOWN)
    return render_template(
        "tasks/show.html",
        view=view,
        row=view.row,
        held=[link for link in history if link.ended_at is None],
        history=history,
        history_total=links.count(actor(), task_id=task_id),
        roles=policy.LINK_ROLES,
        findings=inspection_lists.findings_of_task(actor(), task_id),
        finding_states=inspection_lists.FINDING_STATES,
        severities=inspection_lists.SEVERITIES,
        days=trail_words.by_day(of_subjects.find(actor(), {"task": [task_id]}), _),
        states=_states(view),
        board=found,
        board_states=WORDS,
        asked=asked,
        page=page,
        everies=EVERY,
        rules=DUE_RULES,
        may_tie=view.may_edit and may("link:edit"),
        **work_parts.of_task(task_id),
    )


@blueprint.post("/tasks/<int:task_id>/state")
@requires("plan:edit")
def set_state(task_id: int) -> forms.Answer:
    """Set the state of a task, and the figure that it reached."""
    sent = Sent(request.form)

    def now() -> tuple[int | None, list[tuple[str, str]]]:
        view = tasks.get(actor(), task_id)
        said = [(_("Trạng thái"), _(WORDS[view.row.state])), (_("Đạt được"), view.row.reach.figure if view.row.reach else "")]
        return view.revision, [(label, words) for label, words in said if words]

    return forms.act_typed(
        lambda: tasks.set_state(actor(), task_id, sent.text("state"), revision=sent.revision, reached=target_form.reached(sent)),
        _("Đã lưu trạng thái nhiệm vụ."), url_for(".show", task_id=task_id), forms.Typed(target_form.REACHED, now),
    )  # fmt: skip


@blueprint.route("/tasks/new", methods=["GET", "POST"])
@requires("plan:edit")
def new() -> forms.Answer:
    """Create a task: show the form (GET) or store it (POST). The address names a plan (`plan`), or the
    provision from which the task comes (`document`, `anchor`, and the version number `v`)."""
    return forms.answer(
        _form,
        lambda sent: (_plan(sent), _given(sent)),
        lambda given, _revision: tasks.create(actor(), *given),
        _("Đã giao nhiệm vụ."),
        lambda task_id: url_for(".show", task_id=task_id),
        _first,
    )


def _first() -> dict[str, Any]:
    args = request.args
    document_id = args.get("document", type=whole)
    plan_id = args.get("plan", type=whole)
    if plan_id is None and document_id is not None:
        of_it = plans.of_document(actor(), document_id)
        plan_id = of_it[0].id if len(of_it) == 1 else None
    if document_id is None and plan_id is not None:
        document = plans.get(actor(), plan_id).document
        document_id = document.id if document else None
    return {
        "plan_id": plan_id,
        "document_id": document_id,
        "anchor": args.get("anchor", ""),
        "v": args.get("v", ""),
        "lead_id": None if plans.may_edit(actor(), None) else actor().unit_id,
        "due_rule": "fixed",
        "due_unit": "working",
        "state": "open",
    }


@blueprint.route("/tasks/<int:task_id>/edit", methods=["GET", "POST"])
@requires("plan:edit")
def edit(task_id: int) -> forms.Answer:
    """Change a task: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(_editable(task_id)),
        _given,
        lambda given, revision: tasks.edit(actor(), task_id, given, revision=revision),
        _("Đã lưu nhiệm vụ."),
        lambda _done: url_for(".show", task_id=task_id),
    )


def _plan(sent: Sent) -> int:
    plan_id = sent.number("plan_id")
    if plan_id is None:
        sent.errors["plan_id"] = _("Hãy chọn kế hoạch.")
    return plan_id or 0


def _editable(task_id: int) -> TaskView:
    return guard.editable(tasks.get(actor(), task_id), "plan:edit")


def _given(sent: Sent) -> TaskInput:
    return TaskInput(
        title=sent.text("title"),
        lead_id=sent.number("lead_id"),
        support_ids=sent.numbers("support_ids"),
        due_rule=sent.text("due_rule"),
        due_on=sent.day("due_on"),
        due_note=sent.text("due_note"),
        due_days=sent.number("due_days"),
        due_unit=sent.text("due_unit") or None,
        event_on=sent.day("event_on"),
        expected_evidence=sent.text("expected_evidence"),
        legal_basis=sent.text("legal_basis"),
        state=sent.text("state"),
        document_id=sent.number("document_id"),
        anchor=sent.text("anchor") or None,
        quote=_quote(sent),
        version_no=sent.number("v") if _same_place(sent) else None,
        spread=spread_form.given(sent),
        target=target_form.given(sent),
    )


def _states(view: TaskView | None) -> dict[str, str]:
    """The states that can be chosen for the task: one with occurrences follows them, and can be cancelled and taken up again."""
    if view is None or view.row.progress is None:
        return CHOICES
    offered = dict.fromkeys((view.row.state, "open" if view.row.state == "cancelled" else "cancelled"))
    return {state: STATES[state] for state in offered}


def _same_place(sent: Sent) -> bool:
    """Whether the provision chosen in the form is the same as when the form was made."""
    return sent.text("anchor") == sent.text("pinned")


def _quote(sent: Sent) -> str:
    # Another provision was chosen and the words were not changed, so they are those of the old provision.
    untouched = sent.text("quote").split() == sent.text("quoted").split()
    return "" if untouched and not _same_place(sent) else sent.text("quote")


def _stored(view: TaskView) -> dict[str, Any]:
    row = view.row
    return {
        "plan_id": row.plan_id,
        "title": row.title,
        "lead_id": row.lead_id,
        "support_ids": sorted(view.support_ids),
        "due_rule": row.due_rule,
        "due_on": row.due_on,
        "due_note": row.due_note,
        "due_days": view.due_days,
        "due_unit": view.due_unit,
        "event_on": view.event_on,
        "expected_evidence": row.expected_evidence,
        "legal_basis": view.legal_basis,
        "state": row.state,
        "document_id": row.document_id,
        "anchor": row.anchor,
        "quote": row.quote,
        "v": view.version_no,
        **spread_form.stored(view.spread),
        **target_form.stored(view.target),
    }


def _typed(sent: Sent) -> dict[str, Any]:
    return {**sent.form.to_dict(), "support_ids": sorted(sent.numbers("support_ids")), "fan_out_ids": sorted(sent.numbers("fan_out_ids"))}


def _form(view: TaskView | None = None) -> forms.Form:
    offered = units.options(actor())

    def more(values: forms.Values, sent: Sent) -> dict[str, Any]:
        return {
            "support": values.get("support_ids", ()),
            "view": view,
            "plans": [] if view else month.plans_offered(actor()),
            "units": offered,
            "states": translated(_states(view)),
            "rules": translated(DUE_RULES),
            "day_units": translated(due.DAY_UNITS),
            **spread_form.more(values),
            **target_form.more(),
            **_quoted(values, sent),
        }

    named = dict(offered)
    words: forms.Words = {"lead_id": named, "support_ids": named, "due_rule": DUE_RULES, "due_unit": due.DAY_UNITS, "state": STATES, **spread_form.WORDS, **target_form.WORDS, "fan_out_unit_id": named, "fan_out_ids": named}
    form = forms.Form("tasks/form.html", FIELDS, more, words=words, typed=_typed)
    return replace(form, stored=_stored(view), revision=view.revision) if view else form


def _quoted(values: forms.Values, sent: Sent) -> dict[str, Any]:
    """Build the template variables for the source of a task: its document, the chosen provision, the text
    quoted from it, and the choices of the search box for provisions."""
    document = _document(values.get("document_id"))
    q = sent.text("anchor_q")
    choices = references.choose(actor(), document.id, q) if document else None
    place = _place(document, values, None if sent.form and not _same_place(sent) else values.get("v"))
    return {
        "document": document,
        "place": place,
        # Without words in the document, the quote is what the person types.
        "words_of": document.id if document and (place or (choices and choices.worded)) else None,
        "quote": (_quote(sent) if sent.form else values.get("quote")) or (place.words if place else ""),
        "chosen": provision_choice(place),
        "choices": [provision_choice(ref) for ref in choices.shown] if choices else [],
        "more": choices.total - len(choices.shown) if choices else 0,
        "q": q,
    }


def _document(document_id: Any) -> DocumentRef | None:
    try:
        number = whole(str(document_id or ""))
        return search_pick.document(actor(), number) if number is not None else None
    except NotFound:
        return None


def _place(document: DocumentRef | None, values: Any, version: Any) -> references.ProvisionRef | None:
    """Find the provision of the document that has the anchor in `values`, in the version with the number `version`. A
    missing or hidden version is replaced by the newest version that was read. None when there is no such provision.
    Raises NotFound when the actor may not read the document."""
    if document is None or not values.get("anchor"):
        return None
    return references.find(actor(), document.id, values["anchor"], whole(str(version or "")))
