"""The list of documents that were uploaded last, also of one type or of some days of issue."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from docmgr.services.documents import recent
from docmgr.services.documents.recent import Narrowed
from docmgr.web.kit.addresses import past_the_end
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number
from legaltext.text import clean_line

blueprint = Blueprint("recent", __name__)

PER_PAGE = 50


@blueprint.get("/documents/recent")
@requires("document:read")
def index() -> str | Response:
    """List the documents that the person may read, those uploaded last first. `page` is the page number. `type`, `since`
    and `until` narrow the list to a type, which may be blank, and to days of issue."""
    number, wanted = page_number(request.args), _wanted()
    total = recent.count(actor(), wanted)
    beyond = past_the_end(number, total, PER_PAGE)
    if beyond is not None:
        return beyond
    shown = recent.documents(actor(), PER_PAGE, (number - 1) * PER_PAGE, wanted)
    narrowed = wanted != recent.ALL
    return render_template(
        "search/recent.html", documents=shown, total=total, number=number, per_page=PER_PAGE, wanted=wanted if narrowed else None
    )


def _wanted() -> Narrowed:
    sent = Sent(request.args)
    # A day that is none is left out, as on the page of the search.
    return Narrowed(clean_line(sent.text("type"))[:100] if "type" in request.args else None, sent.day("since"), sent.day("until"))
