"""Case files: the list, one case file with its documents, its form, and the buttons that close, reopen and archive it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.models import CaseFile
from docmgr.policy import Denied
from docmgr.services.cases import columns, contents, export, files, listing, words
from docmgr.services.cases.files import CaseInput
from docmgr.services.cases.listing import CaseFilter
from docmgr.services.keeping import holds, tombstones
from docmgr.services.message import restored
from docmgr.services.people import people, units
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated
from legaltext import dates

blueprint = Blueprint("cases", __name__)

# What is typed beside the buttons that end a case file.
TYPED = {"closed_on": "Ngày đóng", "archived_on": "Ngày nộp lưu trữ", "reason": "Lý do mở lại"}
FIELDS = {
    "code": "Số và ký hiệu hồ sơ",
    "title": "Tiêu đề hồ sơ",
    "permanent": "Bảo quản vĩnh viễn",
    "retention_years": "Thời hạn bảo quản (năm)",
    "opened_on": "Ngày mở",
    "unit_id": "Đơn vị",
    "person_id": "Người phụ trách",
    "handover_months": "Hạn nộp lưu trữ",
    "description": "Chú giải",
}


@blueprint.get("/cases")
@requires("case:read")
def index() -> str | Response:
    """List the case files; `state`, `year`, `unit`, `about` and `page` are in the address."""
    state = request.args.get("state", "")
    wanted = CaseFilter(
        state if state in words.STATES else "", whole(request.args.get("year")), whole(request.args.get("unit")), request.args.get("about", "")[:200]
    )  # fmt: skip
    page = listing.page(actor(), wanted, page_number(request.args))
    if away := addresses.past_the_end(page_number(request.args), page.total, listing.PAGE_SIZE):
        return away
    return render_template(
        "cases/index.html",
        page=page,
        wanted=wanted,
        states=translated(words.STATES),
        years=listing.years(actor()),
        units=units.options(actor()),
        due=listing.count_due(actor()),
        retention=words.retention,
        per_page=listing.PAGE_SIZE,
    )


@blueprint.get("/cases/<int:case_id>")
@requires("case:read")
def show(case_id: int) -> str | Response:
    """Show a case file with the documents in it that the person may read."""
    number = page_number(request.args)
    line = listing.line(actor(), case_id)
    if away := addresses.past_the_end(number, line.documents, contents.PAGE_SIZE):
        return away
    rows = contents.rows(actor(), case_id, number)
    may_edit = files.may_edit(actor(), line.case)
    pages = columns.pages_of(actor(), rows)
    return render_template(
        "cases/show.html",
        line=line,
        case=line.case,
        columns=[_(name) for name in columns.COLUMNS],
        rows=[(row, columns.cells(row, pages, _)) for row in rows],
        number=number,
        per_page=contents.PAGE_SIZE,
        states=translated(words.STATES),
        retention=words.retention(line.case.retention_years),
        handover=words.HANDOVER[line.case.handover_months],
        may_edit=may_edit,
        may_fill=may_edit and line.case.closed_on is None,
        hold=holds.on_case(actor(), case_id),
        stones=tombstones.of_case(actor(), case_id),
        restored=restored,
        forms=export.FORMS,
        today=dates.today(),
        typed=request.args.get("number", "")[:200],
        days=trail_words.by_day(of_subjects.find(actor(), {"case": [case_id]}), _),
    )


@blueprint.route("/cases/new", methods=["GET", "POST"])
@requires("case:edit")
def new() -> forms.Answer:
    """Open a case file: show the form (GET) or store it (POST)."""
    return forms.answer(
        _form,
        _given,
        lambda given, _revision: files.create(actor(), given),
        _("Đã lập hồ sơ. Tiếp theo, hãy đưa văn bản vào."),
        lambda case_id: url_for(".show", case_id=case_id),
        lambda: {"opened_on": dates.today(), "unit_id": actor().unit_id, "person_id": actor().user_id, "handover_months": 12},
    )


@blueprint.route("/cases/<int:case_id>/edit", methods=["GET", "POST"])
@requires("case:edit")
def edit(case_id: int) -> forms.Answer:
    """Change an open case file: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(_editable(case_id)),
        _given,
        lambda given, revision: files.edit(actor(), case_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", case_id=case_id),
    )


def _editable(case_id: int) -> CaseFile:
    case = files.get(actor(), case_id)
    if not files.may_edit(actor(), case):
        raise Denied("case:edit")
    return case


@blueprint.post("/cases/<int:case_id>/close")
@requires("case:edit")
def close(case_id: int) -> forms.Answer:
    """Close a case file on the day that was typed."""
    sent = Sent(request.form)
    day = sent.day("closed_on")
    return _act(case_id, sent, lambda: files.close(actor(), case_id, day, revision=sent.revision), _("Đã đóng hồ sơ."))


@blueprint.post("/cases/<int:case_id>/reopen")
@requires("case:edit")
def reopen(case_id: int) -> forms.Answer:
    """Open a closed case file again, with a reason."""
    sent = Sent(request.form)
    return _act(case_id, sent, lambda: files.reopen(actor(), case_id, sent.text("reason"), revision=sent.revision), _("Đã mở lại hồ sơ."))


@blueprint.post("/cases/<int:case_id>/archive")
@requires("case:edit")
def archive(case_id: int) -> forms.Answer:
    """Note that a closed case file went to the archive on the day that was typed."""
    sent = Sent(request.form)
    day = sent.day("archived_on")
    return _act(case_id, sent, lambda: files.archive(actor(), case_id, day, revision=sent.revision), _("Đã ghi hồ sơ đã nộp lưu trữ."))


def _act(case_id: int, sent: Sent, do: Callable[[], object], told: str) -> forms.Answer:
    return forms.act_typed(do, told, url_for(".show", case_id=case_id), forms.Typed(TYPED, lambda: _now(case_id)), errors=sent.errors)


def _now(case_id: int) -> tuple[int, list[tuple[str, str]]]:
    case = files.get(actor(), case_id)
    days = {"closed_on": case.closed_on, "archived_on": case.archived_on}
    return case.revision, [(_("Tiêu đề"), case.title), *((_(TYPED[name]), dates.printed(value)) for name, value in days.items())]


def _given(sent: Sent) -> CaseInput:
    return CaseInput(
        sent.text("code"), sent.text("title"), sent.number("retention_years"), sent.text("permanent") == "1", sent.day("opened_on"),
        sent.number("unit_id"), sent.number("person_id"), sent.number("handover_months") or 12, sent.text("description"),
    )  # fmt: skip


def _form(case: CaseFile | None = None) -> forms.Form:
    choices = {"unit_id": units.options(actor()), "person_id": people.options(actor())}
    months = {number: _(told) for number, told in words.HANDOVER.items()}
    labels = {**{name: dict(pairs) for name, pairs in choices.items()}, "handover_months": months}
    stored = None
    if case is not None:
        stored = {name: getattr(case, name) for name in FIELDS if name != "permanent"}
        stored["permanent"] = "1" if case.retention_years is None else ""
    return forms.Form(
        "cases/form.html",
        FIELDS,
        lambda _values, _sent: {"case": case, "choices": choices, "months": months, "most_years": words.MOST_YEARS},
        stored=stored,
        revision=case.revision if case is not None else None,
        words={**labels, "permanent": {"1": _("Có"), "": _("Không")}},
    )
