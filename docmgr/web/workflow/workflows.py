"""The pages of the workflows themselves: the list with the rules by type and folder, and the form of one with its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.folders import tree
from docmgr.services.workflow import choosing, drawing, editing, words
from docmgr.services.workflow.definition import FlowState, Transition
from docmgr.services.workflow.editing import WorkflowInput
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent, translated
from legaltext import doctypes

blueprint = Blueprint("workflows", __name__)

FIELDS = {"name": "Tên quy trình", "initial": "Trạng thái đầu", "state_lines": "Các trạng thái", "step_lines": "Các bước"}
# Blank rows of the form for new states and transitions, and the most rows that are read.
BLANK_STATES, BLANK_TRANSITIONS, MOST_ROWS = 2, 2, 80


@blueprint.get("/workflows")
@requires("workflow:choose")
def index() -> str:
    """List the workflows and the rules that choose one by type and folder."""
    return _index(Sent(MultiDict()))


def _index(sent: Sent) -> str:
    return render_template(
        "workflow/index.html", rows=editing.listing(actor()), rules=choosing.rules(actor()), types=doctypes.NAMES,
        folders=[(node.id, node.trail) for node in tree.tree(actor())] if may("folder:read") else [], values=sent.form, errors=sent.errors,
    )  # fmt: skip


def _made(sent: Sent, act: Callable[[], object], told: str) -> forms.Answer:
    """Answer one of the two forms of the list; when it is refused, everything typed stays in it."""
    if not sent.done(act):
        return _index(sent), 400
    flash(told, "success")
    return redirect(url_for(".index"))


@blueprint.post("/workflows")
@requires("workflow:manage")
def copy() -> forms.Answer:
    """Make a new workflow like another one."""
    sent = Sent(request.form)
    return _made(sent, lambda: editing.copy(actor(), sent.number("source"), sent.text("name")), _("Đã thêm quy trình."))


@blueprint.post("/workflows/rules")
@requires("workflow:choose")
def add_rule() -> forms.Answer:
    """Let documents of a type and in a folder start in a workflow."""
    sent = Sent(request.form)
    # Read before anything is stored: no folder means all of them, which words that were typed and not chosen do not.
    workflow_id, folder_id = sent.number("workflow_id"), sent.number("folder_id")
    if sent.searching:
        return _index(sent)
    return _made(
        sent,
        lambda: choosing.add_rule(actor(), workflow_id, sent.text("type"), folder_id),
        _("Đã lưu. Văn bản được xác nhận từ nay sẽ vào quy trình này."),
    )


@blueprint.post("/workflows/rules/<int:rule_id>/delete")
@requires("workflow:choose")
def remove_rule(rule_id: int) -> Response:
    """Remove a rule."""
    return forms.act(lambda: choosing.remove_rule(actor(), rule_id), _("Đã bỏ."), url_for(".index"))


@blueprint.route("/workflows/<int:workflow_id>", methods=["GET", "POST"])
@requires("workflow:manage")
def show(workflow_id: int) -> forms.Answer:
    """Show a workflow with its picture and form (GET), or store a new version (POST). `v` in the address shows a version."""
    return forms.answer(
        lambda: _form(workflow_id),
        _given,
        lambda given, revision: editing.save(actor(), workflow_id, given, revision=revision),
        _("Đã lưu. Văn bản đang chạy giữ phiên bản của mình."),
        lambda _no: url_for(".show", workflow_id=workflow_id),
    )


def _form(workflow_id: int) -> forms.Form:
    view = editing.view(actor(), workflow_id, request.args.get("v", type=whole))

    def more(values: forms.Values, _sent: Sent) -> dict[str, Any]:
        return {
            "view": view, "definition": view.definition, "picture": drawing.draw(view.definition, _), "size": drawing,
            "rows": values["states"], "transitions": values["transitions"], "who": translated(words.WHO), "guards": translated(words.GUARDS),
            "names": {state.code: _(state.name) if state.name else _("Trạng thái mới %(no)s", no=place) for place, state in enumerate(values["states"], start=1)},
            "acts": translated(words.ACTS), "assigns": translated(words.ASSIGN), "accesses": translated(words.ACCESS),
        }  # fmt: skip

    states, transitions = view.definition.states, view.definition.transitions
    stored = {"name": view.name, "initial": view.definition.initial, **_rows(states, transitions), **_lines(states, transitions)}
    names = {"initial": {state.code: _(state.name) for state in states}}
    return forms.Form("workflow/show.html", FIELDS, more, stored=stored, revision=view.revision, words=names, typed=_typed)


def _lines(states: Sequence[FlowState], transitions: Sequence[Transition]) -> dict[str, str]:
    """The states and transitions in words, by which the stored ones and the typed ones are compared after a conflict."""
    named = {state.code: _(state.name) for state in states if state.name}
    accesses, who, guards, acts, assigns = words.ACCESS, words.WHO, words.GUARDS, words.ACTS, words.ASSIGN

    def state(one: FlowState) -> str:
        more = [_(accesses[one.access])] if one.access in accesses else []
        return _(one.name) + (f" ({', '.join(more + [_('kết thúc')] * one.final)})" if more or one.final else "")

    def step(one: Transition) -> str:
        said = [*(_(who[name]) for name in one.who if name in who), *(_(guards[name]) for name in one.guards if name in guards)]
        said += [_(table[name]) for table, name in ((acts, one.act), (assigns, one.assign)) if name in table]
        flags = [label for flag, label in ((one.comment, _("cần lý do")), (one.due, _("Thời hạn")), (one.answer, _("Văn bản trả lời"))) if flag]
        return f"{_(one.name)}: {', '.join(named.get(code, code) for code in one.sources)} → {named.get(one.to, one.to)} ({'; '.join(said + flags)})"

    return {
        "state_lines": " · ".join(state(one) for one in states if one.name), "step_lines": " · ".join(step(one) for one in transitions if one.name),
    }  # fmt: skip


def _rows(states: tuple[FlowState, ...], transitions: tuple[Transition, ...]) -> dict[str, Any]:
    """The rows of the form: the parts with a few blank ones. New states have codes, so that new transitions can name them."""
    used = {state.code for state in states}
    free = (code for number in range(1, len(states) + BLANK_STATES + 1) if (code := f"s{number}") not in used)
    return {
        "states": [*states, *(FlowState(code, "") for code, _row in zip(free, range(BLANK_STATES), strict=False))],
        "transitions": [*transitions, *[Transition("", "", (), "", (), assign="keep")] * BLANK_TRANSITIONS],
    }


def _typed(sent: Sent) -> forms.Values:
    given = _given(sent)
    shown = _lines(given.states, given.transitions)
    return {"name": given.name, "initial": given.initial, "states": given.states, "transitions": given.transitions, **shown}


def _given(sent: Sent) -> WorkflowInput:
    states = tuple(_state(sent, f"state-{place}-") for place in range(_count(sent, "states")))
    transitions = tuple(_transition(sent, f"step-{place}-") for place in range(_count(sent, "steps")))
    return WorkflowInput(sent.text("name"), sent.text("initial"), states, transitions)


def _count(sent: Sent, name: str) -> int:
    return min(whole(sent.text(name)) or 0, MOST_ROWS)


def _state(sent: Sent, name: str) -> FlowState:
    return FlowState(sent.text(name + "code")[:40], sent.text(name + "name"), sent.text(name + "access") or None, bool(sent.text(name + "final")))


def _transition(sent: Sent, name: str) -> Transition:
    def many(field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sent.form.getlist(name + field)))

    flags = {flag: bool(sent.text(name + flag)) for flag in ("comment", "due", "answer", "awaited")}
    return Transition(
        sent.text(name + "code")[:40], sent.text(name + "name"), many("from"), sent.text(name + "to"), many("who"), many("guards"),
        sent.text(name + "act") or None, sent.text(name + "assign") or "keep", **flags,
    )  # fmt: skip
