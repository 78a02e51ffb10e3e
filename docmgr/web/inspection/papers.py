"""The papers of an inspection as files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from docmgr.services.reports import inspection_package, inspection_papers
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.sending import archive, file_or_back, paper, public_address

blueprint = Blueprint("inspection_papers", __name__)


@blueprint.post("/inspections/<int:inspection_id>/paper")
@requires("inspection:read")
def download(inspection_id: int) -> Response:
    """Send the paper `paper` of the form. It is a POST, because the export is recorded as an event."""

    def made() -> Response:
        file = inspection_papers.write(actor(), inspection_id, request.form.get("paper", ""), _address)
        return paper(file.name, file.body, file.notice)

    return file_or_back(made, url_for("inspections.show", inspection_id=inspection_id))


@blueprint.post("/inspections/<int:inspection_id>/package")
@requires("inspection:read")
def whole(inspection_id: int) -> Response:
    """Send the whole inspection as a ZIP. It is a POST, because the export is recorded as an event."""

    def made() -> Response:
        file = inspection_package.make(actor(), inspection_id, _address)
        return archive(file.name, file.size, file.stream)

    return file_or_back(made, url_for("inspections.show", inspection_id=inspection_id))


def _address(_name: str, **chosen: Any) -> str:
    return public_address("inspections.show", **chosen)
