"""Tasks of a plan from a workbook: upload it, say which of its columns is which and see what is wrong, and then make all tasks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Conflict
from docmgr.services.start.task_sheets import columns, making, trying, uploads
from docmgr.services.start.task_sheets.columns import COLUMNS
from docmgr.services.start.task_sheets.uploads import StoredSheet
from docmgr.web.kit import messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.sending import attachment
from docmgr.web.kit.words import in_words

blueprint = Blueprint("task_sheets", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# How many tasks and faults a page shows.
SHOWN, FAULTS_SHOWN = 50, 100
# How the names of the fields of the mapping begin.
PREFIX = "col_"


@blueprint.get("/plans/<int:plan_id>/import")
@requires("plan:edit")
def new(plan_id: int) -> str:
    """Show the form that takes a workbook."""
    return _upload_page(plan_id, {})


@blueprint.get("/task-sheets/sample.xlsx")
@requires("plan:edit")
def sample() -> Response:
    """Send a workbook to fill in."""
    return attachment("nhiem-vu.xlsx", XLSX, uploads.sample(_))


@blueprint.post("/plans/<int:plan_id>/import")
@requires("plan:edit")
def upload(plan_id: int) -> Response | tuple[str, int]:
    """Read a workbook and keep its rows."""
    sent = Sent(request.form)
    chosen = request.files.get("file")
    data = chosen.stream.read(uploads.MAX_BYTES + 1) if chosen and chosen.filename else b""
    sheet_id = sent.try_to(lambda: uploads.upload(actor(), plan_id, data, chosen.filename or "" if chosen else ""))
    if sheet_id is None:
        return _upload_page(plan_id, sent.errors), 400
    return redirect(url_for(".show", sheet_id=sheet_id))


@blueprint.get("/task-sheets/<int:sheet_id>")
@requires("plan:edit")
def show(sheet_id: int) -> str:
    """Show what the rows would become with the columns of the address, else with those that are guessed."""
    return _page(uploads.load(actor(), sheet_id), Sent(request.args))


@blueprint.post("/task-sheets/<int:sheet_id>")
@requires("plan:edit")
def make(sheet_id: int) -> Response | tuple[str, int]:
    """Make the tasks that the page showed."""
    sent = Sent(request.form)
    sheet = uploads.load(actor(), sheet_id)
    places, expected = _places(sheet, sent), sent.number("expected") or 0
    try:
        made = sent.try_to(lambda: making.make(actor(), sheet_id, places, expected=expected))
    except Conflict as conflict:
        sent.errors["file"] = in_words(conflict.message)
        return _page(sheet, sent), 409
    if made is None:
        return _page(sheet, sent), 400
    messages.tell(counted("Đã giao %(n)s nhiệm vụ.", made))
    return redirect(url_for("plans.show", plan_id=sheet.plan_id))


def _places(sheet: StoredSheet, sent: Sent) -> dict[str, int]:
    if not any(name.startswith(PREFIX) for name in sent.form):
        return columns.guessed(sheet.head)
    return {key: number for key in COLUMNS if (number := sent.number(PREFIX + key)) is not None}


def _upload_page(plan_id: int, errors: dict[str, str]) -> str:
    title = uploads.check(actor(), plan_id)
    return render_template("task_sheets/new.html", plan_id=plan_id, title=title, columns=COLUMNS, most=uploads.MOST, errors=errors)


def _page(sheet: StoredSheet, sent: Sent) -> str:
    places = _places(sheet, sent)
    before = dict(sent.errors)
    sent.errors.clear()
    found = sent.try_to(lambda: trying.plan(actor(), sheet, places))
    errors = {PREFIX + key if key in COLUMNS else key: words for key, words in {**before, **sent.errors}.items()}
    offered: list[tuple[Any, str]] = [(number, text or _("Cột %(number)s", number=number + 1)) for number, text in enumerate(sheet.head)]
    return render_template(
        "task_sheets/show.html", sheet=sheet, columns=COLUMNS, places=places, offered=offered, found=found, errors=errors, shown=SHOWN, faults_shown=FAULTS_SHOWN, prefix=PREFIX,
    )  # fmt: skip
