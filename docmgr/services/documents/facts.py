"""Facts of a document such as its type, number and date. Reading the file proposes them and people confirm them; a
confirmed fact is never overwritten by a later reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, DocumentFact, File
from docmgr.policy import Actor, may, require
from docmgr.reading.facts.printed import may_print, printed
from docmgr.reading.types import Fact, Reading
from docmgr.services.access import guard, local_rights, rule
from docmgr.services.documents import lifecycle
from docmgr.services.documents.clashes import clashes, refuse
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.own_fields import assigning
from docmgr.services.relations import force
from docmgr.services.terms import of_documents as terms_of_documents
from docmgr.services.terms.of_documents import TermsInput
from docmgr.services.trail import log
from indexer import normalise_number
from legaltext import dates
from legaltext.text import clean_line, clean_lines, fold, name_key

# Field → its Vietnamese label, in the order of the form.
FIELDS: dict[str, str] = {
    "type": "Loại văn bản",
    "number": "Số, ký hiệu",
    "issuer": "Cơ quan ban hành",
    "issued_on": "Ngày ban hành",
    "subject": "Trích yếu",
    "place": "Nơi ban hành",
    "signer": "Người ký",
    "position": "Chức vụ người ký",
    "recipients": "Nơi nhận",
    "urgency": "Mức độ khẩn",
    "effective_from": "Có hiệu lực từ ngày",
    "effective_to": "Hết hiệu lực từ ngày",
}
DATES = {"issued_on", "effective_from", "effective_to"}
# The longest value in characters. The exchange standard allows 500 for trích yếu; real ones are longer.
LIMITS = {"subject": 2000, "number": 100, "type": 100, "issuer": 300, "place": 200, "signer": 200, "position": 300}
# A document with none of these cannot be told from others in a list, or found by what it is.
NAMING = ("type", "number", "issued_on", "subject")
# Types that are cited by name and without a number (Decree 30/2020, Appendix I).
NAMED_TYPES = {"Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp"}


@dataclass(frozen=True)
class FactField:
    """One field of the form of facts. `field` is its key and `label` its Vietnamese name. `value` is text, a list of
    texts (for recipients) or None; a date is ISO text. `quote` is the passage of the text from which the fact was
    taken, or None. `sure` is false when the reading was in doubt."""

    field: str
    label: str
    value: Any
    quote: str | None
    sure: bool
    confirmed: bool


@dataclass(frozen=True)
class FactForm:
    """The form of facts of one document. `clashes` are other documents that the actor may read and that have the same
    document number, issuer and year."""

    document: Document
    fields: tuple[FactField, ...]
    clashes: tuple[Document, ...]


class Blank(Exception):
    """Raised when a person confirms facts that name no document: type, number, date of issue and subject are all
    missing. `save` accepts such facts with `despite_blank`."""


def unnamed(values: Mapping[str, Any]) -> bool:
    """Whether type, number, date of issue and subject are all missing or blank in `values`, which has the facts by
    field."""
    return not any(values.get(field) for field in NAMING)


def propose(document: Document, reading: Reading) -> None:
    """Store on the document the facts that reading the file found. Confirmed fields keep their values; other fields
    that were not found become empty, and those that the file prints all the same are doubtful."""
    found = reading.interpretation
    facts = found.facts if found is not None else {}
    shown = printed(found.text) if found is not None and may_print(reading.kind, reading.official) else ()
    known = {row.field: row for row in document.facts}
    for field in FIELDS:
        fact = facts.get(field)
        row = known.get(field)
        if row is not None and row.confirmed:
            continue
        if row is None:
            row = DocumentFact(document_id=document.id, field=field, confirmed=False)
            document.facts.append(row)
        value = _proposed(field, fact) if fact else None
        row.value, row.quote, row.sure = value or None, fact.quote if fact else None, fact.sure if fact else field not in shown
        _put(document, field, row.value)
    _keys(document)


def keep_read(file: File, reading: Reading) -> None:
    """Store with a file what reading it gave as number and day of issue, whatever people confirm for the document."""
    found = reading.interpretation.facts if reading.interpretation is not None else {}
    number = found["number"].value if "number" in found else None
    file.read_number = number if number and len(number) <= 100 else None
    file.read_on = iso_date(found["issued_on"].value) if "issued_on" in found else None


def _proposed(field: str, fact: Fact) -> Any:
    if field == "recipients":
        return list(fact.values)
    if field == "effective_to" and (last := iso_date(fact.value)):
        # Texts print the last day in force; the database stores the first day out of force (a half-open interval).
        return (last + dt.timedelta(days=1)).isoformat()
    return fact.value


def adopt(document: Document, other: Document) -> None:
    """Give the document the facts of `other`, whose file has become its newest version. Confirmed fields keep their
    values; other fields become those of `other`."""
    known = {row.field: row for row in document.facts}
    for theirs in other.facts:
        row = known.get(theirs.field)
        if row is not None and row.confirmed:
            continue
        if row is None:
            row = DocumentFact(document_id=document.id, field=theirs.field, confirmed=False)
            document.facts.append(row)
        row.value, row.quote, row.sure = theirs.value, theirs.quote, theirs.sure
        row.confirmed, row.confirmed_by, row.confirmed_at = theirs.confirmed, theirs.confirmed_by, theirs.confirmed_at
        _put(document, theirs.field, row.value)
    _keys(document)


def show(document: Document) -> None:
    """Put the values of all facts of a new document into its columns."""
    for row in document.facts:
        _put(document, row.field, row.value)
    _keys(document)


def forget(document: Document) -> None:
    """Delete the values and quotes of all facts of the document, because it has a secrecy stamp."""
    for row in document.facts:
        row.value, row.quote = None, None
    for field in FIELDS:
        _put(document, field, None)
    _keys(document)


def iso_date(text: str | None) -> dt.date | None:
    """Return the date that the ISO text `text` gives, such as "2024-02-05". None when the text is empty or not a date."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _put(document: Document, field: str, value: Any) -> None:
    if field in DATES:
        value = iso_date(value)
    elif field in LIMITS and value is not None:
        value = value[: LIMITS[field]]
    setattr(document, field, value)


