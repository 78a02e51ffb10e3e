"""The pages that link documents to tasks, inspections and findings. The thing to which a document is linked
is called the subject of the link.

The form asks one question at a time: the document, the subject, then the role of the link. A person can begin
at the document or at the subject.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.links import links, pick, restoring, tied
from docmgr.services.links.tied import LinkSubject
from docmgr.services.search import pick as search_pick
from docmgr.web.kit import forms, messages
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Choice, Sent, document_choice, provision_choice, translated
from docmgr.web.kit.words import in_words

blueprint = Blueprint("links", __name__)
# The names that the radio buttons of a search box may have.
FIELDS = ("document", "document_id", "with", "subject", "task_id", "anchor")


@blueprint.get("/links/new")
@requires("link:edit")
def new() -> str:
    """Show the form for a new link. It asks for the first thing that is not yet chosen: the document; the
    task, inspection or finding; or the role of the link."""
    return _step(Sent(request.args))


@blueprint.post("/links/new")
@requires("link:edit")
def create() -> Response | str | tuple[str, int]:
    """Create the link that the form describes. When something is not yet chosen or is invalid, show the next
    question or the error instead."""
    sent = Sent(request.form)
    if sent.searching:
        return _step(sent)
    subject = _subject(sent)
    document_id = sent.number("document")
    dated_on = sent.day("dated_on")
    if subject is None or document_id is None:
        return _step(sent), 400
    link_id = sent.try_to(
        lambda: links.add(
            actor(),
            **{f"{subject.kind}_id": subject.id},
            document_id=document_id,
            anchor=sent.text("anchor") or None,
            version_no=sent.number("v") if sent.text("anchor") == sent.text("pinned") else None,
            role=sent.text("role"),
            note=sent.text("note"),
            dated_on=dated_on,
        )
    )
    if link_id is None:
        return _step(sent), 400
    # The person comes back to one end of the link; the message leads to the other.
    there = (subject.label, address(subject)) if sent.text("back") == "document" else _named(search_pick.document(actor(), document_id))
    messages.tell(_("Đã gắn văn bản."), to=there)
    return redirect(_back(sent, subject, document_id))


def _named(document: DocumentRef | None) -> tuple[str, str] | None:
    return (document.label, url_for("documents.show", document_id=document.id)) if document else None


@blueprint.post("/links/<int:link_id>/end")
@requires("link:edit")
def end(link_id: int) -> Response:
    """End a link. Its row is kept; the message offers to undo this."""
    sent = Sent(request.form)
    try:
        ended = links.end(actor(), link_id)
    except Invalid as refused:
        flash(in_words(refused.message), "danger")
        return redirect(_from_page(sent.number("occurrence")) or url_for("home.index"))
    fields = {"mark": ended.mark, "subject": f"{ended.subject.kind}:{ended.subject.id}"}
    if ended.occurrence_id is not None:
        fields["occurrence"] = str(ended.occurrence_id)
    undo = messages.Undo(url_for(".restore", link_id=link_id), fields)
    words = _("Đã gỡ “%(name)s”. Lịch sử vẫn giữ.", name=messages.name(ended.document.label))
    messages.tell(words, to=_named(ended.document), undo=undo)
    return redirect(_from_page(ended.occurrence_id) or address(ended.subject))


def _from_page(occurrence_id: int | None) -> str | None:
    return url_for("occurrences.show", occurrence_id=occurrence_id) if occurrence_id is not None else None


@blueprint.post("/links/<int:link_id>/restore")
@requires("link:edit")
def restore(link_id: int) -> Response:
    """Undo the end of a link. When the link has changed since then, nothing happens and the message says so."""
    sent = Sent(request.form)
    subject = _subject(sent)
    back = _from_page(sent.number("occurrence")) or (address(subject) if subject else url_for("home.index"))
    return forms.act(lambda: restoring.restore(actor(), link_id, sent.text("mark")), _("Đã hoàn tác: văn bản lại được gắn như cũ."), back)


@blueprint.get("/links/documents")
@requires("document:read")
def documents() -> str:
    """Answer with radio buttons (an HTML fragment) for a search box: the documents found for the words
    `q`."""
    found = search_pick.documents(actor(), Sent(request.args).text("q"))
    return _choices([document_choice(ref) for ref in found])


@blueprint.get("/links/subjects")
@requires("link:edit")
def subjects() -> str:
    """Answer with radio buttons (an HTML fragment) for a search box: the tasks, inspections and findings
    found for the words `q`."""
    found = pick.subjects(actor(), Sent(request.args).text("q"))
    return _choices([subject_choice(row) for row in found])


@blueprint.get("/links/tasks")
@requires("plan:read")
def tasks() -> str:
    """Answer with radio buttons (an HTML fragment) for a search box: the tasks found for the words `q`. The
    value of a button is the id of its task."""
    found = pick.tasks(actor(), Sent(request.args).text("q"))
    return _choices([task_choice(row) for row in found])


@blueprint.get("/links/provisions")
@requires("document:read")
def provisions() -> str:
    """Answer with radio buttons (an HTML fragment) for a search box: the provisions found for the words `q`
    in the document whose id is the parameter `document`."""
    document_id = whole(request.args.get("document")) or 0
    found = references.choose(actor(), document_id, Sent(request.args).text("q")[:200])
    return _choices([provision_choice(ref) for ref in found.shown], found.total - len(found.shown))


def subject_choice(row: LinkSubject) -> Choice:
    """Build the radio button for a task, inspection or finding. Its value is "<kind>:<id>", such as
    task:5."""
    note = " · ".join(part for part in (_(links.KINDS[row.kind]), row.note) if part)
    return Choice(f"{row.kind}:{row.id}", row.label, note)


def task_choice(row: LinkSubject) -> Choice:
    """Build the radio button for a task, for a search box that offers only tasks. Its value is the id of the
    task."""
    return Choice(str(row.id), row.label, row.note or "")


def address(subject: LinkSubject) -> str:
    """Build the address of the page that shows the task, inspection or finding."""
    if subject.kind == "task":
        return url_for("tasks.show", task_id=subject.id)
    anchor = f"finding-{subject.id}" if subject.kind == "finding" else None
    return url_for("inspections.show", inspection_id=subject.inspection_id, _anchor=anchor)


def _choices(rows: list[Choice | None], more: int = 0) -> str:
    name = request.args.get("name", "")
    if name not in FIELDS:
        raise NotFound
    return render_template("links/_choices.html", name=name, rows=rows, more=more)


def _step(sent: Sent) -> str:
    document, subject = _document(sent), _subject(sent)
    if document is None:
        q = sent.text("document_q")
        rows = [document_choice(ref) for ref in search_pick.documents(actor(), q)]
        return _ask(sent, "document", url_for(".documents"), q, rows, subject=subject)
    if subject is None:
        q = sent.text("subject_q")
        found = [subject_choice(row) for row in pick.subjects(actor(), q)]
        return _ask(sent, "subject", url_for(".subjects"), q, list(found), document=document)
    return _role(sent, document, subject)


def _ask(
    sent: Sent,
    name: str,
    source: str,
    q: str,
    rows: list[Choice | None],
    *,
    document: DocumentRef | None = None,
    subject: LinkSubject | None = None,
) -> str:
    return render_template(
        "links/ask.html",
        name=name,
        source=source,
        q=q,
        rows=rows,
        document=document,
        subject=subject,
        subject_address=address(subject) if subject else None,
        kept=_kept(sent.form, "anchor", "v", "role", "back"),
        missed="go" in sent.form,
    )


def _role(sent: Sent, document: DocumentRef, subject: LinkSubject) -> str:
    anchor, q = sent.text("anchor"), sent.text("anchor_q")
    pinned = sent.text("pinned") or anchor
    version_no = sent.number("v") if anchor == pinned else None
    place = references.find(actor(), document.id, anchor, version_no) if anchor else None
    found = references.choose(actor(), document.id, q)
    return render_template(
        "links/role.html",
        document=document,
        subject=subject,
        subject_value=f"{subject.kind}:{subject.id}",
        subject_address=address(subject),
        kinds=links.KINDS,
        roles=translated(policy.LINK_ROLES),
        values=sent.form,
        errors=sent.errors,
        chosen=provision_choice(place),
        pinned=place.anchor if place else "",
        version_no=place.version_no if place else "",
        choices=[provision_choice(ref) for ref in found.shown],
        more=found.total - len(found.shown),
        q=q,
    )


def _document(sent: Sent) -> DocumentRef | None:
    document_id = sent.number("document")
    return search_pick.document(actor(), document_id) if document_id is not None else None


def _subject(sent: Sent) -> LinkSubject | None:
    kind, _colon, number = sent.text("subject").partition(":")
    subject_id = whole(number)
    if kind not in links.KINDS or subject_id is None:
        return None
    return tied.subject(actor(), kind, subject_id)


def _kept(form: MultiDict[str, str], *names: str) -> dict[str, str]:
    return {name: form[name] for name in names if form.get(name)}


def _back(sent: Sent, subject: LinkSubject, document_id: int) -> str:
    """Build the address of the page from which the form was opened: the document's page or the subject's
    page."""
    if sent.text("back") == "document":
        tab = "tasks" if subject.kind == "task" else "inspections"
        return url_for("documents.show", document_id=document_id, tab=tab)
    return address(subject)
