"""Alerts of followed saved searches: a search is asked again from time to time, with the rights of its follower, and a
document with which it did not answer before makes a notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Follow, SavedSearch, User
from docmgr.policy import Actor
from docmgr.services.chunks import chunks
from docmgr.services.notifications import answering, making, reasons
from docmgr.services.people import people
from docmgr.services.search import request

# How long a search is not asked again, and how many are asked in one step of the worker.
EVERY = dt.timedelta(minutes=5)
SEARCHES = 5
# How many documents a search tells one by one; the rest becomes one line.
MOST = 20


@dataclass(frozen=True)
class _FollowedSearch:
    """A followed search: the row of models.Follow as it was read, and its follower. `parts` is the search, None when it
    was deleted or the follower may not use it any more."""

    follow_id: int
    search_id: int
    answered: list[int] | None
    looked_at: dt.datetime | None
    actor: Actor
    parts: dict[str, list[str]] | None


def look() -> int:
    """Ask the followed searches that were not asked for the longest time, at most SEARCHES of them. Returns how many."""
    with db.read() as session:
        found = _next(session)
    for asked in found:
        _look(asked)
    return len(found)


def _next(session: Session) -> list[_FollowedSearch]:
    old = or_(Follow.looked_at.is_(None), Follow.looked_at < db.now() - EVERY)
    columns = select(Follow.id, Follow.subject_id, Follow.answered, Follow.looked_at, User, SavedSearch.parts, SavedSearch.shared, SavedSearch.owner_id)
    query = columns.join(User, User.id == Follow.user_id).outerjoin(SavedSearch, SavedSearch.id == Follow.subject_id)
    query = query.where(Follow.kind == "search", old, User.disabled_at.is_(None))
    rows = session.execute(query.order_by(Follow.looked_at.is_not(None), Follow.looked_at, Follow.id).limit(SEARCHES)).all()
    asked = []
    for follow_id, search_id, answered, looked_at, user, parts, shared, owner_id in rows:
        actor = people.acting(user)
        allowed = (shared or owner_id == user.id) and policy.may(actor, "search:save")
        asked.append(_FollowedSearch(follow_id, search_id, answered, looked_at, actor, parts if allowed else None))
    return asked


def _look(asked: _FollowedSearch) -> None:
    known = asked.answered or []
    found = answering.documents(asked.actor, request.stored(asked.parts), without=known) if asked.parts is not None else None
    with db.write() as session:
        row = session.scalar(select(Follow).where(Follow.id == asked.follow_id).with_for_update())
        if row is None or row.looked_at != asked.looked_at:
            # Nobody follows it any more, or another worker was faster.
            return
        row.looked_at = db.now()
        if found is not None and asked.answered is not None:
            making.add(session, _rows(session, asked.actor, asked.search_id, found.ids))
        if found is not None and asked.answered is None and found.total > answering.MOST:
            # There was no index when the search was followed; it is too wide, which was found only now.
            session.delete(row)
            return
        if found is not None and (found.ids or asked.answered is None):
            row.answered = sorted({*known, *found.ids})


def _rows(session: Session, actor: Actor, search_id: int, new: Sequence[int]) -> list[dict[str, Any]]:
    """Make the notices about documents that are new among the answers. Nobody hears of what they handed in themselves."""
    own: set[int] = set()
    for some in chunks(new):
        own |= set(session.scalars(select(Document.id).where(Document.id.in_(some), Document.created_by == actor.user_id)))
    if "answer" in reasons.unwanted(session, [actor.user_id or 0]).get(actor.user_id or 0, ()):
        return []
    told = [number for number in new if number not in own]
    about = {"user_id": actor.user_id, "kind": "search", "subject_id": search_id}
    rows = [{**about, "cause": f"answer:{search_id}:{one}", "reason": "answer", "document_id": one} for one in told[:MOST]]
    if rest := told[MOST:]:
        rows.append({**about, "cause": f"more:search:{search_id}:{rest[-1]}", "reason": "more", "document_id": rest[-1]})
    return rows
