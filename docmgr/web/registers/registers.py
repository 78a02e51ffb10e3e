"""The registers of outgoing and incoming documents and of their handling: lists, files, and the form of one line."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.people import people, units
from docmgr.services.registers import columns, export, issue, lines, listing, reserving, words
from docmgr.services.registers import series as number_series
from docmgr.services.registers.listing import RegisterFilter, RegisterLine
from docmgr.web.kit import addresses, forms, guard
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number
from docmgr.web.kit.sending import attachment, file_or_back
from docmgr.web.registers.arrival_fields import line_of
from legaltext import dates

blueprint = Blueprint("registers", __name__)

# What the buttons of a line do: the service, and the words after it.
ACTS = {
    "release": (reserving.release, "Đã bỏ giữ số; số vẫn ở trong sổ."),
    "explain": (reserving.explain, "Đã ghi lý do."),
    "cancel": (issue.cancel, "Đã hủy số; dòng vẫn ở trong sổ."),
}
RESERVE_FIELDS = {"series": "Dãy số", "count": "Số lượng số", "holder_id": "Giữ cho", "reason": "Lý do"}


@blueprint.get("/registers/outgoing")
@requires("register:read")
def outgoing() -> str | Response:
    """Show the register of outgoing documents of a year; `year`, `series` and `page` are in the address."""
    return _register("outgoing")


@blueprint.get("/registers/incoming")
@requires("register:read")
def incoming() -> str | Response:
    """Show the register of incoming documents of a year."""
    return _register("incoming")


@blueprint.get("/registers/handling")
@requires("register:read")
def handling() -> str | Response:
    """Show how the incoming documents of a year are dealt with."""
    return _register("handling")


def _register(register: str) -> str | Response:
    args, sent = request.args, Sent(request.args)
    wanted, number = _wanted(register, args.get("year", ""), args.get("series", "")), page_number(args)
    if register != "outgoing":
        wanted = replace(wanted, since=sent.day("since"), until=sent.day("until"))
    total = listing.count(actor(), wanted)
    if away := addresses.past_the_end(number, total, listing.PAGE_SIZE):
        return away
    found = listing.page(actor(), wanted, number)
    series = number_series.listing(actor(), listing.REGISTERS[register])
    return render_template(
        "registers/index.html",
        register=register,
        registers=listing.TITLES,
        wanted=wanted,
        days=_days(wanted),
        columns=[_(name) for name in columns.COLUMNS[register]],
        rows=[(line, columns.cells(register, line, _)) for line in found],
        years=listing.years(actor(), register),
        series=series,
        open_series=[row for row in series if row.series.closed_at is None],
        this_year=dates.today().year,
        number=number,
        total=total,
        per_page=listing.PAGE_SIZE,
        forms=export.FORMS,
    )


def _days(wanted: RegisterFilter) -> tuple[dt.date, dt.date]:
    """The first and the last day for the report: those chosen, else those of the year up to today."""
    last = wanted.until or min(dates.today(), dt.date(wanted.year, 12, 31))
    return wanted.since or dt.date(last.year, 1, 1), last


def _wanted(register: str, year: str, series: str) -> RegisterFilter:
    chosen = whole(year)
    this = dates.today().year
    return RegisterFilter(register, chosen if chosen and words.EARLIEST_YEAR <= chosen <= this else this, whole(series))


@blueprint.post("/registers/export")
@requires("register:read")
def download() -> Response:
    """Send a register of one year as a file. It is a POST, because the export is recorded as an event."""
    register = request.form.get("register", "")
    register = register if register in listing.REGISTERS else "outgoing"
    wanted = _wanted(register, request.form.get("year", ""), request.form.get("series", ""))

    def made() -> Response:
        file = export.export(actor(), wanted, request.form.get("form", ""), _)
        return attachment(file.name, file.media_type, file.body)

    return file_or_back(made, url_for(f".{register}", year=wanted.year, series=wanted.series_id))


@blueprint.route("/registers/lines/<int:entry_id>", methods=["GET", "POST"])
@requires("register:edit")
def line(entry_id: int) -> forms.Answer:
    """Show the form of one line (GET), or store the columns that clerks fill in (POST)."""
    return forms.answer(
        lambda: _form(entry_id),
        line_of,
        lambda given, revision: lines.edit(actor(), entry_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: _address(listing.line(actor(), entry_id)),
    )


def _form(entry_id: int) -> forms.Form:
    found = listing.line(actor(), entry_id)
    names = lines.columns_of(found.entry.kind)
    choices: dict[str, Any] = {"unit_id": [], "person_id": []}
    if found.entry.kind == "incoming":
        choices = {"unit_id": units.options(actor()), "person_id": people.options(actor())}
    stored = {name: getattr(found.entry, name) for name in names}
    if found.answer_hidden:
        stored["answer"] = None
    return forms.Form(
        "registers/line.html",
        {name: lines.COLUMNS[name] for name in names},
        lambda _values, _sent: {"line": found, "entry": found.entry, "choices": choices, "back": _address(found), "states": words.STATES},
        stored=stored,
        revision=found.entry.revision,
        words={name: dict(pairs) for name, pairs in choices.items()},
    )


def _address(found: RegisterLine) -> str:
    register = "incoming" if found.entry.kind == "incoming" else "outgoing"
    return url_for(f".{register}", year=found.entry.year, series=found.entry.series_id)


@blueprint.post("/registers/lines/<int:entry_id>/release")
@requires("register:edit")
def release(entry_id: int) -> forms.Answer:
    """Give up a reserved number, with a reason."""
    return _act(entry_id, "release")


@blueprint.post("/registers/lines/<int:entry_id>/explain")
@requires("register:edit")
def explain(entry_id: int) -> forms.Answer:
    """Say why a number was never used."""
    return _act(entry_id, "explain")


@blueprint.post("/registers/lines/<int:entry_id>/cancel")
@requires("register:edit")
def cancel(entry_id: int) -> forms.Answer:
    """Cancel the number of a document, with a reason."""
    return _act(entry_id, "cancel")


def _act(entry_id: int, name: str) -> forms.Answer:
    sent = Sent(request.form)
    service, told = ACTS[name]
    address = url_for(".line", entry_id=entry_id)
    typed = forms.Typed({"reason": "Lý do"}, lambda: _now(entry_id))
    return forms.act_typed(lambda: service(actor(), entry_id, sent.text("reason"), revision=sent.revision), _(told), address, typed)


def _now(entry_id: int) -> tuple[int, list[tuple[str, str]]]:
    found = listing.line(actor(), entry_id).entry
    told = [(_("Tình trạng"), _(words.STATES[found.state])), (_("Lý do"), found.reason or ""), (_("Người sửa"), found.changed_label)]
    return found.revision, told


@blueprint.route("/registers/reserve", methods=["GET", "POST"])
@requires("register:edit")
def reserve() -> forms.Answer:
    """Show the form that reserves the next numbers of a series (GET), or reserve them (POST)."""
    return forms.answer(
        lambda: forms.Form("registers/reserve.html", RESERVE_FIELDS, lambda _values, _sent: _reservable()),
        lambda sent: (sent.number("series"), sent.text("reason"), sent.number("count"), sent.number("holder_id")),
        lambda given, _revision: _reserve(*given),
        _("Đã giữ số."),
        lambda entry_ids: _address(listing.line(actor(), entry_ids[0])),
        lambda: {"count": 1, "series": request.args.get("series", ""), "holder_id": actor().user_id},
    )


def _reserve(series_id: int | None, reason: str, count: int | None, holder_id: int | None) -> list[int]:
    # A series that nobody has is refused by the service.
    return reserving.reserve(actor(), series_id or 0, reason, count=0 if count is None else count, holder_id=holder_id)


def _reservable() -> dict[str, Any]:
    open_series = number_series.listing(actor(), closed=False)
    return {"series": open_series, "people": people.options(actor()), "most": words.MOST_RESERVED, "may_manage": guard.may("series:manage")}