def _keys(document: Document) -> None:
    force.leaves_behind(document)
    document.number_key = (normalise_number(document.number) or None) if document.number else None
    named = document.type in NAMED_TYPES and document.subject
    document.name_key = name_key(f"{document.type} {_bare_name(document)}") if named else None


def _bare_name(document: Document) -> str:
    # Some files give "Luật Đất đai" as the subject, others "Đất đai".
    subject, type_ = document.subject or "", document.type or ""
    return subject[len(type_) :].strip() if fold(subject).startswith(fold(type_) + " ") else subject


def form(actor: Actor, document_id: int) -> FactForm:
    """Load the form of facts of a document. Raises NotFound when the actor may not edit the document, and Denied when the
    actor's roles may not edit any."""
    document = guard.get_editable(actor, document_id)
    rows = {row.field: row for row in document.facts}
    fields = []
    for field, label in FIELDS.items():
        row = rows.get(field) or DocumentFact(value=None, quote=None, sure=True, confirmed=False)
        fields.append(FactField(field, label, row.value, row.quote, row.sure, row.confirmed))
    with db.read() as session:
        found = clashes(session, actor, document.id, document.number, document.issuer, document.issued_on)
    return FactForm(document, tuple(fields), found)


def save(
    actor: Actor,
    document_id: int,
    values: Mapping[str, Any],
    *,
    revision: int,
    confirm: bool,
    publish: bool,
    terms: TermsInput | None = None,
    own: assigning.TypedValues | None = None,
    despite_clash: bool = False,
    despite_blank: bool = False,
) -> None:
    """Save the facts that a person accepted or typed.

    `values` has them by field; missing fields stay as they are. `revision` is the revision of the document when the
    form was opened. `confirm` confirms the saved fields, and `publish` publishes a draft that no workflow leads, if the actor may publish it. `terms` are the field of work and
    the tags, and `own` what was typed into the site's own fields by code; None leaves them as they are.

    Raises NotFound or Denied when the actor may not edit the document. Raises Invalid with the field that is wrong.
    Raises Conflict when somebody else has changed the document meanwhile. Raises Blank when facts that name no document
    are confirmed; `despite_blank` allows them. Raises Unseen when the form did not show the own fields of the type. Raises Clash when another document has the same number; `despite_clash`
    allows this.
    """
    clean = cleaned(values)
    with db.write() as session:
        if terms is not None:
            terms_of_documents.lock(session)
        document = guard.for_change(session, actor, document_id, revision=revision)
        stored = {field: getattr(document, field) for field in NAMING}
        if confirm and not despite_blank and unnamed({**stored, **clean}):
            raise Blank
        if not despite_clash:
            refuse(session, actor, document, clean)
        former_type = document.type
        changed = _apply(actor, document, clean, confirm)
        complete = confirm or document.confirmed_at is not None
        changed |= assigning.assign(session, document, own, former_type=former_type, complete=complete)
        if terms is not None:
            changed |= terms_of_documents.assign(session, document, terms)
        if confirm:
            # Who confirms decides about publishing as well.
            document.confirmed_at, document.publish_when_read = db.now(), False
        lifecycle.touch(session, document)
        action = "document:confirm" if confirm else "document:edit"
        log.document_event(session, actor, action, document, {"changed": changed})
        if publish and document.workflow == "draft" and _publishes(session, actor, document):
            lifecycle.change_workflow(session, actor, document, "published")


