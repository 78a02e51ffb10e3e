"""The list of documents that were deleted for good, for auditors."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from docmgr.services.keeping import tombstones
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number

blueprint = Blueprint("tombstones", __name__)


@blueprint.get("/tombstones")
@requires("tombstone:read")
def index() -> str | Response:
    """List what was deleted for good, the last first; `about` has words of the number or subject, or a hash."""
    about = request.args.get("about", "")[:200]
    page = tombstones.page(actor(), about, page_number(request.args))
    if away := addresses.past_the_end(page_number(request.args), page.total, tombstones.PAGE_SIZE):
        return away
    return render_template("tombstones/index.html", page=page, about=about, per_page=tombstones.PAGE_SIZE)
