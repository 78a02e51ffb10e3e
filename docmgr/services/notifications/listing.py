"""A person's notices: how many are unread, a page of them, and marking them as read.

What a notice tells of is looked up when it is shown. A notice that tells of something that the person may not see any more is
neither shown nor counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Finding, Notice, Recommendation, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.chunks import chunks
from docmgr.services.errors import NotFound
from docmgr.services.notifications import spoken, subjects
from docmgr.services.notifications.making import MOST_DOCUMENTS
from docmgr.services.notifications.subjects import Named

PAGE_SIZE = 50
# The header shows "99+" when there are more.
MOST_COUNTED = 99
# How many of the newest unread notices the header looks at: it is on every page, also for somebody who lost every right.
MOST_LOOKED_AT = 1_000
_IN_INSPECTIONS: dict[str, type[Finding] | type[Recommendation]] = {"finding": Finding, "recommendation": Recommendation}
_SPOKEN = frozenset({"mentioned", "answered", "commented", "resolved"})
# Reasons of which the list says who did it. Of others there are several people, or the worker.
_BY_SOMEBODY = frozenset({"assigned", "addressed", "handed", "inspected", "team", "unit_answered", "judged", "extension_asked", "extension_answered", "receipt", "consulted", "shared", "version", "workflow", "facts", "linked", "edited", *_SPOKEN})


@dataclass(frozen=True)
class NoticeRow:
    """A notice as the list shows it. `kind` and `subject_id` say which thing it is about. `about` is what it is about, and `document` the document of which it tells besides;
    None when there is none. `place` names the thing `about` where the document comes first: the followed folder or
    search. `number` is how many documents or changes it stands for, 0 when that is not told, and `at_least` means that
    there are more. `action` is the action of the trail event and `who` the name of the person who did it; "" when
    unknown."""

    id: int
    at: dt.datetime
    read: bool
    reason: str
    action: str
    who: str
    kind: str
    subject_id: int
    about: Named | None
    document: Named | None
    number: int = 0
    at_least: bool = False


@dataclass(frozen=True)
class OpenedNotice:
    """The page that shows what a notice is about: that of the thing `kind` and `id`, at the place `anchor` if there is one. The kind
    "comment" is the comment with the id `anchor` on the document `id`."""

    kind: str
    id: int
    anchor: str | None = None


@dataclass(frozen=True)
class NoticePage:
    """One page of notices, the newest first. `older` is the id from which the next page goes on, None on the last page. `seq`
    is the number of the last event of which the page tells."""

    rows: tuple[NoticeRow, ...]
    older: int | None
    seq: int


def unread(actor: Actor) -> int:
    """Count the actor's unread notices of things that the actor may see now, up to MOST_COUNTED + 1. Only the newest
    MOST_LOOKED_AT are looked at."""
    if actor.user_id is None:
        return 0
    with db.read() as session:
        return session.scalar(subjects.counted(session, actor, MOST_LOOKED_AT, MOST_COUNTED + 1)) or 0


def page(actor: Actor, *, before: int | None = None, after: int = 0, only_unread: bool = False) -> NoticePage:
    """Load one page of the actor's notices, with ids above `after` and below `before`; None means the newest. Raises Denied
    when the actor is not signed in."""
    policy.require(actor, "account:own")
    query = select(Notice).where(Notice.user_id == actor.user_id, Notice.id > after)
    if before is not None:
        query = query.where(Notice.id < before)
    if only_unread:
        query = query.where(Notice.read_at.is_(None))
    with db.read() as session:
        query = query.where(subjects.visible(session, actor))
        found = list(session.scalars(query.order_by(Notice.id.desc()).limit(PAGE_SIZE + 1)))
        rows = found[:PAGE_SIZE]
        seq = max((one.seq for one in rows if one.seq is not None), default=0)
        return NoticePage(_rows(session, actor, rows), rows[-1].id if len(found) > PAGE_SIZE else None, seq)


def _rows(session: Session, actor: Actor, notices: Sequence[Notice]) -> tuple[NoticeRow, ...]:
    readable = _readable(session, actor, {number for one in notices for number in one.documents or ()})
    seen = {one.id: [number for number in one.documents or () if number in readable] for one in notices}
    papers = {one.id: seen[one.id][-1] if seen[one.id] else one.document_id for one in notices}
    wanted = {(one.kind, one.subject_id) for one in notices} | {("document", number) for number in papers.values() if number is not None}
    names = subjects.named(session, actor, wanted)
    numbers = {one.seq for one in notices if one.seq is not None and one.reason in _BY_SOMEBODY}
    events = {event.seq: event for some in chunks(numbers) for event in session.scalars(select(TrailEvent).where(TrailEvent.seq.in_(some)))}
    return tuple(
        _row(one, events.get(one.seq or 0), names.get((one.kind, one.subject_id)), names.get(("document", papers[one.id] or 0)), len(seen[one.id]))
        for one in notices
    )


def _readable(session: Session, actor: Actor, ids: Collection[int]) -> set[int]:
    """Find which of the documents the actor may read now. It is one query: a page has at most PAGE_SIZE * MOST_DOCUMENTS
    documents, which both databases take."""
    return set(session.scalars(select(Document.id).where(Document.id.in_(ids), rule.visible(actor)))) if ids else set()


def _row(one: Notice, event: TrailEvent | None, about: Named | None, document: Named | None, seen: int) -> NoticeRow:
    """Make the row of a notice. `seen` is how many of its `documents` the actor may read."""
    return NoticeRow(
        id=one.id, at=one.created_at, read=one.read_at is not None, reason=one.reason, kind=one.kind, subject_id=one.subject_id,
        action=event.action if event is not None else "", who=event.actor_label if event is not None and event.actor_id else "",
        about=about, document=document, number=seen if one.documents else one.more,
        # Only if all of those that the notice names are readable: nothing is told of the others.
        at_least=bool(one.documents and one.more and seen == MOST_DOCUMENTS),
    )  # fmt: skip


def open_one(actor: Actor, notice_id: int) -> OpenedNotice:
    """Mark a notice of the actor as read. Returns whose page shows what it is about. Raises NotFound when there is no such
    notice, or the actor may not see any more what it tells of."""
    policy.require(actor, "account:own")
    with db.write() as session:
        row = session.scalar(select(Notice).where(Notice.id == notice_id, Notice.user_id == actor.user_id, subjects.visible(session, actor)))
        if row is None:
            raise NotFound
        row.read_at = row.read_at or db.now()
        return _opened(session, actor, row)


def _opened(session: Session, actor: Actor, row: Notice) -> OpenedNotice:
    if row.kind in _IN_INSPECTIONS:
        model = _IN_INSPECTIONS[row.kind]
        number = session.scalar(select(model.inspection_id).where(model.id == row.subject_id))
        return OpenedNotice("inspection", number or 0, f"{row.kind}-{row.subject_id}")
    if row.reason in _SPOKEN:
        event = session.scalar(select(TrailEvent).where(TrailEvent.seq == row.seq))
        return OpenedNotice("comment", row.subject_id, str(event.details.get(spoken.ID, "")) if event is not None else None)
    readable = _readable(session, actor, row.documents or ())
    seen = [number for number in row.documents or () if number in readable]
    # A folder is worth opening for several documents, if the actor may see it.
    if len(seen) > 1 and subjects.named(session, actor, [("folder", row.subject_id)]):
        return OpenedNotice("folder", row.subject_id)
    document = seen[-1] if seen else row.document_id if row.kind in {"document", "folder", "search"} else None
    return OpenedNotice(row.kind, row.subject_id) if document is None else OpenedNotice("document", document)


def mark(actor: Actor, notice_id: int | None = None, up_to: int | None = None, seq: int | None = None) -> None:
    """Mark one notice of the actor as read, or all with ids up to `up_to`, the newest one on the page, and events up to `seq`
    (`NoticePage.seq`); so what came since stays unread, also in the line of a folder that was there already. Nothing
    happens when there is none."""
    policy.require(actor, "account:own")
    which = Notice.id == notice_id if notice_id is not None else Notice.id <= (up_to or 0)
    if seq is not None:
        which &= Notice.seq.is_(None) | (Notice.seq <= seq)
    with db.write() as session:
        own = update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None), which)
        session.execute(own.values(read_at=db.now()), execution_options={"synchronize_session": False})
