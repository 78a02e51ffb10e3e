"""Make notices from the trail, as the worker does in its own time.

The events after a stored place are looked at, and the notices are written in the same unit of work that moves the place.
So each event is looked at once, also when two workers do it at the same time or one is killed in between. What would be
too many notices about one thing becomes one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Notice, NoticePlace, TrailEvent
from docmgr.services.notifications import audience, gathering
from docmgr.services.notifications import events as trail_events
from docmgr.services.notifications.batch import Draft
from legaltext import dates

# How many events are looked at in one unit of work.
EVENTS = 2_000
# How many notices about one thing a person gets from one run; the rest becomes one line.
MOST_OF_ONE = 50
# More tasks than these that one run gives to a person's unit in one plan become one line.
MOST_GIVEN = 5
# How many documents a notice names that stands for several.
MOST_DOCUMENTS = 100
# Both dialects have "on conflict do nothing", but SQLAlchemy has a separate statement for each.
INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_BLANK: dict[str, Any] = {"document_id": None, "documents": None, "more": 0, "seq": None, "read_at": None}


def make() -> int:
    """Make the notices of the next events, at most EVENTS of them, and move the place. Returns how many events were
    looked at; events that concern nobody by their action do not count. The first call only sets the place, so that
    nobody is told of what happened before there were notices."""
    place = started()
    with db.read() as session:
        last, events = _next(session, place)
        if last == place:
            return 0
        batch = gathering.load(session, events)
        drafts = [draft for event in events for draft in audience.drafts(batch, event)]
    with db.write() as session:
        row = locked_place(session)
        if row.seq != place:
            # Another worker was faster, and has made these notices.
            return 0
        _save(session, drafts)
        row.seq = last
    return len(events)


def started() -> int:
    """Load the place: the number of the last event that was looked at. If there is none, it is set to the newest event."""
    query = select(NoticePlace.seq).where(NoticePlace.id == 1)
    with db.read() as session:
        place = session.scalar(query)
    if place is not None:
        return place
    with db.write() as session:
        newest = session.scalar(select(func.max(TrailEvent.seq))) or 0
        # Another worker may set it at the same moment.
        session.execute(inserted(session, NoticePlace).values(id=1, seq=newest))
        return session.scalars(query).one()


def locked_place(session: Session) -> NoticePlace:
    """Lock and return the row of the place: no other worker writes notices until the unit of work ends."""
    query = select(NoticePlace).where(NoticePlace.id == 1).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def inserted(session: Session, model: type[Any]) -> Any:
    """Begin an INSERT statement for `model` that leaves out rows which are there already."""
    return INSERTS[session.get_bind().dialect.name](model).on_conflict_do_nothing()


def _next(session: Session, place: int) -> tuple[int, Sequence[TrailEvent]]:
    """Load the next events that may concern somebody. Returns (the new place, events)."""
    newest = session.scalar(select(func.max(TrailEvent.seq))) or 0
    query = select(TrailEvent).where(TrailEvent.seq > place, TrailEvent.action.in_(trail_events.TOLD))
    events = session.scalars(query.order_by(TrailEvent.seq).limit(EVENTS)).all() if newest > place else []
    if len(events) == EVENTS:
        return events[-1].seq, events
    # Events that were committed after the first query are among them on PostgreSQL.
    return max([newest, place, *(event.seq for event in events)]), events


def _save(session: Session, drafts: Iterable[Draft]) -> None:
    held: dict[tuple[int, str, int], list[Draft]] = defaultdict(list)
    arrived: dict[tuple[int, int], list[Draft]] = defaultdict(list)
    for draft in _once(drafts):
        if draft.reason == "arrival":
            arrived[draft.user_id, draft.subject_id].append(draft)
        else:
            held[draft.user_id, *draft.within].append(draft)
    rows: list[dict[str, Any]] = []
    for group in held.values():
        given = [draft for draft in group if draft.reason == "assigned"]
        if len(given) > MOST_GIVEN and given[0].within[0] == "plan":
            rows.append(_given(given))
            group = [draft for draft in group if draft.reason != "assigned"]
        rows += [_row(draft) for draft in group[:MOST_OF_ONE]] + _summed_up(group[MOST_OF_ONE:])
    add(session, sorted(rows, key=lambda row: (row["user_id"], row["seq"])))
    _save_arrivals(session, arrived)


def _once(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Leave out further notices that tell a person of rights on one thing: one change may give them several roles."""
    told: set[tuple[int, str, int]] = set()
    for draft in drafts:
        about = draft.user_id, draft.kind, draft.subject_id
        if draft.reason == "shared" and about in told:
            continue
        if draft.reason == "shared":
            told.add(about)
        yield draft


