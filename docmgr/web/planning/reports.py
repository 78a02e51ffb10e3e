"""The report on a plan as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from docmgr.services.reports import plan_report
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.sending import file_or_back, paper, public_address

blueprint = Blueprint("plan_reports", __name__)
LISTS = {"plan": "plans.show", "coverage": "plans.coverage", "tasks": "tasks.index", "conferences": "conferences.index", "inspections": "inspections.index"}


@blueprint.post("/plans/<int:plan_id>/report")
@requires("plan:read")
def download(plan_id: int) -> Response:
    """Send the report for the period `period` of the form. It is a POST, because the export is recorded as an event."""

    def made() -> Response:
        file = plan_report.write(actor(), plan_id, request.form.get("period", ""), _address)
        return paper(file.name, file.body, file.notice)

    return file_or_back(made, url_for("plans.show", plan_id=plan_id))


def _address(name: str, **chosen: Any) -> str:
    return public_address(LISTS[name], **chosen)
