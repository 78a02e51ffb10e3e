"""Whom a comment concerns besides those who follow its document: those whom it names, those to whom it answers, and its author when it
is resolved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docmgr.models import Comment, TrailEvent
from docmgr.services.chunks import chunks

# What makes somebody hear of a comment, and the detail of these events that has its id.
RESOLVED = "comment:resolve"
ACTIONS = frozenset({"comment:add", "comment:edit", RESOLVED})
ID = "comment_id"
# The ids of those whom the text names, of an edit only those whom it did not name before.
NAMED = "named"
Hearers = dict[int, str]


def hearers(session: Session, found: Collection[TrailEvent]) -> dict[int, Hearers]:
    """Find who hears of the comments of these events: by the number of the event, the ids of persons with the reason. Events of
    comments that were deleted meanwhile, or resolved and opened again, are missing."""
    ids = {event.details.get(ID) for event in found if event.action in ACTIONS}
    query = select(Comment.id, Comment.parent_id, Comment.created_by, Comment.resolved_at).where(Comment.deleted_at.is_(None))
    rows = [row for some in chunks({one for one in ids if isinstance(one, int)}) for row in session.execute(query.where(Comment.id.in_(some)))]
    parents = {row.id: row.parent_id for row in rows}
    settled = {row.id: row.created_by for row in rows if row.resolved_at is not None and row.created_by is not None}
    speakers = _speakers(session, {parent for parent in parents.values() if parent is not None})
    told: dict[int, Hearers] = {}
    for event in found:
        number = event.details.get(ID)
        if event.action == RESOLVED:
            if number in settled:
                told[event.seq] = {settled[number]: "resolved"}
        elif event.action in ACTIONS and isinstance(number, int) and number in parents:
            answered = speakers[parents[number] or 0] if event.action == "comment:add" else []
            told[event.seq] = {**{user_id: "answered" for at, user_id in answered if at < number}, **dict.fromkeys(_named(event), "mentioned")}
    return told


def _named(event: TrailEvent) -> list[int]:
    ids = event.details.get(NAMED)
    return [user_id for user_id in ids if isinstance(user_id, int)] if isinstance(ids, list) else []


def _speakers(session: Session, parents: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """Find who has spoken below these comments and wrote them: (id of the comment, id of the person) by the id of the first one."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    query = select(Comment.id, Comment.parent_id, Comment.created_by).where(Comment.deleted_at.is_(None))
    for some in chunks(parents):
        for number, parent, user_id in session.execute(query.where(or_(Comment.id.in_(some), Comment.parent_id.in_(some)))):
            found[parent or number].append((number, user_id))
    return found
