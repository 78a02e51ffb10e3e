"""Packages for the archive: their list, one package, and the forms that ask for one and note that it was handed over."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services.cases import packing
from docmgr.services.cases import words as case_words
from docmgr.services.handover import packages, words
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated
from docmgr.web.kit.sending import archive, file_or_back
from legaltext import dates

blueprint = Blueprint("handovers", __name__)

FIELDS = {"title": "Tên đợt giao nộp", "case": "Hồ sơ"}
# What is typed beside the button that notes the handing over.
TYPED = {"handed_on": "Ngày nộp lưu trữ", "receiver": "Người nhận ở lưu trữ"}


@blueprint.get("/handovers")
@requires("handover:read")
def index() -> str | Response:
    """List all packages, the newest first."""
    page = packages.page(actor(), page_number(request.args))
    if away := addresses.past_the_end(page_number(request.args), page.total, packages.PAGE_SIZE):
        return away
    return render_template("handovers/index.html", page=page, states=translated(words.STATES), per_page=packages.PAGE_SIZE)


@blueprint.route("/handovers/new", methods=["GET", "POST"])
@requires("handover:make")
def new() -> forms.Answer:
    """Ask for a package: show the form (GET) or store it (POST)."""
    return forms.answer(
        lambda: forms.Form("handovers/new.html", FIELDS, _choices),
        lambda sent: (sent.text("title"), sent.numbers("case")),
        lambda given, _revision: packages.create(actor(), *given),
        _("Đã nhận yêu cầu; gói đang được lập."),
        lambda handover_id: url_for(".show", handover_id=handover_id),
        lambda: {"title": _("Giao nộp hồ sơ năm %(year)s", year=dates.today().year)},
    )


def _choices(_values: object, sent: Sent) -> dict[str, object]:
    cases = packages.choices(actor())
    chosen = sent.numbers("case") or [case.id for case in cases if _is_due(case.handover_on, case.retention_years)]
    return {"cases": cases, "chosen": chosen, "most": words.MOST_CASES, "gigabytes": packing.MOST_BYTES >> 30, "retention": case_words.retention}


def _is_due(day: dt.date | None, years: int | None) -> bool:
    return day is not None and day <= dates.today() and (years is None or years >= case_words.LEAST_YEARS)


@blueprint.get("/handovers/<int:handover_id>")
@requires("handover:read")
def show(handover_id: int) -> str:
    """Show a package and its case files."""
    shown = packages.one(actor(), handover_id)
    return render_template(
        "handovers/show.html",
        shown=shown,
        one=shown.handover,
        states=translated(words.STATES),
        retention=case_words.retention,
        may_make=policy.may(actor(), "handover:make"),
        kept_days=words.KEPT_DAYS,
        today=dates.today(),
        days=trail_words.by_day(of_subjects.find(actor(), {"handover": [handover_id]}), _),
    )


@blueprint.post("/handovers/<int:handover_id>/again")
@requires("handover:make")
def again(handover_id: int) -> Response:
    """Ask for the package to be made again, with the rights of this person."""
    revision = Sent(request.form).revision
    address = url_for(".show", handover_id=handover_id)
    return forms.act(lambda: packages.again(actor(), handover_id, revision=revision), _("Đã nhận yêu cầu; gói đang được lập."), address)


@blueprint.post("/handovers/<int:handover_id>/record")
@requires("handover:make")
def record(handover_id: int) -> forms.Answer:
    """Note that the package was handed over."""
    sent, address = Sent(request.form), url_for(".show", handover_id=handover_id)
    day = sent.day("handed_on")
    return forms.act_typed(
        lambda: packages.hand_over(actor(), handover_id, sent.text("receiver"), day, revision=sent.revision),
        _("Đã ghi các hồ sơ trong gói là đã nộp lưu trữ."), address, forms.Typed(TYPED, lambda: _now(handover_id)), errors=sent.errors,
    )  # fmt: skip


def _now(handover_id: int) -> tuple[int, list[tuple[str, str]]]:
    found = packages.get(actor(), handover_id)
    told = [(_("Tình trạng"), _(words.STATES[found.state])), (_("Ngày nộp lưu trữ"), dates.printed(found.handed_on))]
    return found.revision, [*told, (_("Người nhận"), found.receiver or ""), (_("Người ghi"), found.handed_by_label or "")]


@blueprint.post("/handovers/<int:handover_id>/download")
@requires("handover:read")
def download(handover_id: int) -> Response:
    """Send the package. It is a POST, because it is recorded as an event."""
    def opened() -> Response:
        file = packages.open_package(actor(), handover_id)
        return archive(file.name, file.size, file.stream)

    return file_or_back(opened, url_for(".show", handover_id=handover_id))
