"""Lists of case files whose period has ended: all lists, one list with the forms for its state, and its files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services.cases import words as case_words
from docmgr.services.cases.export import FORMS
from docmgr.services.disposal import deciding, execute, export, lists, pages, words
from docmgr.services.disposal.deciding import DecisionInput, RowAnswer
from docmgr.services.disposal.lists import RowInput
from docmgr.services.disposal.pages import ShownList
from docmgr.services.errors import Conflict
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated
from docmgr.web.kit.sending import attachment, file_or_back
from docmgr.web.kit.words import in_words
from legaltext import dates

blueprint = Blueprint("disposal", __name__)

FIELDS = {"title": "Tên danh mục", "ended_by": "Hết thời hạn tính đến ngày"}
TYPED = {"title": "Tên danh mục", "decision_number": "Số quyết định", "decision_on": "Ngày quyết định", "document": "Hoặc văn bản quyết định trong kho"}


@blueprint.get("/disposal")
@requires("disposal:read")
def index() -> str | Response:
    """List all lists, the newest first."""
    page = pages.page(actor(), page_number(request.args))
    if away := addresses.past_the_end(page_number(request.args), page.total, pages.PAGE_SIZE):
        return away
    waiting = pages.waiting(actor())
    return render_template("disposal/index.html", page=page, states=translated(words.STATES), waiting=waiting, per_page=pages.PAGE_SIZE)


@blueprint.route("/disposal/new", methods=["GET", "POST"])
@requires("disposal:propose")
def new() -> forms.Answer:
    """Make a list: show its form (GET) or store it (POST)."""
    return forms.answer(
        lambda: forms.Form("disposal/new.html", FIELDS, lambda _values, _sent: {"most": words.MOST_ROWS}),
        lambda sent: (sent.text("title"), sent.day("ended_by")),
        lambda given, _revision: lists.create(actor(), *given),
        _("Đã lập danh mục. Hãy xem từng hồ sơ, sửa đề xuất, rồi trình."),
        lambda list_id: url_for(".show", list_id=list_id),
        lambda: {"title": _("Tài liệu hết thời hạn bảo quản, tính đến %(day)s", day=dates.printed(dates.today())), "ended_by": dates.today()},
    )


@blueprint.get("/disposal/<int:list_id>")
@requires("disposal:read")
def show(list_id: int) -> str:
    """Show a list with its case files, and the form that its state has for this person."""
    return _page(list_id, None)


def _page(list_id: int, sent: Sent | None, conflict: str = "") -> str:
    shown = pages.one(actor(), list_id)
    one = shown.list
    may_change = one.state == "draft" and lists.may_change(actor(), one)
    may_decide = one.state == "proposed" and deciding.may_decide(actor(), one)
    return render_template(
        "disposal/show.html",
        shown=shown,
        one=one,
        states=translated(words.STATES),
        proposals=translated(words.PROPOSALS),
        retention=case_words.retention,
        result=export.result,
        may_change=may_change,
        may_decide=may_decide,
        may_return=one.state == "proposed" and policy.may(actor(), "disposal:decide"),
        may_start=shown.state == "decided" and policy.may(actor(), "disposal:execute"),
        own=one.state == "proposed" and policy.may(actor(), "disposal:decide") and not may_decide,
        sent=sent.form if sent is not None else {},
        # The page shows what is stored beside what was typed, so that after a conflict the form is of the present list.
        revision=sent.revision if sent is not None and not conflict else one.revision,
        typed=_typed(shown, sent) if sent is not None and not (may_decide if "decision_number" in sent.form else may_change) else [],
        dropped=sent.numbers("drop") if sent is not None else (),
        errors=sent.errors if sent is not None else {},
        conflict=conflict,
        forms=FORMS,
        days=trail_words.by_day(of_subjects.find(actor(), {"disposal": [list_id]}), _),
    )


def _typed(shown: ShownList, sent: Sent) -> list[tuple[str, str]]:
    """What was typed into a form that the list no longer has, as pairs (label, words)."""
    said = {"yes": _("Đồng ý"), "no": _("Không đồng ý")}
    found = [(_(label), sent.text(name)) for name, label in TYPED.items()]
    for line in shown.rows:
        number = line.row.id
        proposal = words.PROPOSALS.get(sent.text(f"proposal-{number}"))
        parts = [
            said.get(sent.text(f"agreed-{number}") or sent.text("rest")), sent.text(f"reason-{number}"),
            proposal and _(proposal), sent.text(f"until-{number}"), sent.text(f"note-{number}"),
            _("Bỏ khỏi danh mục") if number in sent.numbers("drop") else "",
        ]  # fmt: skip
        found.append((line.case.code, "; ".join(part for part in parts if part)))
    return [(label, text) for label, text in found if text]


@blueprint.post("/disposal/<int:list_id>/edit")
@requires("disposal:propose")
def edit(list_id: int) -> forms.Answer:
    """Store the title and the rows of a draft."""
    sent = Sent(request.form)
    dropped = set(sent.numbers("drop"))
    given = {number: _row(sent, number, number in dropped) for number in lists.row_ids(actor(), list_id) if f"proposal-{number}" in sent.form}
    return _stored(list_id, sent, lambda: lists.edit(actor(), list_id, sent.text("title"), given, revision=sent.revision), _("Đã lưu."))


def _row(sent: Sent, number: int, dropped: bool) -> RowInput:
    return RowInput(sent.text(f"proposal-{number}"), sent.number(f"until-{number}"), sent.text(f"note-{number}"), dropped)


@blueprint.post("/disposal/<int:list_id>/decide")
@requires("disposal:decide")
def decide(list_id: int) -> forms.Answer:
    """Store the decision about a proposed list and each of its case files."""
    sent = Sent(request.form)
    answers = {number: answer for number in lists.row_ids(actor(), list_id) if (answer := _answer(sent, number)) is not None}
    given = DecisionInput(sent.text("decision_number"), sent.day("decision_on"), answers, sent.text("document"))
    return _stored(list_id, sent, lambda: deciding.decide(actor(), list_id, given, revision=sent.revision), _("Đã ghi quyết định."))


def _answer(sent: Sent, number: int) -> RowAnswer | None:
    said = sent.text(f"agreed-{number}") or ("yes" if sent.text("rest") == "yes" else "")
    return RowAnswer(said == "yes", sent.text(f"reason-{number}")) if said in ("yes", "no") else None


def _stored(list_id: int, sent: Sent, store: Callable[[], None], told: str) -> forms.Answer:
    """Store what was sent and redirect to the list, or show the list again with what was typed and why not."""
    try:
        sent.try_to(store)
    except Conflict as refused:
        return _page(list_id, sent, in_words(refused.message)), 409
    if sent.errors:
        return _page(list_id, sent), 400
    flash(told, "success")
    return redirect(url_for(".show", list_id=list_id))


@blueprint.post("/disposal/<int:list_id>/propose")
@requires("disposal:propose")
def propose(list_id: int) -> Response:
    """Propose a draft to the leaders."""
    revision = Sent(request.form).revision
    return _act(list_id, lambda: lists.propose(actor(), list_id, revision=revision), _("Đã trình danh mục; lãnh đạo sẽ quyết định."))


@blueprint.post("/disposal/<int:list_id>/return")
@requires("disposal:decide")
def send_back(list_id: int) -> forms.Answer:
    """Send a proposed list back, with a reason."""
    sent = Sent(request.form)
    typed = forms.Typed({"reason": "Lý do trả lại"}, lambda: _now(list_id))
    return forms.act_typed(
        lambda: deciding.send_back(actor(), list_id, sent.text("reason"), revision=sent.revision),
        _("Đã trả lại danh mục."), url_for(".show", list_id=list_id), typed,
    )  # fmt: skip


def _now(list_id: int) -> tuple[int, list[tuple[str, str]]]:
    shown = pages.one(actor(), list_id)
    told = [(_("Tên danh mục"), shown.list.title), (_("Tình trạng"), _(words.STATES[shown.state])), (_("Trả lại vì"), shown.list.returned or "")]
    return shown.list.revision, told


@blueprint.post("/disposal/<int:list_id>/delete")
@requires("disposal:propose")
def delete(list_id: int) -> Response:
    """Remove a draft."""
    revision = Sent(request.form).revision
    told = _("Đã bỏ danh mục.")
    return forms.act(lambda: lists.remove(actor(), list_id, revision=revision), told, url_for(".index"), url_for(".show", list_id=list_id))


@blueprint.post("/disposal/<int:list_id>/start")
@requires("disposal:execute")
def start(list_id: int) -> Response:
    """Let the worker destroy what was decided."""
    revision = Sent(request.form).revision
    return _act(list_id, lambda: execute.start(actor(), list_id, revision=revision), _("Đã bắt đầu hủy. Tải lại trang để xem đã xong đến đâu."))


def _act(list_id: int, do: Callable[[], None], told: str) -> Response:
    return forms.act(do, told, url_for(".show", list_id=list_id))


@blueprint.post("/disposal/<int:list_id>/export")
@requires("disposal:read")
def download(list_id: int) -> Response:
    """Send the list as a file; `form` names its kind. It is a POST, because the export is recorded as an event."""
    def made() -> Response:
        file = export.export(actor(), list_id, request.form.get("form", ""), _)
        return attachment(file.name, file.media_type, file.body)

    return file_or_back(made, url_for(".show", list_id=list_id))
