"""The buttons of a task's way: what it waits for, a later day, and who is in charge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from docmgr.services.planning import preconditions
from docmgr.services.planning.work import extensions, handing, inheriting, page
from docmgr.services.planning.work.extensions import ExtensionInput
from docmgr.services.planning.work.inheriting import InheritedInput
from docmgr.web.kit import forms
from docmgr.web.kit.filters import day
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("task_steps", __name__)
ASKED = {"wanted_on": "Xin đến ngày", "ask_reason": "Lý do xin gia hạn"}
DECIDED = {"granted_on": "Cho đến ngày", "decide_note": "Ghi chú"}
HANDED = {"hand_note": "Ghi chú bàn giao"}
INHERITED = {"due_days": "Số ngày"}
WAIVED = {"waive_reason": "Lý do miễn"}


@blueprint.post("/tasks/<int:task_id>/preconditions")
@requires("plan:edit")
def need(task_id: int) -> forms.Answer:
    """Let a task need another one of its plan."""
    sent = Sent(request.form)
    needed_id = sent.number("needed_id") or 0
    return _done(lambda: preconditions.add(actor(), task_id, needed_id, revision=sent.revision), _("Đã thêm điều kiện."), task_id)


@blueprint.post("/tasks/<int:task_id>/preconditions/<int:needed_id>/remove")
@requires("plan:edit")
def need_no_more(task_id: int, needed_id: int) -> forms.Answer:
    """Let a task no longer need another one."""
    sent = Sent(request.form)
    return _done(lambda: preconditions.remove(actor(), task_id, needed_id, revision=sent.revision), _("Đã bỏ điều kiện."), task_id)


@blueprint.post("/tasks/<int:task_id>/preconditions/<int:needed_id>/waive")
@requires("plan:edit")
def waive(task_id: int, needed_id: int) -> forms.Answer:
    """Let a task be done before another one that it needs."""
    sent = Sent(request.form)
    reason = sent.text("waive_reason")
    return _done(lambda: preconditions.waive(actor(), task_id, needed_id, reason=reason, revision=sent.revision), _("Đã miễn điều kiện."), task_id, labels=WAIVED)


@blueprint.post("/tasks/<int:task_id>/inherit")
@requires("plan:edit")
def inherit(task_id: int) -> forms.Answer:
    """Let a task be due after another one."""
    sent = Sent(request.form)
    given = InheritedInput(sent.number("due_task_id") or 0, sent.text("due_after"), sent.number("due_days"), sent.text("due_unit"))
    return _done(lambda: inheriting.start(actor(), task_id, given, revision=sent.revision), _("Đã tính lại hạn."), task_id, labels=INHERITED, errors=sent.errors)


@blueprint.post("/tasks/<int:task_id>/inherit/stop")
@requires("plan:edit")
def inherit_no_more(task_id: int) -> forms.Answer:
    """Let a task follow no other one any more."""
    sent = Sent(request.form)
    return _done(lambda: inheriting.stop(actor(), task_id, revision=sent.revision), _("Hạn không còn theo nhiệm vụ khác."), task_id)


@blueprint.post("/tasks/<int:task_id>/extension")
@requires("plan:edit")
def ask(task_id: int) -> forms.Answer:
    """Ask for a later day for a task."""
    return _ask(task_id, None)


@blueprint.post("/occurrences/<int:occurrence_id>/extension")
@requires("plan:edit")
def ask_for_occurrence(occurrence_id: int) -> forms.Answer:
    """Ask for a later day for an occurrence."""
    return _ask(None, occurrence_id)


def _ask(task_id: int | None, occurrence_id: int | None) -> forms.Answer:
    sent = Sent(request.form)
    given = ExtensionInput(sent.day("wanted_on"), sent.text("ask_reason"))
    return _done(
        lambda: extensions.ask(actor(), given, task_id=task_id, occurrence_id=occurrence_id, revision=sent.revision),
        _("Đã gửi đề nghị gia hạn."), task_id, occurrence_id, ASKED, sent.errors,
    )  # fmt: skip


@blueprint.post("/extensions/<int:extension_id>/decide")
@requires("plan:edit")
def decide(extension_id: int) -> forms.Answer:
    """Grant or refuse a later day."""
    task_id, occurrence_id = extensions.place(actor(), extension_id)
    sent = Sent(request.form)
    grant, granted_on, note = sent.text("answer") == "grant", sent.day("granted_on"), sent.text("decide_note")
    return _done(
        lambda: extensions.decide(actor(), extension_id, grant=grant, granted_on=granted_on, note=note, revision=sent.revision),
        _("Đã cho gia hạn.") if grant else _("Đã trả lời không cho gia hạn."), task_id, occurrence_id, DECIDED, sent.errors,
    )  # fmt: skip


@blueprint.post("/extensions/<int:extension_id>/withdraw")
@requires("plan:edit")
def withdraw(extension_id: int) -> forms.Answer:
    """Take back what was asked for."""
    task_id, occurrence_id = extensions.place(actor(), extension_id)
    sent = Sent(request.form)
    return _done(lambda: extensions.withdraw(actor(), extension_id, revision=sent.revision), _("Đã rút đề nghị gia hạn."), task_id, occurrence_id)


@blueprint.post("/tasks/<int:task_id>/hand")
@requires("plan:edit")
def hand(task_id: int) -> forms.Answer:
    """Put somebody in charge of a task."""
    return _hand(task_id, None)


@blueprint.post("/occurrences/<int:occurrence_id>/hand")
@requires("plan:edit")
def hand_occurrence(occurrence_id: int) -> forms.Answer:
    """Put somebody in charge of an occurrence."""
    return _hand(None, occurrence_id)


def _hand(task_id: int | None, occurrence_id: int | None) -> forms.Answer:
    sent = Sent(request.form)
    to_id = sent.number("to_id")
    return _done(
        lambda: handing.hand(actor(), to_id, sent.text("hand_note"), task_id=task_id, occurrence_id=occurrence_id, revision=sent.revision),
        _("Đã bàn giao."), task_id, occurrence_id, HANDED, sent.errors,
    )  # fmt: skip


def _done(
    do: Callable[[], object], told: str, task_id: int | None, occurrence_id: int | None = None, labels: Mapping[str, str] = MappingProxyType({}),
    errors: Mapping[str, str] = MappingProxyType({}),
) -> forms.Answer:  # fmt: skip
    """Do it and lead back to the page of the occurrence, else of the task."""

    def now() -> tuple[int | None, list[tuple[str, str]]]:
        view = page.load(actor(), page.task_of(actor(), occurrence_id) if task_id is None and occurrence_id is not None else task_id or 0, occurrence_id)
        said = [(_("Đến hạn"), day(view.due_on)), (_("Người phụ trách"), view.person)]
        return view.revision, [(label, words) for label, words in said if words]

    to = url_for("tasks.show", task_id=task_id) if occurrence_id is None else url_for("occurrences.show", occurrence_id=occurrence_id)
    return forms.act_typed(do, told, to, forms.Typed(labels, now), errors=errors)
