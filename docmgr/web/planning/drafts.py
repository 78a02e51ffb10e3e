"""The plan of one's own unit, drafted from a superior plan: as a file, or filed as a document with a plan of its own; and which superior plan a
plan carries out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message
from docmgr.services.overview import own_uploads
from docmgr.services.planning import chain, plans
from docmgr.services.reports import unit_plan
from docmgr.web.kit import forms, guard, messages
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.sending import file_or_back, paper
from docmgr.web.kit.words import in_words

blueprint = Blueprint("plan_drafts", __name__)


@blueprint.post("/plans/<int:plan_id>/draft")
@requires("plan:read")
def download(plan_id: int) -> Response:
    """Send the draft. It is a POST, because the export is recorded as an event."""

    def made() -> Response:
        file = unit_plan.write(actor(), plan_id)
        return paper(file.name, file.body, file.notice)

    return file_or_back(made, url_for("plans.show", plan_id=plan_id))


@blueprint.post("/plans/<int:plan_id>/draft/file")
@requires("plan:edit")
def file(plan_id: int) -> Response:
    """File the draft as a document, and add the plan of the unit that it issues."""
    try:
        filed = _filed(plan_id)
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
        return redirect(url_for("plans.show", plan_id=plan_id))
    told = _("Đã lưu dự thảo thành văn bản và lập kế hoạch của đơn vị. Hãy tải văn bản về, hoàn thiện rồi nộp phiên bản mới.")
    messages.tell(told, to=(_("Mở văn bản"), url_for("documents.show", document_id=filed.document_id)))
    if filed.notice is not None:
        flash(in_words(filed.notice), "warning")
    return redirect(url_for("plans.show", plan_id=filed.plan_id))


@blueprint.route("/plans/<int:plan_id>/superior", methods=["GET", "POST"])
@requires("plan:edit")
def superior(plan_id: int) -> forms.Answer:
    """Say which superior plan a plan carries out: show the form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(plan_id),
        lambda sent: sent.number("superior_id"),
        lambda given, revision: chain.tie(actor(), plan_id, given, revision=revision),
        _("Đã lưu kế hoạch cấp trên."),
        lambda _done: url_for("plans.show", plan_id=plan_id),
    )


def _form(plan_id: int) -> forms.Form:
    plan = guard.editable(plans.get(actor(), plan_id, limit=0), "plan:edit")
    offered = {one.id: " · ".join(part for part in (plans.titled(one.title, one.year), one.unit) if part) for one in chain.offered(actor(), plan_id)}
    now = chain.superior_of(actor(), plan_id)
    if now is not None and now not in offered:
        # It may be of another time, or beyond those that are offered.
        higher = plans.get(actor(), now, limit=0)
        offered = {now: plans.titled(higher.title, higher.year), **offered}
    shown = {"plan": plan, "offered": offered}
    stored, words = {"superior_id": now}, {"superior_id": offered}
    return forms.Form("plans/superior.html", {"superior_id": "Kế hoạch cấp trên"}, lambda _values, _sent: shown, stored, plan.revision, words)


def _filed(plan_id: int) -> unit_plan.FiledDraft:
    folder = own_uploads.next_folder(actor())
    if folder is None:
        raise Invalid(Message("Bạn chưa được thêm văn bản vào thư mục nào; hãy tải dự thảo về máy."))
    return unit_plan.file(actor(), plan_id, folder.id)
