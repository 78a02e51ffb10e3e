"""The agency's own forms of papers: the list of papers, and for each its fields, a form to start from, and the versions that were uploaded."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Invalid
from docmgr.services.paper_templates import versions
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.sending import DOCX, attachment, file_or_back
from docmgr.web.kit.words import in_words

blueprint = Blueprint("paper_forms", __name__)


@blueprint.get("/paper-forms")
@requires("paper_template:manage")
def index() -> str:
    """List the papers."""
    return render_template("paper_templates/index.html", rows=versions.papers(actor()))


@blueprint.get("/paper-forms/<paper>")
@requires("paper_template:manage")
def show(paper: str) -> str:
    """Show a paper with its fields and versions."""
    return _page(paper)


@blueprint.post("/paper-forms/<paper>")
@requires("paper_template:manage")
def add(paper: str) -> forms.Answer:
    """Store the file `file` as a version, and try it."""
    sent, upload = Sent(request.form), request.files.get("file")
    # One byte more than is allowed tells that there are too many.
    data = upload.stream.read(versions.MAX_BYTES + 1) if upload else b""
    try:
        made = versions.upload(actor(), paper, (upload.filename if upload else "") or "", data, sent.text("note"))
    except Invalid as refused:
        return _page(paper, {refused.field or "file": in_words(refused.message)}, sent.text("note")), 400
    if made.problems:
        flash(_("Đã lưu mẫu số %(no)s, nhưng mẫu có lỗi nên chưa dùng được. Các lỗi ghi ở dòng của mẫu.", no=made.no), "warning")
    else:
        flash(_("Đã lưu mẫu số %(no)s. Chạy thử không có lỗi; hãy tải bản thử về xem rồi bấm “Dùng mẫu này”.", no=made.no), "success")
    return redirect(url_for(".show", paper=paper, _anchor="versions"))


@blueprint.get("/paper-forms/<paper>/starter")
@requires("paper_template:manage")
def starter(paper: str) -> Response:
    """Send the form to start from."""
    found = versions.starter(actor(), paper)
    return attachment(found.name, DOCX, found.body)


@blueprint.post("/paper-forms/<paper>/built-in")
@requires("paper_template:manage")
def reset(paper: str) -> Response:
    """Have the program write the paper again."""
    return forms.act(lambda: versions.reset(actor(), paper), _("Đã quay về mẫu có sẵn."), url_for(".show", paper=paper))


@blueprint.post("/paper-forms/versions/<int:template_id>/use")
@requires("paper_template:manage")
def use(template_id: int) -> Response:
    """Use a version from now on."""
    paper = versions.get(actor(), template_id).paper
    to = url_for(".show", paper=paper, _anchor="versions")
    return forms.act(lambda: versions.activate(actor(), template_id), _("Từ nay giấy tờ được lập theo mẫu này."), to)


@blueprint.post("/paper-forms/versions/<int:template_id>/try")
@requires("paper_template:manage")
def trial(template_id: int) -> Response:
    """Send the invented paper made with a version. It is a POST, because it costs the server a process."""
    paper = versions.get(actor(), template_id).paper

    def made() -> Response:
        found = versions.trial(actor(), template_id)
        return attachment(found.name, DOCX, found.body)

    return file_or_back(made, url_for(".show", paper=paper, _anchor="versions"))


@blueprint.get("/paper-forms/versions/<int:template_id>/file")
@requires("paper_template:manage")
def file(template_id: int) -> Response:
    """Send a version as it was uploaded."""
    found = versions.file(actor(), template_id)
    return attachment(found.name, DOCX, found.body)


def _page(paper: str, errors: dict[str, str] | None = None, note: str = "") -> str:
    found = versions.page(actor(), paper)
    return render_template("paper_templates/show.html", found=found, errors=errors or {}, note=note, most_note=versions.MOST_NOTE)
