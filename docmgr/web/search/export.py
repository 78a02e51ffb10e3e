"""Download the results of a search as a file, after choosing columns and a format. services.search.export
decides the content."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from docmgr.services.errors import Invalid
from docmgr.services.search import export
from docmgr.services.search import request as asked
from docmgr.services.search.notes import told
from docmgr.services.search.request import SearchRequest
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.sending import attachment
from docmgr.web.kit.words import in_words
from docmgr.web.search.saved import asked_in, worded

blueprint = Blueprint("result_export", __name__)

FORMS = {"docx": "DOCX (Word)", "pdf": "PDF", "xlsx": "XLSX (Excel)", "csv": "CSV"}


@blueprint.get("/search/export")
@requires("search:export")
def show() -> str:
    """Show how many results the file would contain, and the form to choose its columns and format."""
    form = request.args.get("form")
    return _page(asked_in(request.args), export.USUAL, form if form in FORMS else "docx", {})


@blueprint.post("/search/export")
@requires("search:export")
def download() -> Response | tuple[str, int]:
    """Send the results as a file. It is a POST, because the export is recorded as an event."""
    wanted, columns = asked_in(request.form), tuple(request.form.getlist("columns"))
    form = request.form.get("form", "")
    try:
        made = export.export(actor(), wanted, form, columns, gettext)
    except Invalid as error:
        return _page(wanted, columns, form, {error.field: in_words(error.message)}), 400
    return attachment(made.name, made.media_type, made.body)


def _page(wanted: SearchRequest, columns: tuple[str, ...], form: str, errors: dict[str | None, str]) -> str:
    return render_template(
        "search/export.html",
        wanted=wanted,
        conditions=worded(asked.conditions(actor(), wanted)),
        notes=told(wanted.notes, gettext),
        total=0 if wanted.blank else export.count(actor(), wanted),
        most=export.MAX_ROWS,
        all_columns=export.columns(actor(), gettext),
        columns=columns,
        forms=FORMS,
        form=form,
        errors=errors,
    )
