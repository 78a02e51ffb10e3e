"""Compute which entries of the index an actor may see."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import ColumnElement, CompoundSelect, not_, or_, select
from sqlalchemy.orm import Session

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import pending, rule
from indexer import Access


def index_access(session: Session, actor: Actor, also: Actor | None = None) -> Access:
    """Compute which entries of the index an actor may see. The result has the ids of the access lists that the actor
    may read, and of the access lists that everybody may read. It also has the ids of documents to leave out, because
    their rights in the index may be out of date. With a second person `also`, only entries that both may see are
    included. Call this before the index is asked, never after."""
    lists: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    for one in (actor, also) if also else (actor,):
        without |= frozenset(session.scalars(_left_out(one)))
        read = rule.readable_lists(session, one)
        lists = read if lists is None else lists if read is None else lists & read
    return Access(lists, without=without, public=rule.public_lists(session))


# Each search asks it, and making it anew takes longer than the answer.
@lru_cache(maxsize=256)
def _left_out(actor: Actor) -> CompoundSelect[int]:
    held = Document.indexed_revision.is_not(None)
    later = pending.waiting_ids().where(held, not_(rule.readable(actor)))
    return select(Document.id).where(held, *_stale(actor)).union_all(later)


def _stale(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return two SQL conditions on Document. A document that meets both must be left out of the results. First: the
    rights in the index may be out of date. Second: the actor may not read the document."""
    gone = or_(Document.deleted_at.is_not(None), Document.state == "withheld")
    moved = Document.indexed_access_list_id != Document.access_list_id
    return or_(*gone.clauses, moved), or_(gone, not_(rule.readable(actor)))
