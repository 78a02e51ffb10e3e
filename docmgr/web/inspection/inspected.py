"""What follows an inspection: the page of a finding, the page of a recommendation with its steps, its team, and the comparison of units."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.services.errors import Invalid
from docmgr.services.inspection import findings, inspections, team
from docmgr.services.inspection.following import answers, comparing, papers, pins
from docmgr.services.inspection.lists import FINDING_STATES, SEVERITIES, VERDICTS
from docmgr.services.links import links
from docmgr.services.message import Message
from docmgr.services.search import pick as search_pick
from docmgr.web.inspection.inspections import editable
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, document_choice, page_number
from legaltext import dates

blueprint = Blueprint("inspected", __name__)
TOLD = {"accepted": "Đã chấp nhận trả lời.", "returned": "Đã trả lại trả lời.", "closed": "Đã kết thúc theo dõi kiến nghị.", "none": "Đã mở lại kiến nghị."}


@blueprint.get("/findings/<int:finding_id>")
@requires("inspection:read")
def finding(finding_id: int) -> str:
    """Show a finding with the provision that it pins and earlier findings about the same."""
    row = findings.get(actor(), finding_id)
    return render_template(
        "inspections/one_finding.html", row=row, severities=SEVERITIES, states=FINDING_STATES, pinned=pins.of_finding(actor(), finding_id),
        earlier=pins.earlier(actor(), finding_id), links=links.of_findings(actor(), [finding_id])[finding_id], roles=policy.LINK_ROLES,
        view=inspections.get(actor(), row.inspection_id, limit=0),
    )  # fmt: skip


@blueprint.get("/recommendations/<int:recommendation_id>")
@requires("inspection:read")
def recommendation(recommendation_id: int) -> str:
    """Show a recommendation: its answer with documents, and what can be done with it."""
    row = findings.get_recommendation(actor(), recommendation_id)
    q = Sent(request.args).text("document_q")[:200]
    return render_template(
        "inspections/one_recommendation.html", row=row, verdicts=VERDICTS, judges=answers.judges(actor(), recommendation_id), q=q,
        roles=policy.LINK_ROLES, papers=papers.of_recommendations(actor(), [recommendation_id]).get(recommendation_id, []),
        found=[document_choice(one) for one in search_pick.documents(actor(), q)] if q else [],
    )  # fmt: skip


@blueprint.post("/recommendations/<int:recommendation_id>/receive")
@requires("inspection:edit")
def receive(recommendation_id: int) -> Response:
    """Confirm that the recommendation was received."""
    sent = Sent(request.form)
    return forms.act(lambda: answers.receive(actor(), recommendation_id, revision=sent.revision), _("Đã xác nhận nhận kiến nghị."), _page(recommendation_id))


@blueprint.post("/recommendations/<int:recommendation_id>/judge")
@requires("inspection:edit")
def judge(recommendation_id: int) -> forms.Answer:
    """Accept the answer, give it back, close the recommendation or open it again."""
    sent = Sent(request.form)
    verdict, note = sent.text("verdict"), sent.text("verdict_note")

    def now() -> tuple[int | None, list[tuple[str, str]]]:
        row = findings.get_recommendation(actor(), recommendation_id)
        said = [(_("Trạng thái"), _(VERDICTS[row.verdict])), (_("Trả lời"), row.answer), (_("Lý do"), row.verdict_note)]
        return row.revision, [(label, words) for label, words in said if words]

    return forms.act_typed(
        lambda: answers.judge(actor(), recommendation_id, verdict, note=note, revision=sent.revision), _(TOLD.get(verdict, TOLD["none"])),
        _page(recommendation_id), forms.Typed({"verdict_note": "Lý do"}, now),
    )  # fmt: skip


@blueprint.post("/recommendations/<int:recommendation_id>/papers")
@requires("link:edit")
def attach(recommendation_id: int) -> forms.Answer:
    """Add a document to the answer."""
    sent = Sent(request.form)
    document_id, note = sent.number("document_id"), sent.text("proof_note")

    def store() -> None:
        if document_id is None:
            raise Invalid(Message("Hãy chọn một văn bản."), "document_id")
        papers.answer_with(actor(), recommendation_id, document_id, note=note)

    return forms.act_typed(store, _("Đã gắn văn bản vào trả lời."), _page(recommendation_id), forms.Typed({"proof_note": "Ghi chú"}))


@blueprint.get("/inspections/<int:inspection_id>/team")
@requires("inspection:edit")
def members(inspection_id: int) -> str:
    """Show the team of an inspection; `q` finds people by name."""
    q = Sent(request.args).text("q")[:200]
    return render_template("inspections/team.html", view=editable(inspection_id), q=q, found=team.candidates(actor(), inspection_id, q) if q else [])


@blueprint.post("/inspections/<int:inspection_id>/team")
@requires("inspection:edit")
def join(inspection_id: int) -> Response:
    """Take a person into the team, or out of it with `remove`."""
    sent = Sent(request.form)
    user_id, head = sent.number("user_id") or 0, bool(sent.text("head"))
    act = (lambda: team.remove(actor(), inspection_id, user_id)) if sent.text("remove") else (lambda: team.add(actor(), inspection_id, user_id, head=head))
    return forms.act(act, _("Đã lưu đoàn kiểm tra."), url_for(".members", inspection_id=inspection_id))


@blueprint.get("/inspections/compare")
@requires("inspection:read")
def compare() -> str | Response:
    """Compare the units in the year that the address names."""
    number, year = page_number(request.args), whole(request.args.get("year")) or dates.today().year
    year = min(max(year, 1900), 2200)
    total = comparing.count(actor(), year)
    if away := addresses.past_the_end(number, total, comparing.PAGE_SIZE):
        return away
    return render_template(
        "inspections/compare.html", rows=comparing.load(actor(), year, page=number), year=year, years=sorted({year, *comparing.years(actor())}, reverse=True),
        number=number, total=total, per_page=comparing.PAGE_SIZE,
    )  # fmt: skip


def _page(recommendation_id: int) -> str:
    return url_for(".recommendation", recommendation_id=recommendation_id)
