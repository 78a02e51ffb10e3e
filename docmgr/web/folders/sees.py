"""The pages that say what a person may read ("Người này xem được gì?"), for administrators of people and auditors."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from docmgr.services.folders import sees
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number

blueprint = Blueprint("sees", __name__)


@blueprint.get("/sees")
@requires("right:look")
def index() -> str:
    """Search for a person by name (`q`)."""
    query = Sent(request.args).text("q")[:200]
    return render_template("sees/index.html", query=query, found=sees.people(actor(), query), limit=sees.FOUND)


@blueprint.get("/sees/<int:user_id>")
@requires("right:look")
def show(user_id: int) -> str:
    """List the documents that a person may read; `q` are words of the number or subject."""
    query = Sent(request.args).text("q")[:200]
    page = sees.of_person(actor(), user_id, query, page_number(request.args))
    return render_template("sees/show.html", user_id=user_id, page=page, query=query, per_page=sees.PAGE_SIZE)
