"""The documents that wait for a unit, to which the leader's figures lead."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from docmgr.services.overview import unit_waiting
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number

blueprint = Blueprint("unit_waiting", __name__)


@blueprint.get("/waiting/units/<int:unit_id>")
@requires("document:read")
def show(unit_id: int) -> str | Response:
    """List what waits for a unit or its people, what has waited longest on top; 0 stands for people without a unit."""
    page = page_number(request.args)
    found = unit_waiting.papers(actor(), unit_id, page)
    if away := addresses.past_the_end(page, found.total, unit_waiting.PAGE_SIZE):
        return away
    return render_template("desk/unit.html", found=found, page=page, per_page=unit_waiting.PAGE_SIZE)
