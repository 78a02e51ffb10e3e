"""The vocabulary of tags and fields of work, which administrators keep.

A word that documents have is renamed everywhere at once, and the index follows. A word is closed, not deleted: documents
keep it, and it is no longer offered. How many documents have a word is not told: administrators read none by that role.
"""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.collation import order
from docmgr.models import Document, DocumentTerm, Job, Term
from docmgr.policy import Actor, require
from docmgr.services import forms
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.terms import words
from docmgr.services.trail import log


def listing(actor: Actor) -> list[Term]:
    """List the words of the vocabulary by kind and name, the closed ones too. Raises Denied when the actor may not manage
    them."""
    require(actor, "term:manage")
    with db.read() as session:
        return list(session.scalars(select(Term).where(Term.listed.is_(True)).order_by(Term.kind, order(Term.name))))


def get(actor: Actor, term_id: int) -> Term:
    """Load one word of the vocabulary. Raises NotFound when there is none, and Denied when the actor may not manage it."""
    require(actor, "term:manage")
    with db.read() as session:
        found = session.get(Term, term_id)
    if found is None or not found.listed:
        raise NotFound
    return found


def create(actor: Actor, kind: str, name: str) -> int:
    """Add a word to the vocabulary and return its id. A tag that people already use becomes a word of the vocabulary, and
    documents keep it. Raises Denied, and Invalid when the vocabulary has it already."""
    require(actor, "term:manage")
    kind = forms.one_of(kind, words.KINDS, "kind")
    cleaned = words.name(name, "name", kind)
    with db.write() as session:
        forms.one_at_a_time(session, Term)
        term = _named(session, kind, cleaned)
        if term is not None and term.listed:
            raise Invalid(Message("Danh mục đã có “%(name)s”.", name=term.name), "name")
        if term is None:
            term = Term(kind=kind, name=cleaned, name_key=words.key(cleaned))
            session.add(term)
        elif term.name != cleaned:
            term.name = cleaned
            _reindex(session, term)
        term.listed = True
        session.flush()
        log.record(session, actor, "term:create", "term", term.id, f"{words.KINDS[kind]}: {cleaned}")
        return term.id


def rename(actor: Actor, term_id: int, name: str, *, revision: int | None) -> None:
    """Change the name of a word, also for the documents that have it. `revision` is the revision when the form was opened;
    None means that there was no form. Raises Denied, NotFound, Conflict, and Invalid when another word has this name."""
    require(actor, "term:manage")
    with db.write() as session:
        forms.one_at_a_time(session, Term)
        term = forms.for_change(session, Term, term_id, revision, _require_listed)
        cleaned = words.name(name, "name", term.kind)
        other = _named(session, term.kind, cleaned)
        if other is not None and other is not term:
            # A free tag may be of documents that the actor may not read, so it is joined without a word.
            if other.listed:
                raise Invalid(Message("Danh mục đã có “%(name)s”.", name=other.name), "name")
            _join(session, other, term)
        before = term.name
        if cleaned != before:
            term.name, term.name_key = cleaned, words.key(cleaned)
            forms.bump(term)
            _reindex(session, term)
            details = {"changes": {"name": [before, cleaned]}}
            log.record(session, actor, "term:edit", "term", term.id, f"{words.KINDS[term.kind]}: {cleaned}", details=details)


def close(actor: Actor, term_id: int, *, closed: bool = True) -> None:
    """Close a word, so that it is no longer offered, or open it again. Raises Denied and NotFound."""
    require(actor, "term:manage")
    with db.write() as session:
        term = forms.for_change(session, Term, term_id, None, _require_listed)
        if (term.closed_at is not None) == closed:
            return
        term.closed_at = db.now() if closed else None
        forms.bump(term)
        action = "term:close" if closed else "term:open"
        log.record(session, actor, action, "term", term.id, f"{words.KINDS[term.kind]}: {term.name}")


def _require_listed(term: Term) -> None:
    if not term.listed:
        raise NotFound


def _named(session: Session, kind: str, cleaned: str) -> Term | None:
    return session.scalar(select(Term).where(Term.kind == kind, Term.name_key == words.key(cleaned)))


def _join(session: Session, free: Term, into: Term) -> None:
    """Give the documents of a free tag the word `into` instead, and remove the free tag."""
    have = select(DocumentTerm.document_id).where(DocumentTerm.term_id == into.id)
    moved = DocumentTerm.term_id == free.id, DocumentTerm.document_id.not_in(have)
    session.execute(update(DocumentTerm).where(*moved).values(term_id=into.id).execution_options(synchronize_session=False))
    for rest in session.scalars(select(DocumentTerm).where(DocumentTerm.term_id == free.id)):
        session.delete(rest)
    session.flush()
    session.delete(free)
    session.flush()


def _reindex(session: Session, term: Term) -> None:
    """Let the index follow the new name in all documents that have the word."""
    session.flush()
    ids = list(session.scalars(select(DocumentTerm.document_id).where(DocumentTerm.term_id == term.id).order_by(DocumentTerm.document_id)))
    for some in chunks(ids):
        session.execute(update(Document).where(Document.id.in_(some)).values(revision=Document.revision + 1))
        session.execute(insert(Job), [{"kind": "index", "document_id": number} for number in some])
