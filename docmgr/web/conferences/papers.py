"""The papers of a conference: tie and untie documents, draft its papers as DOCX, have its resolution checked, and the overview as XLSX."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.conferences import checking, export, papers, records, tied
from docmgr.services.errors import Invalid
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.sending import attachment, file_or_back, paper
from docmgr.web.kit.words import in_words
from legaltext import dates

blueprint = Blueprint("conference_papers", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/conferences/<int:conference_id>/documents")
@requires("plan:edit")
def add(conference_id: int) -> Response:
    """Tie the document with the number `number` as the paper `role`."""
    sent = Sent(request.form)
    try:
        tied.add(actor(), conference_id, sent.text("number"), sent.text("role"))
    except Invalid as refused:
        flash(in_words(refused.message), "danger")
        number, role = sent.text("number")[:200] or None, sent.text("role")[:20] or None
        return redirect(url_for("conferences.show", conference_id=conference_id, number=number, role=role, _anchor="papers"))
    flash(_("Đã gắn văn bản với hội nghị."), "success")
    return redirect(_papers(conference_id))


@blueprint.post("/conferences/<int:conference_id>/documents/<int:document_id>/remove")
@requires("plan:edit")
def remove(conference_id: int, document_id: int) -> Response:
    """Untie a document."""
    return forms.act(lambda: tied.remove(actor(), conference_id, document_id), _("Đã gỡ văn bản khỏi hội nghị."), _papers(conference_id))


@blueprint.post("/conferences/<int:conference_id>/papers")
@requires("plan:read")
def draft(conference_id: int) -> Response:
    """Send a paper as DOCX, the one named in `kind`. It is a POST, because the export is recorded as an event."""

    def made() -> Response:
        file = papers.write(actor(), conference_id, request.form.get("kind", ""))
        return paper(file.name, file.body, file.notice)

    return file_or_back(made, _papers(conference_id))


@blueprint.post("/conferences/<int:conference_id>/checking")
@requires("plan:edit")
def check(conference_id: int) -> Response:
    """Add the recurring task that has the resolution checked to the plan `plan`."""
    plan_id = Sent(request.form).text("plan")
    return forms.act(
        lambda: checking.make(actor(), conference_id, whole(plan_id)),
        _("Đã lập nhiệm vụ kiểm tra định kỳ việc thực hiện nghị quyết."),
        url_for("conferences.show", conference_id=conference_id, _anchor="tasks"),
    )


@blueprint.post("/conferences/export")
@requires("plan:read")
def sheet() -> Response:
    """Send the overview of the year `year` as XLSX; `plan` leaves the units of a plan."""
    typed = whole(request.form.get("year"))
    year = typed if typed is not None and records.FIRST_YEAR <= typed <= records.LAST_YEAR else dates.today().year

    plan_id = whole(request.form.get("plan"))

    def made() -> Response:
        file = export.xlsx(actor(), year, _, plan_id)
        return attachment(file.name, XLSX, file.body)

    return file_or_back(made, url_for("conferences.index", year=year, plan=plan_id))


def _papers(conference_id: int) -> str:
    return url_for("conferences.show", conference_id=conference_id, _anchor="papers")
