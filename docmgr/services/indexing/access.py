"""What the index may show to an actor."""

from __future__ import annotations

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from indexer import Access


def index_access(session: Session, actor: Actor, also: Actor | None = None) -> Access:
    """The read rule for the index: the actor's lists, of these only the ones that another person reads too, less
    documents whose rights the index may not know yet.

    To be made before the index is asked: what that holds was noted first.
    """
    lists: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    for one in (actor, also) if also else (actor,):
        query = select(Document.id).where(Document.indexed_revision.is_not(None), *_stale(one))
        without |= frozenset(session.scalars(query))
        read = rule.readable_lists(session, one)
        lists = read if lists is None else lists if read is None else lists & read
    return Access(lists, without=without, public=rule.public_lists(session))


def _stale(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What may be stale, in the words of the table's index that finds it, and what of it is."""
    gone = or_(Document.deleted_at.is_not(None), Document.state == "withheld")
    moved = Document.indexed_access_list_id != Document.access_list_id
    return or_(*gone.clauses, moved), or_(gone, not_(rule.readable(actor)))
