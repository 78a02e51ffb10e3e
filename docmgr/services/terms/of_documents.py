"""The tags and the field of work of documents: read them, set them, and set them on many documents at once.

A field of work is a word of the vocabulary. A tag may be any word; one that is in the vocabulary is written as it is there.
Names of tags are offered only where the vocabulary or a document that the actor may read has them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.collation import key as collation_key
from docmgr.collation import order
from docmgr.models import Document, DocumentTerm, Term
from docmgr.policy import Actor
from docmgr.services import forms, jobs
from docmgr.services.access import guard, rule
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.terms import words
from docmgr.services.trail import log

# So many tags are offered while a person types.
OFFERED = 200


@dataclass(frozen=True)
class TermsInput:
    """What a person chose for a document: the name of a field of work ("" for none), and the tags as they were typed, with
    commas between them."""

    field_of_work: str
    tags: str


@dataclass(frozen=True)
class DocumentTerms:
    """The field of work of a document, None for none, and its tags in the order of the alphabet."""

    field_of_work: str | None = None
    tags: tuple[str, ...] = ()


NONE = DocumentTerms()


def of(session: Session, document_ids: Collection[int]) -> dict[int, DocumentTerms]:
    """Load the field of work and the tags of documents, by id; those that have none are missing. Rights are not checked."""
    found: dict[int, dict[str, list[str]]] = {}
    query = select(DocumentTerm.document_id, Term.kind, Term.name).join(Term, Term.id == DocumentTerm.term_id)
    for some in chunks(document_ids):
        for document_id, kind, name in session.execute(query.where(DocumentTerm.document_id.in_(some))):
            found.setdefault(document_id, {}).setdefault(kind, []).append(name)
    return {
        number: DocumentTerms(next(iter(kinds.get("field", ())), None), tuple(sorted(kinds.get("tag", ()), key=lambda one: collation_key(one) or "")))
        for number, kinds in found.items()
    }


def of_document(actor: Actor, document_id: int) -> DocumentTerms:
    """Load the field of work and the tags of a document. Raises NotFound when the actor may not read it."""
    guard.get(actor, document_id)
    with db.read() as session:
        return of(session, [document_id]).get(document_id, NONE)


def fields(actor: Actor) -> list[str]:
    """The names of the fields of work that can be chosen, in the order of the alphabet."""
    query = select(Term.name).where(Term.kind == "field", Term.closed_at.is_(None)).order_by(order(Term.name))
    with db.read() as session:
        return list(session.scalars(query))


def tags(actor: Actor) -> list[str]:
    """The names of at most OFFERED tags to offer: those of the vocabulary, and those of documents that the actor may read."""
    listed = select(Term.name).where(Term.kind == "tag", Term.listed.is_(True), Term.closed_at.is_(None)).order_by(order(Term.name))
    used = select(DocumentTerm.document_id).join(Document, Document.id == DocumentTerm.document_id)
    used = used.where(DocumentTerm.term_id == Term.id, rule.visible(actor)).correlate(Term)
    free = select(Term.name).where(Term.kind == "tag", Term.listed.is_(False), used.exists()).order_by(order(Term.name))
    with db.read() as session:
        names = list(session.scalars(listed.limit(OFFERED)))
        return names + list(session.scalars(free.limit(OFFERED - len(names))))


def assign(session: Session, document: Document, given: TermsInput) -> dict[str, list[str | None]]:
    """Give a document the field of work and the tags that a person chose, in the open unit of work; all others are taken
    away. The caller has locked the document, checked rights, and touches it afterwards. Returns what changed, by name, as
    [old, new]. Raises Invalid with the field that is wrong."""
    return _put(session, document, given.field_of_work, words.tags(given.tags, "tags"))


def add(actor: Actor, document_ids: Iterable[int], *, field_of_work: str | None = None, tags: str = "") -> int:
    """Add tags to documents, and give them this field of work if it is not None; as `change`. Returns how many documents
    changed."""
    return len(change(actor, document_ids, field_of_work=field_of_work, tags=tags))


def change(
    actor: Actor, document_ids: Iterable[int], *, field_of_work: str | None = None, tags: str = "", without: str = ""
) -> dict[int, tuple[DocumentTerms, DocumentTerms]]:
    """Add `tags` to documents, take the tags `without` away, and give them this field of work if it is not None. Returns what the
    documents that changed had before and have now, by id. Either all are changed or none: raises NotFound or Denied when the
    actor may not edit one of them, and Invalid when a word is wrong or a document would have too many tags."""
    typed, gone = words.tags(tags, "tags"), {words.key(one) for one in words.tags(without, "tags")}
    changed: dict[int, tuple[DocumentTerms, DocumentTerms]] = {}
    with db.write() as session:
        _lock(session)
        for document_id in sorted(set(document_ids)):
            document = guard.for_change(session, actor, document_id)
            had = of(session, [document_id]).get(document_id, NONE)
            known = {words.key(one) for one in had.tags}
            kept = tuple(one for one in had.tags if words.key(one) not in gone)
            field = had.field_of_work or "" if field_of_work is None else field_of_work
            after = put(session, actor, document, field, (*kept, *(one for one in typed if words.key(one) not in known)))
            if after != had:
                changed[document_id] = had, after
    return changed


def put(session: Session, actor: Actor, document: Document, field: str, tags: tuple[str, ...], *, undone: bool = False) -> DocumentTerms:
    """Give a document exactly this field of work ("" for none) and these tags in the open unit of work, and record the event.
    `undone` says that an earlier change is undone. The caller has called `lock`, locked the document and checked rights. Returns what
    it has now. Raises Invalid as `assign`."""
    changes = _put(session, document, field, tags)
    if changes:
        forms.bump(document)
        jobs.enqueue(session, "index", document.id)
        log.document_event(session, actor, "document:tag", document, {"changes": changes, **({"undone": True} if undone else {})})
    return of(session, [document.id]).get(document.id, NONE)


def lock(session: Session) -> None:
    """Let one unit of work at a time make new tags. Call it before any row is locked."""
    _lock(session)


def _lock(session: Session) -> None:
    forms.one_at_a_time(session, Term)


def _put(session: Session, document: Document, field: str, tags: tuple[str, ...]) -> dict[str, list[str | None]]:
    if len(tags) > words.MOST_TAGS:
        raise Invalid(words.TOO_MANY, "tags")
    before = of(session, [document.id]).get(document.id, NONE)
    wanted = {_tag(session, one) for one in tags}
    if field:
        wanted.add(_field(session, field, before.field_of_work))
    had = set(session.scalars(select(DocumentTerm.term_id).where(DocumentTerm.document_id == document.id)))
    gone = DocumentTerm.document_id == document.id, DocumentTerm.term_id.in_(had - wanted)
    session.execute(delete(DocumentTerm).where(*gone))
    session.add_all(DocumentTerm(document_id=document.id, term_id=number) for number in sorted(wanted - had))
    session.flush()
    after = of(session, [document.id]).get(document.id, NONE)
    pairs: dict[str, list[str | None]] = {
        "field_of_work": [before.field_of_work, after.field_of_work],
        "tags": [", ".join(before.tags) or None, ", ".join(after.tags) or None],
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _tag(session: Session, name: str) -> int:
    """Find the tag with this name, or make it. Returns its id."""
    own = Term.kind == "tag", Term.name_key == words.key(name)
    found = session.scalar(select(Term.id).where(*own))
    if found is not None:
        return found
    made = Term(kind="tag", name=name, name_key=words.key(name))
    session.add(made)
    session.flush()
    return made.id


def _field(session: Session, name: str, present: str | None) -> int:
    """Find the field of work with this name. Raises Invalid when the vocabulary does not have it, or it is closed and is not
    the present one of the document."""
    own = Term.kind == "field", Term.name_key == words.key(words.name(name, "field_of_work", "field"))
    found = session.scalar(select(Term).where(*own))
    if found is None or (found.closed_at is not None and found.name != present):
        raise Invalid(Message("Lĩnh vực này không có trong danh mục; hãy chọn lại."), "field_of_work")
    return found.id
