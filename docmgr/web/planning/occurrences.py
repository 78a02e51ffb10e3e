"""The page of an occurrence and its steps, and the button that gives a task to units that joined later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services.errors import Invalid
from docmgr.services.links import proving
from docmgr.services.message import Message
from docmgr.services.planning import board
from docmgr.services.planning.lists import DUE_RULES
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.recurrence import EVERY
from docmgr.services.planning.occurrences.rollup import STATES
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.search import pick as search_pick
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, document_choice, translated
from docmgr.web.planning import filing, target_form
from docmgr.web.planning.work import parts as work_parts

blueprint = Blueprint("occurrences", __name__)
NOTE, REASON, PROOF = {"note": "Tiến độ"}, {"reason": "Lý do"}, {"dated_on": "Ngày của minh chứng", "proof_note": "Ghi chú"}


@blueprint.get("/occurrences/<int:occurrence_id>")
@requires("plan:read")
def show(occurrence_id: int) -> str:
    """Show one occurrence: how far it is, how its due date was counted, and what can be done with it."""
    view = board.get(actor(), occurrence_id)
    q = Sent(request.values).text("document_q")[:200]
    history = proving.of_occurrence(actor(), occurrence_id)
    unfinished = translated({state: STATES[state] for state in UNFINISHED})
    return render_template(
        "occurrences/show.html", view=view, row=view.row, states=STATES, unfinished=unfinished, rules=DUE_RULES, everies=EVERY,
        held=[link for link in history if link.ended_at is None], history=history, roles=policy.LINK_ROLES, q=q,
        found=[document_choice(one) for one in search_pick.documents(actor(), q)] if q else [], filing=filing.offered(),
        **work_parts.of_occurrence(view.task.id, occurrence_id),
    )  # fmt: skip


@blueprint.post("/occurrences/<int:occurrence_id>/evidence")
@requires("link:edit")
def prove(occurrence_id: int) -> forms.Answer:
    """File evidence of an occurrence: an uploaded file, else the document that was chosen. The file is stored only if it can be filed."""
    sent = Sent(request.form)
    if sent.searching:
        return show(occurrence_id)
    dated_on = sent.day("dated_on")

    def store() -> None:
        proving.check(actor(), occurrence_id, sent.text("proof_note"))
        document_id = filing.uploaded(sent) or sent.number("document_id")
        if document_id is None:
            raise Invalid(Message("Hãy chọn một tệp hoặc một văn bản làm minh chứng."), "document_id")
        proving.prove(actor(), occurrence_id, document_id, note=sent.text("proof_note"), dated_on=dated_on)

    return _done(occurrence_id, store, _("Đã gắn minh chứng; kỳ này chờ xác nhận."), PROOF, sent.errors)


@blueprint.post("/occurrences/<int:occurrence_id>/progress")
@requires("plan:edit")
def save(occurrence_id: int) -> forms.Answer:
    """Store how far an occurrence is and who is in charge."""
    sent = Sent(request.form)
    person_id = sent.number("person_id")

    def store() -> None:
        steps.save(actor(), occurrence_id, state=sent.text("state"), note=sent.text("note"), person_id=person_id, revision=sent.revision, reached=target_form.reached(sent))

    return _done(occurrence_id, store, _("Đã lưu tiến độ."), {**NOTE, **target_form.REACHED}, sent.errors)


@blueprint.post("/occurrences/<int:occurrence_id>/report")
@requires("plan:edit")
def report(occurrence_id: int) -> forms.Answer:
    """Report an occurrence as done."""
    sent = Sent(request.form)
    return _done(
        occurrence_id, lambda: steps.report(actor(), occurrence_id, note=sent.text("note"), revision=sent.revision),
        _("Đã báo hoàn thành; kỳ này chờ xác nhận."), NOTE,
    )  # fmt: skip


@blueprint.post("/occurrences/<int:occurrence_id>/confirm")
@requires("plan:edit")
def confirm(occurrence_id: int) -> forms.Answer:
    """Confirm that an occurrence is done."""
    sent = Sent(request.form)
    return _done(occurrence_id, lambda: steps.confirm(actor(), occurrence_id, revision=sent.revision), _("Đã xác nhận hoàn thành."), {})


@blueprint.post("/occurrences/<int:occurrence_id>/return")
@requires("plan:edit")
def give_back(occurrence_id: int) -> forms.Answer:
    """Give an occurrence back to its unit."""
    sent = Sent(request.form)
    return _done(
        occurrence_id, lambda: steps.give_back(actor(), occurrence_id, reason=sent.text("reason"), revision=sent.revision),
        _("Đã trả lại đơn vị."), REASON,
    )  # fmt: skip


@blueprint.post("/occurrences/<int:occurrence_id>/skip")
@requires("plan:edit")
def skip(occurrence_id: int) -> forms.Answer:
    """Say that an occurrence does not apply to its unit."""
    sent = Sent(request.form)
    return _done(
        occurrence_id, lambda: steps.skip(actor(), occurrence_id, reason=sent.text("reason"), revision=sent.revision),
        _("Đã ghi là không áp dụng."), REASON,
    )  # fmt: skip


@blueprint.post("/tasks/<int:task_id>/units")
@requires("plan:edit")
def join(task_id: int) -> Response:
    """Give a task to the units that its rule covers and that do not have it yet."""
    sent = Sent(request.form)
    return forms.act(
        lambda: board.join(actor(), task_id, revision=sent.revision), _("Đã giao cho các đơn vị mới."), url_for("tasks.show", task_id=task_id, _anchor="board")
    )


def _done(occurrence_id: int, do: Callable[[], object], told: str, labels: dict[str, str], errors: Mapping[str, str] = MappingProxyType({})) -> forms.Answer:
    def now() -> tuple[int | None, list[tuple[str, str]]]:
        view = board.get(actor(), occurrence_id)
        said = [(_("Trạng thái"), _(STATES[view.row.state])), (_("Tiến độ"), view.row.note), (_("Đạt được"), view.row.reach.figure if view.row.reach else ""), (_("Lý do"), view.reason)]
        return view.revision, [(label, words) for label, words in said if words]

    return forms.act_typed(do, told, url_for(".show", occurrence_id=occurrence_id), forms.Typed(labels, now), errors=errors)
