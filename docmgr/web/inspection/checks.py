"""The lines of an inspection, made for a phone: one line a card, each saved by itself. A script keeps what was typed until it is saved."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.inspection.checklists import lines, own, photos, recording
from docmgr.services.inspection.checklists.words import RESULTS
from docmgr.services.inspection.following import papers
from docmgr.services.message import Message
from docmgr.services.search import pick as search_pick
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, document_choice, page_number, translated
from docmgr.web.kit.words import in_words

blueprint = Blueprint("checks", __name__)
FIELDS = {"result": "Kết quả", "note": "Ghi chú"}


@blueprint.get("/inspections/<int:inspection_id>/checks")
@requires("inspection:read")
def index(inspection_id: int) -> str | Response:
    """Show the lines of an inspection; `result` in the address leaves those with this result."""
    result = request.args.get("result") if request.args.get("result") in RESULTS else None
    number = page_number(request.args)
    checks = lines.load(actor(), inspection_id, result, page=number)
    if away := addresses.past_the_end(number, checks.total, lines.PAGE_SIZE):
        return away
    return render_template(
        "checks/index.html", checks=checks, results=RESULTS, result=result, number=number, per_page=lines.PAGE_SIZE, roles=policy.LINK_ROLES, photos=photos,
    )


@blueprint.post("/inspections/<int:inspection_id>/checks/take")
@requires("inspection:edit")
def take(inspection_id: int) -> Response:
    """Give the inspection the lines of a checklist."""
    checklist_id = Sent(request.form).number("checklist_id") or 0
    return forms.act(lambda: lines.take(actor(), inspection_id, checklist_id), _("Đã thêm nội dung kiểm tra."), _list(inspection_id))


@blueprint.post("/inspections/<int:inspection_id>/checks/add")
@requires("inspection:edit")
def add(inspection_id: int) -> forms.Answer:
    """Give the inspection a line of its own."""
    text = Sent(request.form).text("text")
    typed = forms.Typed({"text": "Nội dung kiểm tra"})
    return forms.act_typed(lambda: lines.add(actor(), inspection_id, text), _("Đã thêm nội dung kiểm tra."), _list(inspection_id), typed)


@blueprint.post("/checklists/<int:checklist_id>/own")
@requires("inspection:edit")
def begin(checklist_id: int) -> Response:
    """Let the person's unit check itself with a checklist, and lead to the lines."""
    made = list[int]()
    done = forms.act(lambda: made.append(own.begin(actor(), checklist_id)), _("Đã lập bản tự kiểm tra; hãy ghi kết quả rồi gửi."), url_for("checklists.show", checklist_id=checklist_id))
    return redirect(_list(made[0])) if made else done


@blueprint.post("/inspections/<int:inspection_id>/send")
@requires("inspection:edit")
def send(inspection_id: int) -> Response:
    """Hand the results of a self-inspection in."""
    return forms.act(lambda: own.send(actor(), inspection_id), _("Đã gửi kết quả tự kiểm tra."), _list(inspection_id))


@blueprint.get("/checks/<int:check_id>")
@requires("inspection:read")
def show(check_id: int) -> str:
    """Show one line with its form, its photos and its evidence."""
    form = _form(check_id)
    return forms.page(form, form.stored or {}, Sent(request.form))


@blueprint.post("/checks/<int:check_id>")
@requires("inspection:edit")
def save(check_id: int) -> Any:
    """Store the result of a line. The script of the page asks for JSON: the new revision, or why nothing was stored."""
    _checks, row = lines.get(actor(), check_id)

    def store(given: tuple[str, str], revision: int) -> int:
        return recording.save(actor(), check_id, result=given[0], note=given[1], revision=revision)

    def read(sent: Sent) -> tuple[str, str]:
        return sent.text("result"), sent.text("note")

    if request.accept_mimetypes.best != "application/json":
        back = _list(_checks.inspection_id, f"check-{check_id}")
        return forms.answer(lambda: _form(check_id), read, store, _("Đã ghi kết quả."), lambda _done: back)
    sent = Sent(request.form)
    try:
        return jsonify(revision=store(read(sent), sent.revision))
    except Conflict as refused:
        return jsonify(why=in_words(refused.message), conflict=url_for(".show", check_id=row.id)), 409
    except Invalid as refused:
        return jsonify(why=in_words(refused.message)), 400


@blueprint.post("/checks/<int:check_id>/finding")
@requires("inspection:edit")
def find(check_id: int) -> Response:
    """Make a finding of a line that failed, and lead to its form."""
    made: list[int] = []
    done = forms.act(lambda: made.append(recording.make_finding(actor(), check_id)[0]), _("Đã lập phát hiện từ nội dung chưa đạt; hãy ghi nguyên nhân và thời hạn."), "", _check(check_id))
    return redirect(url_for("findings.edit", finding_id=made[0])) if made else done


@blueprint.post("/checks/<int:check_id>/photos")
@requires("inspection:edit")
def shoot(check_id: int) -> Any:
    """Store a photo of a line. The script of the page asks for JSON: the id of the photo, or why it was not stored."""
    file = request.files.get("photo")

    def store() -> int:
        if file is None or not file.filename:
            raise Invalid(Message("Hãy chọn một ảnh."), "photo")
        return photos.add(actor(), check_id, file.stream.read(photos.MAX_BYTES + 1))

    if request.accept_mimetypes.best == "application/json":
        try:
            return jsonify(id=store())
        except Invalid as refused:
            return jsonify(why=in_words(refused.message)), 400
    return forms.act(store, _("Đã lưu ảnh."), _check(check_id))


@blueprint.get("/check-photos/<int:photo_id>")
@requires("inspection:read")
def photo(photo_id: int) -> Response:
    """Send a photo, a JPEG."""
    response = make_response(photos.read(actor(), photo_id).data)
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/check-photos/<int:photo_id>/remove")
@requires("inspection:edit")
def unshoot(photo_id: int) -> Response:
    """Take a photo away from its line."""
    return forms.act(lambda: photos.end(actor(), photo_id), _("Đã bỏ ảnh."), _check(photos.read(actor(), photo_id).check_id))


@blueprint.post("/checks/<int:check_id>/evidence")
@requires("link:edit")
def prove(check_id: int) -> forms.Answer:
    """File a document as evidence of a line."""
    sent = Sent(request.form)
    document_id, note = sent.number("document_id"), sent.text("proof_note")

    def store() -> None:
        if document_id is None:
            raise Invalid(Message("Hãy chọn một văn bản làm minh chứng."), "document_id")
        papers.prove(actor(), check_id, document_id, note=note)

    return forms.act_typed(store, _("Đã gắn minh chứng."), _check(check_id), forms.Typed({"proof_note": "Ghi chú của minh chứng"}))


def _form(check_id: int) -> forms.Form:
    checks, row = lines.get(actor(), check_id)
    q = Sent(request.args).text("document_q")[:200]
    shown = {
        "checks": checks, "row": row, "results": translated(RESULTS), "roles": policy.LINK_ROLES, "q": q, "most": photos.MOST,
        "found": [document_choice(one) for one in search_pick.documents(actor(), q)] if q else [],
    }  # fmt: skip
    words: forms.Words = {"result": translated(RESULTS)}
    return forms.Form("checks/show.html", FIELDS, lambda _values, _sent: shown, {"result": row.result, "note": row.note}, row.revision, words)


def _list(inspection_id: int, anchor: str | None = None) -> str:
    return url_for("checks.index", inspection_id=inspection_id, _anchor=anchor)


def _check(check_id: int) -> str:
    return url_for("checks.show", check_id=check_id)
