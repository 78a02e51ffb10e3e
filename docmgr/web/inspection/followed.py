"""The list of recommendations that are followed, over all inspections."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.inspection.following import open_ones
from docmgr.services.people import units
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number, translated

blueprint = Blueprint("followed", __name__)


@blueprint.get("/recommendations")
@requires("inspection:read")
def index() -> str | Response:
    """List the recommendations that are not closed; `state`, `unit` and `page` are in the address."""
    state = request.args.get("state") if request.args.get("state") in open_ones.STATES else None
    unit_id, number = request.args.get("unit", type=whole), page_number(request.args)
    page = open_ones.page(actor(), state, unit_id, number)
    if away := addresses.past_the_end(number, page.total, open_ones.PAGE_SIZE):
        return away
    return render_template(
        "inspections/followed.html", page=page, state=state, states=translated(open_ones.STATES), unit_id=unit_id, units=units.options(actor()),
        per_page=open_ones.PAGE_SIZE,
    )  # fmt: skip
