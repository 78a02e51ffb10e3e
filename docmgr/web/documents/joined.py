"""Files of one text in several documents: compare them, join a draft to another document, and add a further file.

services.documents.confirming.renditions decides what may be joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.models import Document
from docmgr.services.access import guard
from docmgr.services.documents import page as document_page
from docmgr.services.documents.confirming import renditions
from docmgr.services.documents.confirming.near_texts import NearText
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.web.documents.fact_lines import ComparedFact, FactLine, compared
from docmgr.web.documents.pictures import Preview, preview_of
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.words import in_words

blueprint = Blueprint("joined", __name__)

# The choice that two documents with one number are different papers.
SEPARATE = "separate"
# The same of documents whose texts are nearly the same; it does not agree to a number that is taken.
APART = "apart"
# So many of the other documents are compared with the form; all are listed.
COMPARED = 3


@dataclass(frozen=True)
class Other:
    """Another document with the same number, or with nearly the same text: then `percent` says how equal it is. `rows` compares its facts with those in the form, and `preview` has the
    picture of its first page, or is None. `joinable` is true when the file of the form's document can be given to it.
    `folder` is the name of its folder, or None when the person may not see that. `other_readers` is true when other
    people may read it than the document in the form."""

    document: Document
    rows: list[ComparedFact]
    preview: Preview | None
    joinable: bool
    folder: str | None
    other_readers: bool
    percent: int | None = None


def others(document: Document, lines: list[FactLine], found: Sequence[Document], alike: Sequence[NearText] = ()) -> list[Other]:
    """Build the comparison of the form of `document`, whose fields are `lines`, with the documents `found`, and with those that are
    nearly `alike`."""
    shares = {one.document.id: one.percent for one in alike}
    held = {other.id for other in found}
    both = [*found, *(one.document for one in alike if one.document.id not in held)]
    return [_other(document, lines, other, number < COMPARED, shares.get(other.id)) for number, other in enumerate(both)]


def _other(document: Document, lines: list[FactLine], other: Document, is_compared: bool, percent: int | None) -> Other:
    page = document_page.frame(actor(), other.id) if is_compared else None
    return Other(
        other,
        compared(lines, other) if is_compared else [],
        preview_of(page, 1) if page else None,
        document.workflow == "draft" and guard.may_edit(actor(), other.id),
        page.folder_path[-1].name if page and page.folder_path else None,
        renditions.has_other_readers(document, other),
        percent,
    )


def chosen(form: Mapping[str, str]) -> tuple[str, int] | None:
    """Read the choice about a document with the same number from the sent form: (how to join, id of that document).
    None when nothing is to be joined. Raises Invalid for a choice that the form does not have."""
    sent = form.get("same", "")
    if sent in ("", SEPARATE, APART):
        return None
    way, _dash, number = sent.partition("-")
    into = whole(number)
    if into is None or way not in (renditions.VERSION, renditions.RENDITION):
        raise Invalid(Message("Hãy chọn một mục trong danh sách."))
    return way, into


def join(document_id: int, same: tuple[str, int], values: Mapping[str, str], revision: int | None) -> None:
    """Save the typed facts `values` of the draft `document_id`, and give its file to another document; `same` is the
    result of `chosen`. With an error nothing is saved. Raises the errors of renditions.join."""
    known = request.form.get("despite_readers") == "1"
    renditions.join(actor(), document_id, same[1], same[0], revision=revision, values=values, despite_readers=known)


@blueprint.post("/documents/<int:document_id>/files")
@requires("document:edit")
def add_file(document_id: int) -> Response:
    """Store the uploaded file as another rendition of the newest version, and say so on the tab of files."""
    file = request.files.get("file")
    back = redirect(url_for("documents.show", document_id=document_id, tab="files"))
    if file is None or not file.filename:
        guard.get_editable(actor(), document_id)
        flash(_("Xin chọn một tệp."), "danger")
        return back
    try:
        added = renditions.add_file(actor(), document_id, cast(BinaryIO, file.stream), file.filename)
    except Invalid as error:
        flash(in_words(error.message), "danger")
        return back
    if added.reason is not None:
        flash(in_words(added.reason), "danger")
    elif added.outcome == "duplicate":
        flash(_("Phiên bản này đã có tệp ấy."), "warning")
    else:
        flash(_("Đã thêm bản thể hiện. Máy kiểm tra dấu mật xong thì người khác mới mở được; tệp không đọc được thì chỉ bạn mở được."), "success")
    return back
