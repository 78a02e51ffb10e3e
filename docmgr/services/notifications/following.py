"""Follow things and stop following them. Who follows what is private: it is no event of the trail, and nobody else sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from docmgr import db, keys, policy
from docmgr.models import Follow, SavedSearch, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.notifications import answering, subjects
from docmgr.services.notifications.subjects import FOLLOWED, Named
from docmgr.services.search import request

MOST = 200
TOO_MANY = Message("Mỗi người theo dõi được nhiều nhất %(most)s mục. Hãy bỏ bớt ở trang “Đang theo dõi”.", most=MOST)
TOO_WIDE = Message("Tìm kiếm này có hơn %(most)s kết quả, nên không theo dõi được. Hãy thêm điều kiện.", most=answering.MOST)


@dataclass(frozen=True)
class FollowedThing:
    """A thing that the actor follows, as the list shows it. `kind` is a key of subjects.FOLLOWED."""

    kind: str
    id: int
    name: Named
    since: dt.datetime


def follow(actor: Actor, kind: str, subject_id: int) -> None:
    """Follow a thing; nothing happens when the actor follows it already.

    Raises NotFound when there is no such thing or the actor may not see it. Raises Invalid when the actor follows MOST
    things, or when a saved search has more than answering.MOST answers.
    """
    policy.require(actor, "account:own")
    if kind not in FOLLOWED or abs(subject_id) > keys.LARGEST or actor.user_id is None:
        raise NotFound
    with db.read() as session:
        if (kind, subject_id) not in subjects.named(session, actor, [(kind, subject_id)]):
            raise NotFound
    answered = _answered(actor, subject_id) if kind == "search" else None
    with db.write() as session:
        # The person's row is locked, because two clicks at once must make one row, and no more than MOST.
        forms.locked(session, User, actor.user_id)
        if _row(session, actor, kind, subject_id) is not None:
            return
        if _count(session, actor) >= MOST and not _forget_unseen(session, actor):
            raise Invalid(TOO_MANY)
        looked_at = db.now() if answered is not None else None
        session.add(Follow(user_id=actor.user_id, kind=kind, subject_id=subject_id, answered=answered, looked_at=looked_at))


def _answered(actor: Actor, search_id: int) -> list[int] | None:
    """Find the documents with which the search answers now; None without an index, so that the worker finds them later."""
    with db.read() as session:
        parts = session.scalar(select(SavedSearch.parts).where(SavedSearch.id == search_id))
    found = answering.documents(actor, request.stored(parts or {}))
    if found is not None and found.total > answering.MOST:
        raise Invalid(TOO_WIDE)
    return None if found is None else list(found.ids)


def stop(actor: Actor, kind: str, subject_id: int) -> None:
    """Stop following a thing, whether or not the actor may still see it. Nothing happens when the actor does not follow
    it."""
    policy.require(actor, "account:own")
    if abs(subject_id) > keys.LARGEST:
        return
    with db.write() as session:
        if (row := _row(session, actor, kind, subject_id)) is not None:
            session.delete(row)


def follows(actor: Actor, kind: str, subject_id: int) -> bool:
    """Whether the actor follows this thing."""
    with db.read() as session:
        return _row(session, actor, kind, subject_id) is not None


def ids(actor: Actor, kind: str) -> frozenset[int]:
    """Find the ids of the things of this kind that the actor follows."""
    with db.read() as session:
        return frozenset(session.scalars(select(Follow.subject_id).where(Follow.user_id == actor.user_id, Follow.kind == kind)))


def everything(actor: Actor) -> list[FollowedThing]:
    """List what the actor follows and may see now: by kind in the order of subjects.FOLLOWED, the newest first. Raises
    Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    order = list(FOLLOWED)
    with db.read() as session:
        rows = session.scalars(select(Follow).where(Follow.user_id == actor.user_id).order_by(Follow.id.desc())).all()
        names = subjects.named(session, actor, ((row.kind, row.subject_id) for row in rows))
    seen = [FollowedThing(row.kind, row.subject_id, name, row.since) for row in rows if (name := names.get((row.kind, row.subject_id)))]
    return sorted(seen, key=lambda one: order.index(one.kind))


def _row(session: Session, actor: Actor, kind: str, subject_id: int) -> Follow | None:
    query = select(Follow).where(Follow.user_id == actor.user_id, Follow.kind == kind, Follow.subject_id == subject_id)
    return session.scalar(query)


def _count(session: Session, actor: Actor) -> int:
    return session.scalar(select(func.count(Follow.id)).where(Follow.user_id == actor.user_id)) or 0


def _forget_unseen(session: Session, actor: Actor) -> bool:
    """Stop following what the actor may not see any more, since the list does not show it. Returns whether there was any."""
    rows = session.execute(select(Follow.id, Follow.kind, Follow.subject_id).where(Follow.user_id == actor.user_id)).all()
    names = subjects.named(session, actor, ((row.kind, row.subject_id) for row in rows))
    gone = [row.id for row in rows if (row.kind, row.subject_id) not in names]
    session.execute(delete(Follow).where(Follow.id.in_(gone)))
    return bool(gone)
