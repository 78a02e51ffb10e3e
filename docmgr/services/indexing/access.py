"""Compute which entries of the index an actor may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from indexer import Access


def index_access(session: Session, actor: Actor, also: Actor | None = None) -> Access:
    """Compute the filter that the index applies for an actor: the ids of the access lists that the actor may read,
    and the ids of documents to leave out because their rights in the index may be out of date. `also` is a second
    person: then only lists that both may read are included. Call this before the index is asked. `sync` writes to the
    database before it changes the index, so a document whose rights in the index are about to change is found here in
    time."""
    lists: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    for one in (actor, also) if also else (actor,):
        query = select(Document.id).where(Document.indexed_revision.is_not(None), *_stale(one))
        without |= frozenset(session.scalars(query))
        read = rule.readable_lists(session, one)
        lists = read if lists is None else lists if read is None else lists & read
    return Access(lists, without=without, public=rule.public_lists(session))


def _stale(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return two SQL conditions on Document. A document that meets both must be left out of the results, because the
    index may show it although the actor may not read it. The first condition is that the rights in the index may be
    out of date; it fits a partial index of the table, so that such documents are found fast. The second condition is
    that the actor may not read the document."""
    gone = or_(Document.deleted_at.is_not(None), Document.state == "withheld")
    moved = Document.indexed_access_list_id != Document.access_list_id
    return or_(*gone.clauses, moved), or_(gone, not_(rule.readable(actor)))