def add(session: Session, rows: Collection[dict[str, Any]]) -> None:
    """Write notices, the values of models.Notice by column. A cause for which a person has a notice is left out."""
    if rows:
        moment = db.now()
        session.execute(inserted(session, Notice), [{**_BLANK, "created_at": moment, **row} for row in rows])


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "user_id": draft.user_id, "cause": f"event:{draft.seq}", "reason": draft.reason, "kind": draft.kind,
        "subject_id": draft.subject_id, "document_id": draft.document_id, "seq": draft.seq,
    }  # fmt: skip


def _given(drafts: Sequence[Draft]) -> dict[str, Any]:
    """Make one notice of many tasks that a unit got in one plan. Their names are those of tasks, which all readers of plans see."""
    last = drafts[-1]
    kind, number = last.within
    return {
        "user_id": last.user_id, "cause": f"given:{kind}:{number}:{last.seq}", "reason": "assigned", "kind": kind, "subject_id": number,
        "more": len({draft.subject_id for draft in drafts}), "seq": last.seq,
    }  # fmt: skip


def _summed_up(rest: Sequence[Draft]) -> list[dict[str, Any]]:
    """Make one notice of many about one thing. It counts those only that tell of no document besides the thing itself:
    whether the reader may read a document is asked when the notice is shown, and a number cannot be asked."""
    if not rest:
        return []
    last = rest[-1]
    kind, number = last.within
    open_to_all = [one for one in rest if one.document_id is None and (one.kind != "document" or (one.kind, one.subject_id) == last.within)]
    told_of = last.document_id or (last.subject_id if last.kind == "document" else None)
    return [
        {
            "user_id": last.user_id, "cause": f"more:{kind}:{number}:{last.seq}", "reason": "more", "kind": kind, "subject_id": number,
            "document_id": None if open_to_all else told_of, "more": len(open_to_all), "seq": last.seq,
        }
    ]  # fmt: skip


def _save_arrivals(session: Session, arrived: dict[tuple[int, int], list[Draft]]) -> None:
    """Write what came into followed folders: one notice for a folder and a day. A notice of today gets the new documents
    too; if it has been read, it has only them, and is unread again."""
    today = dates.today()
    for (user_id, folder_id), group in sorted(arrived.items()):
        cause = f"folder:{folder_id}:{today.isoformat()}"
        # Locked, since the person may mark it as read at this moment.
        row = session.scalar(select(Notice).where(Notice.user_id == user_id, Notice.cause == cause).with_for_update())
        if row is None:
            row = Notice(user_id=user_id, cause=cause, reason="arrival", kind="folder", subject_id=folder_id, documents=[], more=0)
            session.add(row)
        elif row.read_at is not None:
            row.read_at, row.documents, row.more = None, [], 0
        _extend(row, group)


def _extend(row: Notice, group: Sequence[Draft]) -> None:
    new = dict.fromkeys([*(row.documents or ()), *(draft.document_id for draft in group if draft.document_id is not None)])
    row.documents, row.more = list(new)[:MOST_DOCUMENTS], row.more + max(0, len(new) - MOST_DOCUMENTS)
    row.seq = group[-1].seq

