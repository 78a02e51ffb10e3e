"""The form in which a person checks and confirms the facts of a document (type, number, issuer, dates, …).

The form warns when another document has the same number, and when somebody else changed the facts while the
form was open. This module decides the order of the fields; services.documents.facts decides which values are
valid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.models import Document
from docmgr.services.access import guard
from docmgr.services.documents import clashes, facts, progress
from docmgr.services.documents import page as document_page
from docmgr.services.documents.facts import FactField, FactForm
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.texts import excerpt
from docmgr.web.documents.page import preview_of, record_reading
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number
from docmgr.web.kit.words import in_words

blueprint = Blueprint("facts", __name__)

AREAS = frozenset({"subject", "recipients"})
URGENCIES = ("Khẩn", "Thượng khẩn", "Hỏa tốc")


@dataclass(frozen=True)
class FactLine:
    """One field of the form for facts. `value` is the text shown in the field, and `stored` the stored value
    as text. `quote` has the words of the document from which the value was taken, or None. `doubtful` means
    that a person should check the value first. `error` is the sentence shown at the field, or None."""

    field: str
    label: str
    control: str
    value: str
    stored: str
    quote: str | None
    doubtful: bool
    confirmed: bool
    error: str | None = None


@dataclass(frozen=True)
class Problem:
    """Why the facts were not saved. `status` is the HTTP status, `message` the sentence for the person, and
    `field` the name of the field at which it is shown. `stale` means that somebody else has changed the facts
    since the form was opened. `clashes` are the other documents with the same number. `blank` means that
    type, number, date of issue and subject are all missing."""

    status: int
    message: str
    field: str | None = None
    stale: bool = False
    clashes: tuple[Document, ...] = ()
    blank: bool = False


@blueprint.get("/documents/<int:document_id>/facts")
@requires("document:edit")
def show(document_id: int) -> str:
    """Show the form for facts next to the text of the document, or next to its page images with `view=pages`
    in the address. A reading is recorded, because the page shows text of the document."""
    form = facts.form(actor(), document_id)
    return _page(form, _lines(form))


@blueprint.post("/documents/<int:document_id>/facts")
@requires("document:edit")
def save(document_id: int) -> Response | tuple[str, int]:
    """Save the facts; with `confirm=1` also confirm them, and then go to the next document whose facts are
    unconfirmed. When nothing can be saved, show the form again with the reason."""
    # A separate button and not a hidden field, so that pressing Enter twice does not give consent.
    despite_blank = request.form.get("despite_blank") == "1"
    confirm = request.form.get("confirm") == "1" or despite_blank
    try:
        facts.save(
            actor(),
            document_id,
            {field: request.form[field] for field in facts.FIELDS if field in request.form},
            revision=Sent(request.form).revision,
            confirm=confirm,
            publish=confirm and request.form.get("unpublished") != "1",
            despite_clash=request.form.get("despite_clash") == "1",
            despite_blank=despite_blank,
        )
    except Invalid as error:
        return _again(document_id, Problem(400, in_words(error.message), field=error.field))
    except Conflict as error:
        return _again(document_id, Problem(409, in_words(error.message), stale=True))
    except clashes.Clash as error:
        message = _("Số, ký hiệu này đã có ở văn bản khác của cùng cơ quan trong cùng năm.")
        return _again(document_id, Problem(409, message, field="number", clashes=error.documents))
    except facts.Blank:
        message = _("Văn bản chưa có thông tin nào để nhận ra: loại, số, ngày và trích yếu đều trống.")
        return _again(document_id, Problem(409, message, field="type", blank=True))
    if not confirm:
        flash(_("Đã lưu, chưa xác nhận."), "success")
        return redirect(url_for(".show", document_id=document_id))
    return _next(document_id)


def _next(document_id: int) -> Response:
    label = guard.get(actor(), document_id).label
    waiting = [document for document in facts.to_confirm(actor(), 2) if document.id != document_id]
    if not waiting:
        flash(_("Đã xác nhận “%(name)s”. Không còn văn bản nào chờ bạn xác nhận.", name=label), "success")
        return redirect(url_for("documents.show", document_id=document_id))
    flash(_("Đã xác nhận “%(name)s”. Đây là văn bản tiếp theo.", name=label), "success")
    return redirect(url_for(".show", document_id=waiting[0].id))


def _again(document_id: int, problem: Problem) -> tuple[str, int]:
    """Render the form again with everything that was typed, and with `problem`, the reason why it was not
    saved. Returns (page, HTTP status)."""
    form = facts.form(actor(), document_id)
    lines = [
        replace(line, value=request.form.get(line.field, line.value), error=_error(line.field, problem))
        for line in _lines(form)
    ]
    return _page(form, lines, problem), problem.status


def _error(field: str, problem: Problem) -> str | None:
    return problem.message if field == problem.field else None


def _page(form: FactForm, lines: list[FactLine], problem: Problem | None = None) -> str:
    page = document_page.frame(actor(), form.document.id, with_text=True)
    text = page.text
    preview = preview_of(page, page_number(request.args))
    as_pages = preview is not None and (not text or request.args.get("view") == "pages")
    answer = render_template(
        "facts/show.html",
        form=form,
        document=form.document,
        version=page.version,
        lines=lines,
        problem=problem,
        preview=preview,
        as_pages=as_pages,
        has_text=bool(text),
        blank=facts.unnamed({line.field: line.value for line in lines}),
        excerpt=excerpt.excerpt(text, {line.field: line.quote for line in lines if line.quote}),
        labels=facts.FIELDS,
        urgencies=URGENCIES,
        unpublished=request.form.get("unpublished") == "1",
        waiting=facts.count_to_confirm(actor()),
        busy=form.document.state in progress.BUSY_STATES,
        sentence=progress.sentence(form.document),
    )
    record_reading(form.document.id, preview if as_pages else None)
    return answer


def _lines(form: FactForm) -> list[FactLine]:
    """Build the fields of the form. Fields with doubtful values come first; otherwise the order of `form` is
    kept."""
    lines = [_line(field) for field in form.fields]
    return sorted(lines, key=lambda line: not line.doubtful)


def _line(field: FactField) -> FactLine:
    value = _typed(field.value)
    return FactLine(
        field=field.field,
        label=field.label,
        control=_control(field.field),
        value=value,
        stored=value,
        quote=field.quote,
        doubtful=not field.sure and not field.confirmed,
        confirmed=field.confirmed,
    )


def _control(field: str) -> str:
    if field in facts.DATES:
        return "date"
    if field in AREAS:
        return "area"
    return "urgency" if field == "urgency" else "text"


def _typed(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    return str(value or "")
