"""Count many documents that an actor may read. The read rule (services.access.rule) is asked once for each access list, not once for
each document; only what refuses while lists are pending is asked of each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import lending, pending, rule


def by(session: Session, actor: Actor, column: InstrumentedAttribute[Any], here: ColumnElement[bool]) -> dict[Any, int]:
    """Count the documents that meet the SQL condition `here` and that the actor may read, by the value of a column of Document.
    Documents in the recycle bin are not counted."""
    if actor.everything or actor.lent is not None:
        counted = select(column, func.count()).where(here, rule.visible(actor)).group_by(column)
    else:
        number = func.count().label("number")
        kept = here & rule.not_in_bin() & ~pending.refuses(actor.keys, "read")
        lists = select(column.label("value"), Document.access_list_id, number).where(kept).group_by(column, Document.access_list_id).subquery()
        readable = lending.lists(actor.keys, "read", lists.c.access_list_id)
        counted = select(lists.c.value, func.sum(lists.c.number)).where(readable).group_by(lists.c.value)
    return {value: int(total) for value, total in session.execute(counted)}
