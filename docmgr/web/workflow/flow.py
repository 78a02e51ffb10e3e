"""The page of a document's flow: where it is, its steps so far, the forms that make a step, hand over, start and stop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Conflict, NotFound
from docmgr.services.workflow import assigning, moving, page, starting
from docmgr.services.workflow.assigning import Receivers
from docmgr.services.workflow.moving import StepInput
from docmgr.services.workflow.page import FlowPage
from docmgr.services.workflow.standing import Step
from docmgr.web.kit import forms, messages
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("flow", __name__)

HAND_OVER = "hand_over"


@blueprint.get("/documents/<int:document_id>/flow")
@requires("document:read")
def show(document_id: int) -> str:
    """Show the flow of a document. `step` in the address opens the form of that step."""
    found = page.page(actor(), document_id)
    return _page(found, Sent(request.form), request.args.get("step"))


@blueprint.post("/documents/<int:document_id>/flow")
@requires("workflow:move")
def move(document_id: int) -> forms.Answer:
    """Make a step. When something is missing, the form is shown again with what was typed."""
    sent = Sent(request.form)
    code = sent.text("step")
    if sent.searching:
        return _page(page.page(actor(), document_id), sent, code)
    given = StepInput(sent.text("comment"), _receivers(sent), sent.day("due_on"), sent.text("answer"), misread=sent.text("misread") == "1")
    if code == HAND_OVER:
        return _answer(document_id, sent, lambda: assigning.hand_over(actor(), document_id, given.to, given.comment, revision=sent.revision))
    return _answer(document_id, sent, lambda: moving.move(actor(), document_id, code, given, revision=sent.revision))


def _answer(document_id: int, sent: Sent, act: Any) -> forms.Answer:
    try:
        state = sent.try_to(act)
    except Conflict as conflict:
        return _page(page.page(actor(), document_id), sent, sent.text("step"), conflict), 409
    if sent.errors:
        return _page(page.page(actor(), document_id), sent, sent.text("step")), 400
    messages.tell(_("Đã chuyển giao văn bản.") if state is None else _("Đã chuyển bước. Văn bản nay ở “%(state)s”.", state=_(state)))
    try:
        page.panel(actor(), document_id)
    except NotFound:
        # Who gave it away may no longer read it.
        return redirect(url_for("desk.index"))
    return redirect(url_for("documents.show", document_id=document_id))


def _receivers(sent: Sent) -> Receivers:
    return Receivers(next(iter(sent.chosen("lead")), None), sent.chosen("supporting"))


def _page(found: FlowPage, sent: Sent, code: str | None, conflict: Conflict | None = None) -> str:
    chosen = _chosen(found, code)
    receives = chosen is not None and chosen.transition.assign in ("required", "optional")
    return render_template(
        "workflow/flow.html",
        found=found,
        document=found.document,
        panel=found.panel,
        chosen=chosen,
        choices=assigning.choices(actor()) if receives else {},
        values={"lead": chosen.usual if chosen else None, **sent.form.to_dict(), "supporting": sent.form.getlist("supporting")},
        errors=sent.errors,
        conflict=conflict,
    )


def _chosen(found: FlowPage, code: str | None) -> Step | None:
    """The step whose form is shown. None: it is not (or no longer) the person's, or none was chosen."""
    if found.panel is None or code is None:
        return None
    if code == HAND_OVER:
        return found.panel.hand_over
    return next((step for step in found.panel.steps if step.transition.code == code), None)


@blueprint.post("/documents/<int:document_id>/flow/start")
@requires("document:edit")
def start(document_id: int) -> Response:
    """Start the document in a workflow."""
    workflow_id = Sent(request.form).number("workflow")
    back = url_for(".show", document_id=document_id)
    return forms.act(lambda: starting.start(actor(), document_id, workflow_id or 0), _("Văn bản đã vào quy trình."), back)


@blueprint.post("/documents/<int:document_id>/flow/stop")
@requires("document:edit")
def stop(document_id: int) -> forms.Answer:
    """Stop the flow of the document."""
    sent = Sent(request.form)
    back = url_for(".show", document_id=document_id)
    typed = forms.Typed({"reason": "Lý do"}, lambda: _now(document_id))
    return forms.act_typed(
        lambda: starting.stop(actor(), document_id, sent.text("reason"), revision=sent.revision), _("Đã dừng quy trình."), back, typed
    )


def _now(document_id: int) -> tuple[int | None, list[tuple[str, str]]]:
    panel = page.panel(actor(), document_id)
    return (panel.revision, [(_("Trạng thái"), _(panel.state))]) if panel else (None, [])


