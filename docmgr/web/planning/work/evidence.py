"""A file as evidence of a task that has no occurrences."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from docmgr.services.errors import Invalid
from docmgr.services.links import proving
from docmgr.services.message import Message
from docmgr.services.planning import tasks
from docmgr.services.planning.lists import WORDS
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.planning import filing

blueprint = Blueprint("task_evidence", __name__)
PROOF = {"dated_on": "Ngày của minh chứng", "proof_note": "Ghi chú"}


@blueprint.post("/tasks/<int:task_id>/evidence")
@requires("link:edit")
def prove(task_id: int) -> forms.Answer:
    """File an uploaded file as evidence of a task. The file is stored only if it can be filed."""
    sent = Sent(request.form)
    if sent.searching:
        # The page of a task imports this room.
        return cast(forms.Answer, current_app.view_functions["tasks.show"](task_id=task_id))
    dated_on, note = sent.day("dated_on"), sent.text("proof_note")

    def store() -> None:
        proving.check_task(actor(), task_id, note)
        document_id = filing.uploaded(sent)
        if document_id is None:
            raise Invalid(Message("Hãy chọn một tệp làm minh chứng."), "file")
        proving.prove_task(actor(), task_id, document_id, note=note, dated_on=dated_on)

    def now() -> tuple[int | None, list[tuple[str, str]]]:
        return None, [(_("Trạng thái"), _(WORDS[tasks.get(actor(), task_id).row.state]))]

    return forms.act_typed(store, _("Đã gắn minh chứng."), url_for("tasks.show", task_id=task_id, _anchor="links-head"), forms.Typed(PROOF, now), errors=sent.errors)
