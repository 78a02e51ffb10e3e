"""The gaps in the records that auditors look at: one list of each kind."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from docmgr.services.overview import gaps
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number

blueprint = Blueprint("gaps", __name__)


@blueprint.get("/trail/gaps")
@requires("trail:read_all")
def index() -> str | Response:
    """Show one page of the gaps of the kind that the parameter `kind` names."""
    kind = request.args.get("kind", "")
    kind = kind if kind in gaps.KINDS else "unproven"
    number = min(page_number(request.args), 100_000)
    found = gaps.find(actor(), kind, page=number)
    if away := addresses.past_the_end(number, found.total, gaps.PAGE_SIZE):
        return away
    return render_template("trail/gaps.html", kind=kind, kinds=gaps.KINDS, found=found, number=number, per_page=gaps.PAGE_SIZE)
