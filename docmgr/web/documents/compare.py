"""Compare two versions of a document, or two documents, and restore an older version as the newest.

This module reads addresses and decides words; services.texts.compare compares, services.texts.restoring restores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.errors import Invalid
from docmgr.services.search import pick as search_pick
from docmgr.services.texts import compare, compared_pages, restoring
from docmgr.services.texts.compare import ComparedTexts, Count, ShownUnit
from docmgr.web.documents import ties
from docmgr.web.documents.page import record_reading
from docmgr.web.documents.ties import PageMarks
from docmgr.web.kit.filters import counted, number
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, document_choice, page_number
from docmgr.web.kit.words import in_words, place_label

blueprint = Blueprint("compare", __name__)

# The name of the parameter, and of the search box, that holds the other document.
OTHER = "with"
# How many blocks the list of differences names.
LISTED = 400


@dataclass(frozen=True)
class TouchedPlace:
    """A provision on the left that was changed or removed, named by `label`, with the tasks, inspections and findings
    that rest on it."""

    label: str
    marks: PageMarks


@blueprint.get("/documents/<int:document_id>/compare")
@requires("document:read")
def show(document_id: int) -> str | tuple[str, int]:
    """Show two texts side by side, and record a reading of each document whose words are shown.

    `a` and `b` are numbers of two versions of the document. `with` is the id of another document, and then `a` and `b`
    are the versions of the two, by default the newest ones. `page` is the page of a long comparison. Without `with`, `a`
    and `b` the page asks what to compare.
    """
    sent = Sent(request.args)
    a, b, other_id = sent.number("a"), sent.number("b"), sent.number(OTHER)
    if sent.searching or sent.errors or (other_id is None and (a is None or b is None)):
        return _choose(document_id, sent)
    if other_id == document_id:
        sent.errors[OTHER] = _("Hãy chọn một văn bản khác với văn bản này.")
    elif other_id is None and a == b:
        sent.errors["b"] = _("Hãy chọn hai phiên bản khác nhau.")
    if sent.errors:
        return _choose(document_id, sent)
    left = document_page.frame(actor(), document_id, a, with_text=True)
    right = document_page.frame(actor(), document_id if other_id is None else other_id, b, with_text=True)
    answer = render_template("documents/compare.html", left=left, right=right, **_compared(left, right))
    # This comes last, because a unit of work expires everything that was loaded.
    if left.text.strip() and right.text.strip():
        for document_id in sorted({left.document.id, right.document.id}):
            record_reading(document_id, None)
    return answer


def _compared(left: DocumentFrame, right: DocumentFrame) -> dict[str, Any]:
    """Build the template variables of a comparison; only `lacking`, the frames without a text, when one has none."""
    lacking = [one for one in (left, right) if not one.text.strip()]
    if lacking:
        return {"lacking": lacking, "shown": None}
    found = compare.compare(actor(), left, right)
    return {
        "lacking": [],
        "found": found,
        "shown": compared_pages.cut(found, page_number(request.args)),
        "counts": [line for line in (_articles(found.articles), _others(found)) if line],
        "touched": _touched(left, found),
        "listed": LISTED,
    }


def _articles(count: Count) -> str:
    return f"{counted('%(n)s điều', count.total)}: {_what_happened(count)}" if count.total else ""


def _others(found: ComparedTexts) -> str:
    if not found.others.total:
        return ""
    total = found.others.total
    words = counted("%(n)s phần khác", total) if found.articles.total else counted("%(n)s phần", total)
    return f"{words}: {_what_happened(found.others)}"


def _what_happened(count: Count) -> str:
    parts = [
        _("%(n)s sửa", n=number(count.changed)) if count.changed else "",
        _("%(n)s thêm", n=number(count.added)) if count.added else "",
        _("%(n)s bỏ", n=number(count.removed)) if count.removed else "",
        _("%(n)s chuyển", n=number(count.moved)) if count.moved else "",
    ]
    return ", ".join(filter(None, parts)) or _("không đổi")


def _touched(left: DocumentFrame, found: ComparedTexts) -> list[TouchedPlace]:
    """Name the tasks, inspections and findings that rest on a changed or removed provision, in the order of the text."""
    marks = ties.marks(left, found.touched)
    if not marks:
        return []
    units = {row.left.anchor: row.left for block in found.blocks for row in block.rows if row.left is not None}
    return [TouchedPlace(name_of(unit), marks[anchor]) for anchor, unit in units.items() if anchor in marks]


def name_of(unit: ShownUnit) -> str:
    """The name of a provision at the beginning of a line: "Khoản 2 Điều 5", or its first words when it has none."""
    label = place_label(unit.label)
    return label[:1].upper() + label[1:] if label else _("Đoạn không số")


def _choose(document_id: int, sent: Sent) -> tuple[str, int]:
    """Ask which versions, or which other document, are to be compared. The status is 400 when the address had an error."""
    page = document_page.frame(actor(), document_id)
    q = sent.text(f"{OTHER}_q")
    found = [document_choice(ref) for ref in search_pick.documents(actor(), q) if ref.id != document_id]
    asked = render_template(
        "documents/compare_choose.html",
        page=page,
        document=page.document,
        errors=sent.errors,
        values=sent.form,
        q=q,
        rows=found,
        other=OTHER,
    )
    return asked, 400 if sent.errors else 200


@blueprint.post("/documents/<int:document_id>/versions/<int:no>/restore")
@requires("document:edit")
def restore(document_id: int, no: int) -> Response:
    """Make the version with the number `no` the newest one again."""
    try:
        new = restoring.as_newest(actor(), document_id, no)
    except Invalid as error:
        flash(in_words(error.message), "danger")
        return redirect(url_for("documents.show", document_id=document_id, v=no))
    flash(_("Đã khôi phục phiên bản %(no)s thành phiên bản mới nhất, số %(new)s.", no=no, new=new), "success")
    return redirect(url_for("documents.show", document_id=document_id))
