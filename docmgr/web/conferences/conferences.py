"""Conferences: the overview of a year, the page of one, its form, and the day on which its results were announced."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.policy import Denied
from docmgr.services.conferences import checking, lists, papers, records, rules, tied
from docmgr.services.conferences.lists import ConferenceView
from docmgr.services.conferences.records import ConferenceInput
from docmgr.services.people import units
from docmgr.services.planning import of_document, plans
from docmgr.services.planning.lists import STATES as TASK_STATES
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent, page_number, translated
from legaltext import dates

blueprint = Blueprint("conferences", __name__)
# As many tasks of the resolution are named.
TASKS_SHOWN = 50
ANNOUNCED = {"announced_on": "Ngày công bố kết quả"}
FIELDS = {
    "year": "Hội nghị của năm",
    "unit_id": "Đơn vị",
    "kind": "Loại hội nghị",
    "held_on": "Ngày họp",
    "starts_at": "Giờ họp",
    "place": "Địa điểm",
    "chair": "Chủ trì",
    "secretary": "Thư ký",
    "agenda": "Nội dung",
    "invited": "Số người được triệu tập",
    "present": "Số người dự",
}


@blueprint.get("/conferences")
@requires("plan:read")
def index() -> str | Response:
    """Show which units held their conference of the year `year`; `state`, `plan` (its units alone) and `page` are in the
    address too."""
    typed = whole(request.args.get("year"))
    year = typed if typed is not None and records.FIRST_YEAR <= typed <= records.LAST_YEAR else dates.today().year
    state, number = request.args.get("state", ""), page_number(request.args)
    state = state if state in (*records.STATES, lists.NONE) else ""
    plan_id = whole(request.args.get("plan"))
    plan = plans.get(actor(), plan_id, limit=0) if plan_id is not None else None
    rows, total = lists.of_year(actor(), year, state, plan_id=plan_id, skip=(number - 1) * lists.PAGE_SIZE)
    if away := addresses.past_the_end(number, total, lists.PAGE_SIZE):
        return away
    return render_template(
        "conferences/index.html",
        rows=rows,
        total=total,
        number=number,
        per_page=lists.PAGE_SIZE,
        year=year,
        years=sorted({*lists.years(actor()), year}, reverse=True),
        state=state,
        states=translated(records.STATES),
        kinds=translated(records.KINDS),
        totals=lists.totals(actor(), year, plan_id),
        plan=plan,
        own_unit=actor().unit_id,
    )


@blueprint.get("/conferences/<int:conference_id>")
@requires("plan:read")
def show(conference_id: int) -> str:
    """Show a conference with its votes, those of its papers that the person may read, and the tasks that came of its resolution."""
    view = lists.get(actor(), conference_id)
    held = tied.papers(actor(), conference_id)
    resolution = next((one.document.id for one in held if one.role == "resolution"), None)
    return render_template(
        "conferences/show.html",
        view=view,
        row=view.row,
        label=named(view),
        states=translated(records.STATES),
        kinds=translated(records.KINDS),
        quorum=rules.said(view.rules["quorum"]) if "quorum" in view.rules else None,
        passing=rules.said(view.rules["passing"]) if "passing" in view.rules else None,
        papers=held,
        roles=translated(tied.PAPERS),
        drafts=translated(papers.KINDS),
        resolution=resolution,
        tasks=of_document.tasks_of_document(actor(), resolution, limit=TASKS_SHOWN) if resolution else [],
        tasks_total=of_document.count_tasks(actor(), resolution) if resolution else 0,
        task_states=translated(TASK_STATES),
        every=checking.every_said(view),
        plans=checking.offered(actor(), conference_id) if resolution and may("plan:edit") else [],
        typed=request.args.get("number", "")[:200],
        typed_role=request.args.get("role", ""),
        today=dates.today(),
        days=trail_words.by_day(of_subjects.find(actor(), {"conference": [conference_id]}), _),
    )


@blueprint.route("/conferences/new", methods=["GET", "POST"])
@requires("plan:edit")
def new() -> forms.Answer:
    """Create a conference: show the form (GET) or store it (POST). `year` and `unit` in the address are offered."""
    return forms.answer(
        _form,
        _given,
        lambda given, _revision: records.create(actor(), given),
        _("Đã lập hội nghị."),
        lambda conference_id: url_for(".show", conference_id=conference_id),
        lambda: {
            "kind": "annual", "year": whole(request.args.get("year")) or dates.today().year,
            "unit_id": whole(request.args.get("unit")) or actor().unit_id,
        },  # fmt: skip
    )


@blueprint.route("/conferences/<int:conference_id>/edit", methods=["GET", "POST"])
@requires("plan:edit")
def edit(conference_id: int) -> forms.Answer:
    """Change a conference: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(editable(conference_id)),
        _given,
        lambda given, revision: records.edit(actor(), conference_id, given, revision=revision),
        _("Đã lưu hội nghị."),
        lambda _done: url_for(".show", conference_id=conference_id),
    )


@blueprint.post("/conferences/<int:conference_id>/announce")
@requires("plan:edit")
def announce(conference_id: int) -> forms.Answer:
    """Note the day on which the results were announced, or take it back when the field is blank."""
    sent = Sent(request.form)
    day = sent.day("announced_on")
    told = _("Đã ghi ngày công bố kết quả.") if day else _("Đã bỏ ngày công bố kết quả.")
    return forms.act_typed(
        lambda: records.announce(actor(), conference_id, day, revision=sent.revision),
        told,
        url_for(".show", conference_id=conference_id),
        forms.Typed(ANNOUNCED, lambda: _now(conference_id)),
        errors=sent.errors,
    )


def _now(conference_id: int) -> tuple[int, list[tuple[str, str]]]:
    row = lists.get(actor(), conference_id).row
    return row.revision, [(_("Ngày họp"), dates.printed(row.held_on)), (_("Ngày công bố kết quả"), dates.printed(row.announced_on))]


def editable(conference_id: int) -> ConferenceView:
    """Return the conference if the person may change it. Raises Denied and NotFound."""
    view = lists.get(actor(), conference_id)
    if not view.may_edit:
        raise Denied("plan:edit")
    return view


def named(view: ConferenceView) -> str:
    """The name of a conference in the language of the pages."""
    return " · ".join((_("Hội nghị năm %(year)s", year=view.row.year), view.row.unit.name))


def _given(sent: Sent) -> ConferenceInput:
    return ConferenceInput(
        sent.number("year"), sent.number("unit_id"), sent.text("kind"), sent.day("held_on"), sent.text("starts_at"), sent.text("place"),
        sent.text("chair"), sent.text("secretary"), sent.text("agenda"), sent.number("invited"), sent.number("present"),
    )  # fmt: skip


def _form(view: ConferenceView | None = None) -> forms.Form:
    offered = units.options(actor())
    words: forms.Words = {"unit_id": dict(offered), "kind": translated(records.KINDS)}
    stored: dict[str, Any] | None = {name: getattr(view.row, name) for name in FIELDS} if view is not None else None
    more = {"view": view, "units": offered, "kinds": translated(records.KINDS), "label": named(view) if view is not None else None}
    return forms.Form(
        "conferences/form.html", FIELDS, lambda _values, _sent: more, stored=stored, revision=view.row.revision if view is not None else None, words=words
    )
