"""The plan of inspections of a year: its lines with their progress, and the inspections that are made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.inspection import planned
from docmgr.services.inspection.planned import PROGRESS, PlannedInput, PlannedRow
from docmgr.services.people import units
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number
from legaltext import dates

blueprint = Blueprint("planned", __name__)
PAGE_SIZE = 50
FIELDS = {"subject": "Nội dung", "year": "Năm", "month": "Tháng", "unit_ids": "Đơn vị được kiểm tra", "head_id": "Trưởng đoàn", "note": "Ghi chú"}


@blueprint.get("/inspections/plan")
@requires("inspection:read")
def index() -> str | Response:
    """Show the plan of the year that the address names."""
    number, year = page_number(request.args), whole(request.args.get("year")) or dates.today().year
    counts = planned.counts(actor(), year)
    total = sum(counts.values())
    if away := addresses.past_the_end(number, total, PAGE_SIZE):
        return away
    rows = planned.listing(actor(), year, limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE)
    years = sorted({year, *planned.years(actor())}, reverse=True)
    return render_template(
        "planned/index.html", rows=rows, year=year, years=years, counts=counts, progress=PROGRESS, number=number, total=total, per_page=PAGE_SIZE
    )


@blueprint.route("/inspections/plan/new", methods=["GET", "POST"])
@requires("inspection:edit")
def new() -> forms.Answer:
    """Add a line: show the form (GET) or store it (POST)."""
    year = whole(request.args.get("year")) or dates.today().year
    return forms.answer(
        _form, _given, lambda given, _revision: planned.create(actor(), given), _("Đã thêm vào kế hoạch kiểm tra."),
        lambda planned_id: url_for(".index", year=planned.get(actor(), planned_id).year), lambda: {"year": year, "unit_ids": []},
    )  # fmt: skip


@blueprint.route("/inspections/plan/<int:planned_id>", methods=["GET", "POST"])
@requires("inspection:edit")
def edit(planned_id: int) -> forms.Answer:
    """Change a line: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(planned.get(actor(), planned_id)), _given, lambda given, revision: planned.edit(actor(), planned_id, given, revision=revision),
        _("Đã lưu kế hoạch kiểm tra."), lambda _done: url_for(".index", year=planned.get(actor(), planned_id).year),
    )  # fmt: skip


@blueprint.post("/inspections/plan/<int:planned_id>/start")
@requires("inspection:edit")
def start(planned_id: int) -> Response:
    """Make the inspection of one unit of the line, and lead to it."""
    unit_id, made = Sent(request.form).number("unit_id") or 0, list[int]()
    back = url_for(".index", year=planned.get(actor(), planned_id).year)
    done = forms.act(lambda: made.append(planned.start(actor(), planned_id, unit_id)), _("Đã lập cuộc kiểm tra; hãy gắn quyết định và chọn đoàn."), back)
    return redirect(url_for("inspections.show", inspection_id=made[0])) if made else done


def _given(sent: Sent) -> PlannedInput:
    return PlannedInput(
        subject=sent.text("subject"), year=sent.number("year"), month=sent.number("month"), unit_ids=sent.numbers("unit_ids"), head_id=sent.number("head_id"),
        note=sent.text("note"),
    )  # fmt: skip


def _form(row: PlannedRow | None = None) -> forms.Form:
    offered, heads = units.options(actor()), planned.heads(actor())
    shown: dict[str, Any] = {"row": row, "units": offered, "heads": heads}
    words: forms.Words = {"unit_ids": dict(offered), "head_id": dict(heads)}
    form = forms.Form("planned/form.html", FIELDS, lambda _values, _sent: shown, words=words, typed=_typed)
    if row is None:
        return form
    stored = {name: getattr(row, name) for name in ("subject", "year", "month", "head_id", "note")} | {"unit_ids": [number for number, _name in row.units]}
    return replace(form, stored=stored, revision=row.revision)


def _typed(sent: Sent) -> dict[str, Any]:
    return {**sent.form, "unit_ids": list(sent.numbers("unit_ids"))}
