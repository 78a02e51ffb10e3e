"""What is in a case file: put documents in and take them out from the page of the case file, of the document and of a folder,
order them, and send the contents list and the whole case file as files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.access import guard as document_guard
from docmgr.services.cases import contents, export, files, package
from docmgr.services.errors import Conflict, Invalid
from docmgr.web.kit import messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.sending import archive, attachment, file_or_back
from docmgr.web.kit.words import in_words

blueprint = Blueprint("case_contents", __name__)


@blueprint.post("/cases/<int:case_id>/documents")
@requires("case:edit")
def add(case_id: int) -> Response:
    """Put a document into the case file: the one with the number that was typed (`number`), or the one whose id was sent
    (`document`), at the place that it had for this person when one was sent (`take`)."""
    sent, address = Sent(request.form), url_for("cases.show", case_id=case_id)
    document_id = whole(sent.text("document"))
    try:
        chosen = contents.named(actor(), sent.text("number")) if document_id is None else document_id
        added = contents.add(actor(), case_id, [chosen], place=whole(sent.text("take")))
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
        return redirect(url_for("cases.show", case_id=case_id, number=sent.text("number")[:200] or None))
    label = document_guard.get(actor(), chosen).label
    told = _("Đã đưa “%(name)s” vào hồ sơ.") if added else _("“%(name)s” đã có trong hồ sơ.")
    messages.tell(told % {"name": messages.name(label)}, to=(label, url_for("documents.show", document_id=chosen)))
    return redirect(address)


@blueprint.post("/cases/<int:case_id>/documents/<int:document_id>/remove")
@requires("case:edit")
def remove(case_id: int, document_id: int) -> Response:
    """Take a document out of the case file, with a button that puts it back."""
    address = url_for("cases.show", case_id=case_id)
    try:
        place = contents.remove(actor(), case_id, document_id)
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
        return redirect(address)
    undo = messages.Undo(url_for(".add", case_id=case_id), {"document": str(document_id), "take": str(place)})
    messages.tell(_("Đã bỏ văn bản khỏi hồ sơ."), undo=undo)
    return redirect(address)


@blueprint.post("/cases/<int:case_id>/documents/<int:document_id>/move")
@requires("case:edit")
def move(case_id: int, document_id: int) -> Response:
    """Move a document one place up or down (`by`)."""
    return _done(case_id, lambda: contents.move(actor(), case_id, document_id, -1 if request.form.get("by") == "up" else 1))


@blueprint.post("/cases/<int:case_id>/sort")
@requires("case:edit")
def sort(case_id: int) -> Response:
    """Order the documents of the case file by their days."""
    return _done(case_id, lambda: contents.sort_by_day(actor(), case_id))


def _done(case_id: int, do: Callable[[], None]) -> Response:
    try:
        do()
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
    return redirect(url_for("cases.show", case_id=case_id, page=whole(request.form.get("page"))))


@blueprint.get("/documents/<int:document_id>/cases")
@requires("case:read")
def of_document(document_id: int) -> str:
    """Show the case files of a document, and the form that puts it into another one."""
    document = document_guard.get(actor(), document_id)
    held = contents.of_document(actor(), document_id)
    inside = {case.id for case in held}
    return render_template(
        "cases/of_document.html",
        document=document,
        held=[(case, files.may_edit(actor(), case)) for case in held],
        choices=[case for case in contents.choices(actor()) if case.id not in inside],
    )


@blueprint.post("/documents/<int:document_id>/cases")
@requires("case:edit")
def put(document_id: int) -> Response:
    """Put the document into the chosen case file (`case`)."""
    case_id = whole(request.form.get("case"))
    if case_id is None:
        flash(_("Hãy chọn hồ sơ."), "warning")
        return redirect(url_for(".of_document", document_id=document_id))
    return put_into([document_id], case_id, url_for(".of_document", document_id=document_id))


def put_into(document_ids: list[int], case_id: int, back: str) -> Response:
    """Put documents into a case file and redirect to `back`, with a message that links to the case file or says why
    not."""
    try:
        added = contents.add(actor(), case_id, document_ids)
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
        return redirect(back)
    case = files.get(actor(), case_id)
    told = counted("Đã đưa %(n)s văn bản vào hồ sơ.", added) if added else _("Văn bản đã có trong hồ sơ.")
    messages.tell(told, to=(case.label, url_for("cases.show", case_id=case_id)))
    return redirect(back)


@blueprint.post("/cases/<int:case_id>/export")
@requires("case:read")
def download(case_id: int) -> Response:
    """Send the contents list as a file; `form` names its kind. It is a POST, because the export is recorded as an event."""
    def made() -> Response:
        file = export.export(actor(), case_id, request.form.get("form", ""), _)
        return attachment(file.name, file.media_type, file.body)

    return file_or_back(made, url_for("cases.show", case_id=case_id))


@blueprint.post("/cases/<int:case_id>/package")
@requires("case:read")
def whole_case(case_id: int) -> Response:
    """Send the whole case file as a ZIP. It is a POST, because the export is recorded as an event."""
    def made() -> Response:
        file = package.package(actor(), case_id, _)
        return archive(file.name, file.size, file.stream)

    return file_or_back(made, url_for("cases.show", case_id=case_id))
