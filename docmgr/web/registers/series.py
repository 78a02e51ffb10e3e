"""The page of the series of numbers: list, new series, form of one, close, open again and delete."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.people import units
from docmgr.services.registers import series as number_series
from docmgr.services.registers import words
from docmgr.services.registers.series import SeriesInput
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated

blueprint = Blueprint("series", __name__)
FIELDS = {
    "name": "Tên dãy số",
    "kind": "Loại sổ",
    "types": "Loại văn bản",
    "unit_id": "Đơn vị",
    "organ": "Chữ viết tắt cơ quan",
    "first_number": "Số bắt đầu",
    "first_year": "Năm của số bắt đầu",
}


@blueprint.route("/series", methods=["GET", "POST"])
@requires("series:manage")
def index() -> forms.Answer:
    """List all series with the form for a new one (GET), or add the series (POST)."""
    return forms.answer(
        lambda: forms.Form("series/index.html", FIELDS, lambda _values, _sent: {"rows": number_series.listing(actor()), **_offered()}, typed=_typed),
        _given,
        lambda given, _revision: number_series.create(actor(), given),
        _("Đã lập dãy số."),
        lambda _series: url_for(".index"),
        lambda: {"kind": "outgoing", "types": ()},
    )


@blueprint.route("/series/<int:series_id>", methods=["GET", "POST"])
@requires("series:manage")
def show(series_id: int) -> forms.Answer:
    """Show the form of one series (GET), or store it (POST)."""
    return forms.answer(
        lambda: _form(series_id),
        _given,
        lambda given, revision: number_series.edit(actor(), series_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".index"),
    )


@blueprint.post("/series/<int:series_id>/close")
@requires("series:manage")
def close(series_id: int) -> Response:
    """Close a series, so that it gives no more numbers."""
    done = _("Đã đóng dãy số.")
    return forms.act(lambda: number_series.close(actor(), series_id), done, url_for(".index"), url_for(".show", series_id=series_id))


@blueprint.post("/series/<int:series_id>/open")
@requires("series:manage")
def reopen(series_id: int) -> Response:
    """Open a closed series again."""
    done = _("Đã mở lại dãy số.")
    return forms.act(
        lambda: number_series.close(actor(), series_id, closed=False), done, url_for(".index"), url_for(".show", series_id=series_id)
    )


@blueprint.post("/series/<int:series_id>/delete")
@requires("series:manage")
def delete(series_id: int) -> Response:
    """Delete a series that never gave a number."""
    done = _("Đã xóa dãy số.")
    return forms.act(lambda: number_series.delete(actor(), series_id), done, url_for(".index"), url_for(".show", series_id=series_id))


def _typed(sent: Sent) -> forms.Values:
    return {**sent.form.to_dict(), "types": tuple(sent.form.getlist("types"))}


def _given(sent: Sent) -> SeriesInput:
    return SeriesInput(
        sent.text("name"), sent.text("kind"), sent.number("unit_id"), tuple(sent.form.getlist("types")), sent.text("organ"),
        sent.number("first_number"), sent.number("first_year"),
    )  # fmt: skip


def _offered() -> dict[str, Any]:
    return {"kinds": translated(words.KINDS), "options": units.options(actor()), "all_types": number_series.TYPES}


def _form(series_id: int) -> forms.Form:
    row = number_series.get(actor(), series_id)
    stored = {name: getattr(row.series, name) for name in FIELDS}
    return forms.Form(
        "series/show.html",
        FIELDS,
        lambda _values, _sent: {"row": row, "series": row.series, **_offered()},
        stored=stored,
        revision=row.series.revision,
        words={"unit_id": dict(units.options(actor())), "kind": translated(words.KINDS)},
        typed=_typed,
    )
