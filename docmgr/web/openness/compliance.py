"""The record of compliance: all publications of documents that the person may read, and what should be public and is not."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.openness import export, listing, missing, rules, switch, words
from docmgr.services.openness.listing import PublicationFilter
from docmgr.services.people import units
from docmgr.web.kit import addresses, sending
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number, translated

blueprint = Blueprint("openness", __name__)


@blueprint.get("/publications")
@requires("document:read")
def index() -> str | Response:
    """List the publications; `state`, `year`, `unit`, `rule` and `page` are in the address."""
    wanted, number = _wanted(request.args), page_number(request.args)
    page = listing.page(actor(), wanted, number)
    if away := addresses.past_the_end(number, page.total, listing.PAGE_SIZE):
        return away
    lacking = missing.page(actor(), wanted.year, wanted.rule_id, page.page, listing.PAGE_SIZE) if wanted.state == words.MISSING and wanted.unit_id is None else ()
    return render_template(
        "publications/index.html", page=page, missing=lacking, wanted=wanted, states=translated(words.FILTERS), audiences=translated(words.AUDIENCES),
        years=listing.years(actor()), units=units.options(actor()), rules=rules.listing(actor()), per_page=listing.PAGE_SIZE, page_on=switch.shown(actor()),
    )  # fmt: skip


def _wanted(args: Mapping[str, str]) -> PublicationFilter:
    state, year = args.get("state", ""), whole(args.get("year"))
    year = year if year is not None and words.FIRST_YEAR <= year <= words.LAST_YEAR else None
    return PublicationFilter(state if state in words.FILTERS else "", year, whole(args.get("unit")), whole(args.get("rule")))


@blueprint.post("/publications/export")
@requires("document:read")
def as_file() -> Response:
    """Send the list as XLSX, with the same fields. It is a POST, because the export is recorded as an event."""
    wanted = _wanted(request.form)
    back = url_for(".index", state=wanted.state or None, year=wanted.year, unit=wanted.unit_id, rule=wanted.rule_id)
    return sending.file_or_back(lambda: sending.attachment(*export.export(actor(), wanted, _)), back)