def _publishes(session: Session, actor: Actor, document: Document) -> bool:
    """Whether the actor may publish the document, and nothing else decides about that."""
    if document.state == "withheld" or lifecycle.is_led(session, document.id):
        return False
    return may(actor, "document:publish") and "approve" in local_rights.on_document(session, actor, document)


def edit(
    session: Session, actor: Actor, document: Document, values: Mapping[str, Any], *, confirm: bool = False, undone: bool = False,
    more: Mapping[str, list[Any]] | None = None,
) -> None:  # fmt: skip
    """Save the facts that a person typed in the open unit of work; `confirm` confirms the fields that did not change too.
    `values` has them by field. `undone` says that an earlier change is undone: they are stored as they are, since a reading may propose more
    than can be typed. `more` is what else has changed, for the event. The caller has locked the document and checked rights and revision.
    Raises Invalid with the field that is wrong."""
    changed = {**_apply(actor, document, values if undone else cleaned(values), confirm), **(more or {})}
    lifecycle.touch(session, document)
    log.document_event(session, actor, "document:edit", document, {"changed": changed, **lifecycle.mark_undone(undone)})


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Clean the facts that a person typed, by field. Raises Invalid with the field that is wrong."""
    return {field: _clean(field, values[field]) for field in FIELDS if field in values}


def _apply(actor: Actor, document: Document, clean: Mapping[str, Any], confirm: bool) -> dict[str, list[Any]]:
    rows = {row.field: row for row in document.facts}
    changed: dict[str, list[Any]] = {}
    for field, value in clean.items():
        row = rows.get(field)
        if row is None:
            row = DocumentFact(document_id=document.id, field=field, confirmed=False, sure=True)
            document.facts.append(row)
        if row.value != value:
            changed[field] = [row.value, value]
            row.value, row.quote = value, None
        if confirm or field in changed:
            row.confirmed, row.confirmed_by, row.confirmed_at = True, actor.user_id, db.now()
        _put(document, field, value)
    _keys(document)
    return changed


def _clean(field: str, value: Any) -> Any:
    if field == "recipients":
        lines = clean_lines(value if isinstance(value, str) else "\n".join(value or ()))
        return [line[:300] for line in lines][:100] or None
    text = clean_line(str(value or ""))
    if not text:
        return None
    if field in DATES:
        return _date(field, text)
    if len(text) > LIMITS.get(field, 300):
        raise Invalid(
            Message("%(field)s dài quá %(limit)s ký tự.", field=Message(FIELDS[field]), limit=LIMITS.get(field, 300)), field
        )
    return text


def _date(field: str, text: str) -> str:
    try:
        return dates.parse(text).isoformat()
    except ValueError:
        message = Message("%(field)s: ngày không hợp lệ (viết như 05/02/2024).", field=Message(FIELDS[field]))
        raise Invalid(message, field) from None


def unconfirmed() -> ColumnElement[bool]:
    """Return an SQL condition on Document: nobody has confirmed its facts. Files that are no official documents have no
    facts to confirm; only those wait that were to be published and are held back (attachments.publishing)."""
    asked = Document.official | (Document.publish_when_read & (Document.workflow == "draft"))
    return Document.confirmed_at.is_(None) & asked


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: it has been read, its facts are not confirmed, and the actor may edit it."""
    return rule.editable(actor) & unconfirmed() & Document.state.in_(("indexing", "findable"))


def to_confirm(actor: Actor, limit: int = 20) -> list[Document]:
    """Find at most `limit` documents whose facts wait for the actor to confirm them, the oldest first. The worker has
    read these documents, and the actor has the right to edit them. Raises Denied when the actor's roles may not read
    documents."""
    require(actor, "document:read")
    with db.read() as session:
        query = select(Document).where(waits_for(actor)).order_by(Document.created_at, Document.id).limit(limit)
        return list(session.scalars(query))


def count_to_confirm(actor: Actor) -> int:
    """Count the documents whose facts wait for the actor to confirm them: read by the worker, and editable by the
    actor."""
    with db.read() as session:
        return session.scalar(select(func.count(Document.id)).where(waits_for(actor))) or 0
