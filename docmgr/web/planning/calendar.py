"""The working calendar: the years that it knows, and the form of one."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from docmgr.services.planning import calendar
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, may, requires
from legaltext import dates

blueprint = Blueprint("calendar", __name__)
FIELDS = {"off": "Ngày nghỉ", "worked": "Ngày làm bù"}


@blueprint.get("/calendar")
@requires("account:own")
def index() -> str:
    """List the years of the calendar."""
    rows = calendar.years(actor())
    following = max([dates.today().year, *(row.year for row in rows)]) + 1
    missing = dates.today().year not in {row.year for row in rows}
    return render_template("calendar/index.html", rows=rows, following=following, missing=missing, today=dates.today(), may_edit=may("agency:manage"))


@blueprint.get("/calendar/<int:of_year>")
@requires("account:own")
def show(of_year: int) -> str:
    """Show the days of a year."""
    return render_template("calendar/show.html", form=calendar.get(actor(), of_year), may_edit=may("agency:manage"))


@blueprint.route("/calendar/<int:of_year>/edit", methods=["GET", "POST"])
@requires("agency:manage")
def edit(of_year: int) -> forms.Answer:
    """Show the form of a year (GET), or store its days (POST)."""
    return forms.answer(
        lambda: _form(of_year),
        lambda sent: (sent.text("off"), sent.text("worked")),
        lambda given, revision: calendar.save(actor(), of_year, *given, revision=revision),
        _("Đã lưu lịch làm việc. Hạn của các nhiệm vụ tính theo lịch này đã được tính lại."),
        lambda _done: url_for(".show", of_year=of_year),
    )


def _form(year: int) -> forms.Form:
    stored = calendar.get(actor(), year)
    return forms.Form(
        "calendar/form.html", FIELDS, lambda _values, _sent: {"year": year}, stored={"off": stored.off, "worked": stored.worked}, revision=stored.revision
    )
