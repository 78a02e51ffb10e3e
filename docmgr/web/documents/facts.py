"""The form in which a person checks and confirms the facts of a document (type, number, issuer, dates, …).

The form warns when another document has the same number, and when somebody else changed the facts while the
form was open. services.documents.facts decides which values are valid; web.documents.joined gives the file to
another document instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.models import Document
from docmgr.services.access import guard
from docmgr.services.bulk import form_facts
from docmgr.services.bulk.changing import Made
from docmgr.services.checkout import taking
from docmgr.services.documents import clashes, facts, progress
from docmgr.services.documents import page as document_page
from docmgr.services.documents.attachments import publishing
from docmgr.services.documents.confirming import must_look, near_texts, queue, renditions, suggestions
from docmgr.services.documents.facts import FactForm
from docmgr.services.documents.pictures import previews
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.own_fields import assigning
from docmgr.services.people import people, units
from docmgr.services.registers import offers
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms.of_documents import TermsInput
from docmgr.services.texts import conversion, excerpt
from docmgr.web.documents import confirm_picture, joined
from docmgr.web.documents.fact_lines import URGENCIES, FactLine, Problem, lines_of, same
from docmgr.web.documents.page import record_reading
from docmgr.web.documents.pictures import asked, preview_of
from docmgr.web.folders.undoing import undo_of
from docmgr.web.kit import messages
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words
from docmgr.web.own_fields import fact_fields
from docmgr.web.registers.arrival_fields import ASKED, arrival_of
from legaltext import dates

blueprint = Blueprint("facts", __name__)

# What happens after a confirmation; the session of the browser remembers the choice.
AFTER = {"next": "sang văn bản tiếp theo", "stay": "ở lại văn bản"}


@blueprint.get("/documents/<int:document_id>/facts")
@requires("document:edit")
def show(document_id: int) -> str:
    """Show the form for facts beside the picture of a page, or beside the text with `view=text` in the address. `page`
    and `zoom` choose the picture. A reading is recorded, because the page shows text of the document."""
    return _page(document_id)


@blueprint.get("/documents/suggestions")
@requires("document:edit")
def suggest() -> Response:
    """Answer the text typed so far (`q`) in the field `field` with JSON: `{"values": [text]}`. The values come from
    documents that the person may read. The answer is not cached."""
    values = suggestions.matching(actor(), request.args.get("field", ""), request.args.get("q", "")[:200])
    answer = jsonify(values=values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/documents/<int:document_id>/facts")
@requires("document:edit")
def save(document_id: int) -> Response | tuple[str, int]:
    """Save the facts; with `confirm` also confirm them, and then stay at the document or go to the next one whose facts
    are unconfirmed. When nothing can be saved, show the form again with the reason."""
    if Sent(request.form).searching:
        return _page(document_id), 200
    if request.form.get("after") in AFTER:
        session["after_confirming"] = request.form["after"]
    # Separate buttons and not hidden fields, so that pressing Enter twice does not give consent.
    despite_blank = request.form.get("despite_blank") == "1"
    confirm = request.form.get("confirm") in ("1", "next") or despite_blank or request.form.get("despite_doubt") == "1"
    try:
        choice = joined.chosen(request.form) if confirm else None
    except Invalid as error:
        return _page(document_id, Problem(400, in_words(error.message))), 400
    corrected = guard.get(actor(), document_id).confirmed_at is not None
    problem = _not_looked_at(document_id) if confirm else None
    saved = problem or _save(document_id, confirm, despite_blank, choice)
    if isinstance(saved, Problem):
        return _page(document_id, saved), saved.status
    undo = undo_of(saved, document=document_id)
    if not confirm:
        named = guard.get(actor(), document_id).label
        messages.tell(_("Đã lưu “%(name)s”, chưa xác nhận.", name=messages.name(named)), to=(named, _address(document_id)), undo=undo)
        return redirect(url_for(".show", document_id=document_id))
    return _done(document_id, choice[1] if choice else None, corrected, undo)


def _save(document_id: int, confirm: bool, despite_blank: bool, choice: tuple[str, int] | None) -> Problem | Made:
    """Save what was sent; with `choice` also give the file to another document. Returns what can be undone, or why nothing was
    saved."""
    values = {field: request.form[field] for field in facts.FIELDS if field in request.form}
    sent = Sent(request.form)
    arrival = arrival_of(sent) if confirm and request.form.get(ASKED) == "1" else None
    fact_fields.unchosen(sent)
    if sent.errors:
        field, message = next(iter(sent.errors.items()))
        return Problem(400, message, field=field)
    try:
        if choice is not None:
            if arrival is not None:
                message = _("Nhập tệp vào văn bản khác thì không vào sổ đến ở đây. Hãy bỏ dấu, rồi vào sổ ở trang của văn bản kia.")
                return Problem(400, message, field=ASKED)
            joined.join(document_id, choice, values, Sent(request.form).revision)
            return Made(1, None)
        return form_facts.save(
            actor(),
            document_id,
            values,
            arrival,
            revision=Sent(request.form).revision,
            confirm=confirm,
            publish=confirm and request.form.get("unpublished") != "1",
            terms=TermsInput(sent.text("field_of_work"), sent.text("tags")) if "tags" in request.form else None,
            own=fact_fields.given(),
            despite_clash=request.form.get("same") == joined.SEPARATE,
            despite_blank=despite_blank,
        )
    except Invalid as error:
        return Problem(400, in_words(error.message), field=error.field)
    except Conflict as error:
        return Problem(409, in_words(error.message), stale=True)
    except clashes.Clash as error:
        message = _("Số, ký hiệu này đã có ở văn bản khác của cùng cơ quan trong cùng năm.")
        return Problem(409, message, field="number", clashes=error.documents)
    except renditions.OtherReaders:
        message = _("Văn bản kia có người đọc khác: nhập vào thì họ đọc được tệp này. Chưa có gì được lưu.")
        return Problem(409, message, readers=True, clashes=(guard.get(actor(), choice[1]),) if choice else ())
    except assigning.Unseen:
        message = _("Loại văn bản này có trường riêng chưa hiện ở phiếu. Chưa có gì được lưu: hãy điền mục “Trường riêng” rồi lưu lại.")
        return Problem(409, message, field="own-fields")
    except facts.Blank:
        message = _("Văn bản chưa có thông tin nào để nhận ra: loại, số, ngày và trích yếu đều trống.")
        return Problem(409, message, field="type", blank=True)


def _not_looked_at(document_id: int) -> Problem | None:
    """Ask once about fields that are doubtful, or blank though the text prints them, and that had no focus. Fields that
    were changed have been looked at."""
    if request.form.get("despite_doubt") == "1":
        return None
    form = facts.form(actor(), document_id)
    stored = {line.field: line.stored for line in lines_of(form, {})}
    sent = {field: Sent(request.form).text(field) for field in stored if field in request.form}
    changed = {field: text for field, text in sent.items() if not same(text, stored[field])}
    fields = must_look.not_looked_at(form, request.form.getlist("looked"), changed)
    if not fields:
        return None
    labels = tuple(_(facts.FIELDS[field]) for field in fields)
    message = _("Chưa có gì được lưu. Hãy xem lại các mục sau rồi xác nhận: %(fields)s.", fields=", ".join(labels))
    return Problem(409, message, field=fields[0], unlooked=labels)


def _done(document_id: int, into_id: int | None, corrected: bool, undo: messages.Undo | None) -> Response:
    """Go to the next document, or stay, as the person chose. Who corrected a document that was confirmed before stays there.
    `into_id` is the document that has taken over the file."""
    document = guard.get(actor(), into_id or document_id)
    named = messages.name(document.label)
    told = _("Đã sửa “%(name)s”.", name=named) if corrected else _("Đã xác nhận “%(name)s”.", name=named)
    if into_id:
        told = _("Đã nhập tệp vào “%(name)s”; thông tin đã xác nhận ở đó giữ nguyên.", name=named)
    to = (document.label, _address(document.id))
    chosen = request.form.get("confirm") != "next" and session.get("after_confirming") == "stay"
    if chosen or (corrected and not into_id):
        messages.tell(told, to=to, undo=undo)
        return redirect(_address(document.id))
    following = queue.following(actor(), document_id)
    then = _("Không còn văn bản nào chờ bạn xác nhận.") if following is None else _("Đây là văn bản tiếp theo.")
    messages.tell(f"{told} {then}", to=to, undo=undo)
    return redirect(url_for(".show", document_id=following) if following is not None else _address(document.id))


def _address(document_id: int) -> str:
    return url_for("documents.show", document_id=document_id)


def _page(document_id: int, problem: Problem | None = None) -> str:
    """Render the form. After a problem it has everything that was typed, and says why nothing was saved; after a search of a list it also has everything
    that was typed."""
    sent = Sent(request.form)
    form = facts.form(actor(), document_id)
    page = document_page.frame(actor(), document_id, with_text=True)
    lines = lines_of(form, must_look.fields(form))
    if problem is not None or sent.searching:
        lines = [_sent_again(line, problem) for line in lines]
    held = publishing.held_back(actor(), page)
    shown = confirm_picture.of(page, {line.field: line.quote for line in lines if line.quote})
    answer = render_template(
        "facts/show.html",
        form=form,
        document=form.document,
        version=page.version,
        checkout=taking.of_document(actor(), document_id),
        lines=lines,
        problem=problem,
        searching=sent.searching,
        # A search keeps the revision with which the form was opened, so that a change by somebody else is noticed when it is saved.
        revision=sent.revision if sent.searching else form.document.revision,
        picture=shown,
        blank=facts.unnamed({line.field: line.value for line in lines}),
        labels=facts.FIELDS,
        urgencies=URGENCIES,
        suggested=suggestions.likely(actor(), document_id),
        place=queue.place(actor(), form.document),
        after=sent.text("after") if sent.searching and sent.text("after") in AFTER else session.get("after_confirming", "next"),
        afters=AFTER,
        same=request.form.get("same", ""),
        looked=request.form.getlist("looked"),
        held_back=held,
        may_publish="approve" in page.rights,
        # Nobody publishes by one key what nobody could look into.
        unpublished=request.form.get("unpublished") == "1" if request.method == "POST" else held is not None,
        **_text(page, lines, shown),
        **_progress(form.document),
        **_arrival(form.document, problem),
        **_terms(form.document),
        own_fields=_own(form.document, problem),
        **_others(form, lines, problem),
    )
    record_reading(document_id, shown.preview if shown else None)
    return answer


def _text(page: document_page.DocumentFrame, lines: list[FactLine], shown: confirm_picture.PagePicture | None) -> dict[str, Any]:
    quotes = {line.field: line.quote for line in lines if line.quote}
    chosen = confirm_picture.shows_text(page)
    return {
        "has_text": bool(page.text),
        "excerpt": None if shown else excerpt.excerpt(page.text, quotes),
        "no_pictures": None if shown or chosen else previews.waiting(actor(), page.version, asked()),
        "has_picture": chosen and preview_of(page, 1, asked()) is not None,
        "lacks_fonts": confirm_picture.lacks_fonts(page),
        "told": conversion.told(page.version),
    }


def _arrival(document: Document, problem: Problem | None) -> dict[str, Any]:
    """Build the template variables of the section that enters the document into the register of incoming documents."""
    offer = offers.arrival_at_confirming(actor(), document.id)
    if offer is None:
        return {"arrival": None}
    typed = request.form if request.method == "POST" else {"arrived_on": dates.today().isoformat()}
    others = problem is None or problem.field is None or problem.field in facts.FIELDS or problem.field.startswith("own")
    errors = {} if others or problem is None else {problem.field: problem.message}
    lists = {"units": units.options(actor()), "people": people.options(actor())}
    return {"arrival": offer, "arrival_values": typed, "arrival_errors": errors, **lists}


def _terms(document: Document) -> dict[str, Any]:
    """Build the template variables for the field of work and the tags of the document."""
    own = terms.of_document(actor(), document.id)
    typed = (own.field_of_work or "", ", ".join(own.tags))
    if "tags" in request.form:
        typed = request.form.get("field_of_work", ""), request.form["tags"]
    fields = terms.fields(actor())
    return {
        "field_of_work": typed[0],
        "tags": typed[1],
        "fields_of_work": {one: one for one in (*fields, *((typed[0],) if typed[0] else ()))},
        "known_tags": terms.tags(actor()),
    }


def _own(document: Document, problem: Problem | None) -> list[fact_fields.OwnFieldControl]:
    """Build the site's own fields for the type that the form has now."""
    errors = {problem.field: problem.message} if problem and problem.field else {}
    return fact_fields.controls(document.id, request.form.get("type", document.type), errors, stale=bool(problem and problem.stale))


def _progress(document: Document) -> dict[str, Any]:
    return {"busy": document.state in progress.BUSY_STATES, "sentence": progress.sentence(document)}


def _others(form: FactForm, lines: list[FactLine], problem: Problem | None) -> dict[str, Any]:
    """Build the template variables for the other documents with the same number or nearly the same text."""
    found = problem.clashes if problem and problem.clashes else form.clashes
    alike = near_texts.of(actor(), form.document)
    return {"others": joined.others(form.document, lines, found, alike), "own_id": form.document.id, "number_clashes": len(found), "apart": joined.APART}


def _sent_again(line: FactLine, problem: Problem | None) -> FactLine:
    error = problem.message if problem and line.field == problem.field and not (problem.unlooked or problem.clashes) else None
    return replace(line, value=request.form.get(line.field, line.value), error=error)
