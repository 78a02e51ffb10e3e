"""The list of documents that were uploaded last."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from docmgr.services.documents import recent
from docmgr.web.kit.addresses import past_the_end
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number

blueprint = Blueprint("recent", __name__)

PER_PAGE = 50


@blueprint.get("/documents/recent")
@requires("document:read")
def index() -> str | Response:
    """List the documents that the person may read, those uploaded last first. `page` is the page number."""
    number = page_number(request.args)
    total = recent.count(actor())
    beyond = past_the_end(number, total, PER_PAGE)
    if beyond is not None:
        return beyond
    shown = recent.documents(actor(), PER_PAGE, (number - 1) * PER_PAGE)
    return render_template("search/recent.html", documents=shown, total=total, number=number, per_page=PER_PAGE)
