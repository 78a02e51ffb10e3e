"""The obligations of a document: the page on which a person accepts them as tasks of a plan, or drops them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.policy import Actor
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.planning import plans
from docmgr.services.planning.lists import STATES as TASK_STATES
from docmgr.services.planning.obligations import deciding, editing, listing, rows
from docmgr.services.planning.obligations.deciding import Acceptance, Decided
from docmgr.services.planning.obligations.listing import ObligationList
from docmgr.services.planning.obligations.rows import Picked
from docmgr.services.planning.plans import PlanInput
from docmgr.services.trail import readings
from docmgr.web.kit import addresses, forms, messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number
from docmgr.web.kit.words import in_words
from docmgr.web.planning import obligation_form
from legaltext import dates

blueprint = Blueprint("obligations", __name__)
# What the list of plans sends for a new one.
NEW = "new"
Act = Callable[[Actor, int, list[Picked]], Decided]
# The acts that need nothing but what was chosen. Each is undone by another one.
ACTS: dict[str, Act] = {"drop": deciding.drop, "restore": deciding.restore, "back": deciding.take_back, "merge": editing.merge}
UNDONE_BY = {"accept": "back", "anew": "back", "drop": "restore", "restore": "drop"}


@blueprint.get("/documents/<int:document_id>/obligations")
@requires("document:read")
def show(document_id: int) -> str | Response:
    """Show the obligations of the newest version of the document beside its text, and record a reading, but none for a HEAD request.
    `pick` = "all" in the address chooses all of the page."""
    number = page_number(request.args)
    found = listing.load(actor(), document_id, number)
    if away := addresses.past_the_end(number, found.total, rows.PAGE_SIZE):
        return away
    chosen = {row.id for row in found.shown if row.state == "proposed"} if request.args.get("pick") == "all" else set()
    answer = _page(found, number, _first(found), chosen, {})
    if request.method != "HEAD":
        readings.opened(actor(), document_id)
    return answer


@blueprint.post("/documents/<int:document_id>/obligations")
@requires("plan:edit")
def decide(document_id: int) -> Response | tuple[str, int]:
    """Do with the chosen obligations what the pressed button says; the button of one row is about that row alone."""
    sent = Sent(request.form)
    name, _colon, own = sent.text("one").partition(":")
    name = name or sent.text("act")
    # Enter without scripts presses the button that does nothing; while lists are searched it searches, too.
    if sent.searching or (not name and "searched" in sent.form):
        return _again(document_id, sent, {}), 200
    picked = _picked([own] if own else sent.form.getlist("pick"))
    act = _acceptance(document_id, sent, anew=name == "anew") if name in ("accept", "anew") else ACTS.get(name)
    if act is None:
        return redirect(url_for(".show", document_id=document_id, page=sent.number("page_no")))
    try:
        done = sent.try_to(lambda: act(actor(), document_id, picked))
    except Conflict as refused:
        return _again(document_id, sent, {"": in_words(refused.message)}), 409
    if done is None:
        return _again(document_id, sent, sent.errors), 400
    _tell(document_id, name, done)
    after = whole(sent.text(f"after-{picked[0].id}")) if own else None
    return redirect(url_for(".show", document_id=document_id, page=sent.number("page_no"), _anchor=f"o{after}" if after else None))


@blueprint.post("/documents/<int:document_id>/obligations/undo")
@requires("plan:edit")
def undo(document_id: int) -> Response:
    """Take back what the last message told, unless somebody has changed one of its obligations since."""
    act = ACTS.get(request.form.get("act", ""))
    picked = _picked(request.form.get("picked", "").split())
    if act is not None:
        try:
            act(actor(), document_id, picked)
        except (Invalid, Conflict) as refused:
            flash(in_words(refused.message), "danger")
        else:
            messages.tell(_("Đã hoàn tác."))
    return redirect(url_for(".show", document_id=document_id))


def _acceptance(document_id: int, sent: Sent, *, anew: bool) -> Act:
    new = sent.text("plan_id") == NEW
    unit = None if plans.may_edit(actor(), None) else actor().unit_id
    given = Acceptance(
        plan_id=None if new else sent.number("plan_id"),
        plan=PlanInput(sent.text("plan_title"), sent.number("plan_year"), unit, document_id) if new else None,
        lead_id=sent.number("lead_id"),
        due_on=sent.day("due_on"),
        each_below_id=sent.number("each_below_id"),
        anew=anew,
    )
    return lambda who, number, picked: deciding.accept(who, number, picked, given)


def _picked(values: Iterable[str]) -> list[Picked]:
    """Read pairs "12:3" of an obligation and its revision; what is no such pair is left out."""
    pairs = [tuple(whole(part) for part in value.partition(":")[::2]) for value in values]
    return [Picked(number, revision) for number, revision in pairs if number is not None and revision is not None]


def _tell(document_id: int, name: str, done: Decided) -> None:
    back = UNDONE_BY.get(name)
    fields = {"act": back or "", "picked": " ".join(f"{one.id}:{one.revision}" for one in done.picked)}
    undone = messages.Undo(url_for(".undo", document_id=document_id), fields) if back else None
    plan = (_("Mở kế hoạch"), url_for("plans.show", plan_id=done.plan_id)) if done.plan_id is not None else None
    messages.tell(_told(name, len(done.picked), done.kept), to=plan, undo=undone)


def _told(name: str, number: int, kept: int = 0) -> str:
    if name in ("accept", "anew"):
        return counted("Đã giao %(n)s nhiệm vụ.", number)
    if name == "drop":
        return counted("Đã bỏ %(n)s mục.", number)
    if name == "merge":
        return _("Đã gộp các mục đã chọn thành một.")
    if name == "restore":
        return counted("Đã khôi phục %(n)s mục.", number)
    if kept == number:
        return counted("Đã lấy lại %(n)s mục; nhiệm vụ vẫn giữ theo phiên bản trước.", number)
    if kept:
        return counted("Đã lấy lại %(n)s mục; nhiệm vụ mới giao chuyển sang “Không thực hiện”, nhiệm vụ của phiên bản trước vẫn giữ.", number)
    return counted("Đã lấy lại %(n)s mục; nhiệm vụ đã giao chuyển sang “Không thực hiện”.", number)


def _first(found: ObligationList) -> dict[str, Any]:
    """The values of the form when it is opened: the plan of the document, or a new one named as the document is."""
    document = found.page.document
    return {
        "plan_id": found.own_plan_id if found.own_plan_id is not None else NEW,
        "plan_title": document.subject or document.label,
        "plan_year": found.year,
        "lead_id": None if plans.may_edit(actor(), None) else actor().unit_id,
        "due_on": dates.printed(listing.last_day(found.year)),
        "each_below_id": None,
    }


def _again(document_id: int, sent: Sent, errors: dict[str, str]) -> str:
    """Show the page again with what was typed and chosen, as far as it still stands there."""
    number = whole(sent.text("page_no")) or 1
    found = listing.load(actor(), document_id, number)
    values = {**_first(found), **{name: sent.text(name) for name in _first(found) if name in sent.form}}
    answer = _page(found, number, values, {one.id for one in _picked(sent.form.getlist("pick"))}, errors)
    readings.record(actor(), [document_id])
    return answer


def _page(found: ObligationList, number: int, values: dict[str, Any], chosen: set[int], errors: dict[str, str]) -> str:
    return render_template(
        "obligations/show.html",
        found=found,
        document=found.page.document,
        plans=[*((plan, plans.titled(title, year)) for plan, title, year in found.plans), (NEW, _("Kế hoạch mới…"))],
        new=NEW,
        superior=[(unit, _("Từng đơn vị trực thuộc %(unit)s", unit=name)) for unit, name in found.superior],
        number=number,
        per_page=rows.PAGE_SIZE,
        values=values,
        chosen=chosen,
        errors=errors,
        task_states=TASK_STATES,
    )


@blueprint.route("/documents/<int:document_id>/obligations/<int:obligation_id>", methods=["GET", "POST"])
@requires("plan:edit")
def edit(document_id: int, obligation_id: int) -> forms.Answer:
    """Change a proposal: show its form (GET) or store it (POST). The form shows words of the document, so a reading is recorded."""
    answer = forms.answer(
        lambda: obligation_form.form(document_id, obligation_id),
        obligation_form.given,
        lambda given, revision: editing.edit(actor(), document_id, obligation_id, given, revision=revision),
        _("Đã lưu mục đề xuất."),
        lambda _done: url_for(".show", document_id=document_id, _anchor=f"o{obligation_id}"),
    )
    if isinstance(answer, (str, tuple)):
        readings.record(actor(), [document_id])
    return answer


@blueprint.post("/documents/<int:document_id>/obligations/<int:obligation_id>/split")
@requires("plan:edit")
def split(document_id: int, obligation_id: int) -> Response:
    """Split a proposal in two at the place that was chosen."""
    sent = Sent(request.form)
    return forms.act(
        lambda: editing.split(actor(), document_id, obligation_id, whole(sent.text("cut")), revision=sent.revision),
        _("Đã tách mục thành hai."),
        url_for(".show", document_id=document_id, _anchor=f"o{obligation_id}"),
        url_for(".edit", document_id=document_id, obligation_id=obligation_id),
    )
