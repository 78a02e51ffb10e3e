"""The report on incoming documents as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from docmgr.services.reports import incoming_report
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.sending import file_or_back, paper, public_address

blueprint = Blueprint("register_reports", __name__)


@blueprint.post("/registers/report")
@requires("register:read")
def download() -> Response:
    """Send the report on what arrived from `since` to `until`. It is a POST, because the export is recorded as an event."""
    sent = Sent(request.form)
    typed: dict[str, Any] = {name: request.form.get(name, "")[:10] or None for name in ("since", "until")}
    first, last, back = sent.day("since"), sent.day("until"), url_for("registers.incoming", **typed)
    if sent.errors:
        flash(next(iter(sent.errors.values())), "danger")
        return redirect(back)

    def made() -> Response:
        file = incoming_report.write(actor(), first, last, _address)
        return paper(file.name, file.body, file.notice)

    return file_or_back(made, back)


def _address(_name: str, **chosen: Any) -> str:
    return public_address("registers.incoming", **chosen)
