"""Tell people of tasks, findings and recommendations of their unit that are soon due or overdue, and of documents that they have
not confirmed in time or given no opinion on, and clerks of publications: once a day, and once for each deadline; and of documents that they have taken to edit when their time is over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr import db, policy
from docmgr.models import (
    Assignment,
    Checkout,
    Finding,
    Notice,
    NoticePlace,
    Occurrence,
    Receipt,
    Recommendation,
    Task,
    User,
)
from docmgr.services.consulting import inviting
from docmgr.services.inspection.lists import UNANSWERED
from docmgr.services.notifications import making, reasons
from docmgr.services.notifications.subjects import ACTIONS
from docmgr.services.openness import due as publications
from docmgr.services.people import people
from docmgr.services.planning.occurrences.rollup import spread
from docmgr.services.planning.overdue import UNFINISHED
from legaltext import dates

SOON_DAYS = 7
# Nobody is told of a deadline that was missed longer ago: it was told, or there were no notices then.
LATE_DAYS = 30
# Nobody is told of a time to edit that ended longer ago.
EXPIRED_WITHIN = dt.timedelta(days=2)
# How many people are told of it in one unit of work.
AT_ONCE = 500


@dataclass(frozen=True)
class DueThing:
    """A kind of things with deadlines: what is selected of each (id, deadline, unit), and which of them are not done yet. Occurrences
    are told as their task, of which the id is selected; two of one day are one notice."""

    kind: str
    query: Select[int, dt.date | None, int]
    due_on: InstrumentedAttribute[dt.date | None]
    undone: ColumnElement[bool]


_OF_UNITS = (
    select(Occurrence.task_id.label("id"), Occurrence.due_on, Occurrence.unit_id).join(Task, Task.id == Occurrence.task_id).where(Task.state != "cancelled")
)
# Those that support the only unit are told as well.
_RECURRING = (
    select(Occurrence.task_id.label("id"), Occurrence.due_on, Assignment.unit_id).join(Task, Task.id == Occurrence.task_id)
    .join(Assignment, Assignment.task_id == Task.id).where(Task.state != "cancelled")
)  # fmt: skip
_THINGS = (
    DueThing("task", select(Task.id, Task.due_on, Assignment.unit_id).join(Assignment, Assignment.task_id == Task.id), Task.due_on, Task.state.in_(UNFINISHED) & ~spread()),
    DueThing("task", _OF_UNITS.where(Task.fan_out.is_not(None)).distinct(), Occurrence.due_on, Occurrence.state.in_(UNFINISHED)),
    DueThing("task", _RECURRING.where(Task.fan_out.is_(None)).distinct(), Occurrence.due_on, Occurrence.state.in_(UNFINISHED)),
    DueThing("finding", select(Finding.id, Finding.due_on, Finding.unit_id), Finding.due_on, Finding.state != "closed"),
    DueThing("recommendation", select(Recommendation.id, Recommendation.due_on, Recommendation.unit_id), Recommendation.due_on, UNANSWERED),
)


def tell() -> int:
    """Make the notices of today's deadlines, if that was not done today. Returns how many notices were offered to the
    database, which leaves out those that were made on an earlier day."""
    today = dates.today()
    making.started()
    with db.read() as session:
        if session.scalar(select(NoticePlace.due_on).where(NoticePlace.id == 1)) == today:
            return 0
        rows = [row for kind in dict.fromkeys(one.kind for one in _THINGS) for row in _rows(session, kind, today)] + _receipts(session, today) + _unless_refused(session, publications.rows(session, today)) + _unless_refused(session, inviting.reminders(session, today))
    with db.write() as session:
        place = making.locked_place(session)
        if place.due_on == today:
            return 0
        making.add(session, rows)
        place.due_on = today
    return len(rows)


def _rows(session: Session, kind: str, today: dt.date) -> list[dict[str, Any]]:
    """Make the notices of all things of a kind together: what is too much for one person is told in one line."""
    times = (
        ("overdue", today - dt.timedelta(days=LATE_DAYS), today - dt.timedelta(days=1)),
        ("due_soon", today, today + dt.timedelta(days=SOON_DAYS)),
    )
    rows: list[dict[str, Any]] = []
    for reason, first, last in times:
        found: dict[int, list[Row[int, dt.date | None, int]]] = defaultdict(list)
        for thing in (one for one in _THINGS if one.kind == kind):
            for row in session.execute(thing.query.where(thing.undone, thing.due_on.between(first, last))):
                # A finding or recommendation need not be of a unit.
                if row.unit_id is not None:
                    found[row.unit_id].append(row)
        for user_id, unit_id in _members(session, reason, ACTIONS[kind], list(found)):
            rows += _of_person(user_id, reason, today, kind, sorted(found[unit_id], key=lambda one: (one.due_on, one.id)))
    return rows


def _receipts(session: Session, today: dt.date) -> list[dict[str, Any]]:
    """Make the notices of receipts that are due and still open. Whether the person may still read the document is asked when the
    notice is shown."""
    query = select(Receipt.id, Receipt.user_id, Receipt.document_id, Receipt.due_on).join(User, User.id == Receipt.user_id)
    open_ = Receipt.confirmed_at.is_(None) & Receipt.withdrawn_at.is_(None) & User.disabled_at.is_(None)
    due = Receipt.due_on.between(today - dt.timedelta(days=LATE_DAYS), today)
    found = session.execute(query.where(open_, due).order_by(Receipt.due_on, Receipt.id)).all()
    off = reasons.unwanted(session, {row.user_id for row in found})
    return [
        {
            "user_id": row.user_id, "cause": f"receipt_due:{row.id}:{row.due_on}", "reason": "receipt_due", "kind": "document",
            "subject_id": row.document_id,
        }
        for row in found
        if "receipt_due" not in off.get(row.user_id, ())
    ]  # fmt: skip


def _unless_refused(session: Session, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the notices that their persons do not want."""
    off = reasons.unwanted(session, {row["user_id"] for row in found})
    return [row for row in found if row["reason"] not in off.get(row["user_id"], ())]


def _members(session: Session, reason: str, action: str, unit_ids: list[int]) -> list[tuple[int, int]]:
    """Find the active people of these units whose roles allow `action` and who want to hear of this: (person, unit) pairs of ids."""
    if not unit_ids:
        return []
    users = list(session.scalars(select(User).where(User.unit_id.in_(unit_ids), User.disabled_at.is_(None)).order_by(User.id)))
    off = reasons.unwanted(session, [user.id for user in users])
    return [
        (user.id, user.unit_id)
        for user in users
        if user.unit_id is not None and reason not in off.get(user.id, ()) and policy.may(people.actor_for(user), action)
    ]


def _of_person(user_id: int, reason: str, today: dt.date, kind: str, found: list[Row[int, dt.date | None, int]]) -> list[dict[str, Any]]:
    # Tasks have no mark, as in the notices that were made when only they had deadlines.
    mark = "" if kind == "task" else f"{kind}:"
    rows = [
        {"user_id": user_id, "cause": f"{reason}:{mark}{one.id}:{one.due_on}", "reason": reason, "kind": kind, "subject_id": one.id}
        for one in found[: making.MOST_OF_ONE]
    ]
    if more := len(found) - len(rows):
        cause = f"more:{reason}:{kind}:{today}"
        rows.append({"user_id": user_id, "cause": cause, "reason": "more", "kind": f"{kind}s", "subject_id": 0, "more": more})
    return rows


def tell_expired() -> int:
    """Make notices for those whose time to edit a document that they have taken is over, one for each time. There is none for a
    document that was given back, or that somebody else has taken since. Returns how many notices were made, at most AT_ONCE."""
    now = db.now()
    told = select(Notice.id).where(Notice.user_id == Checkout.user_id, Notice.kind == "document", Notice.reason == "expired")
    told = told.where(Notice.subject_id == Checkout.document_id, Notice.created_at >= Checkout.until)
    query = select(Checkout.user_id, Checkout.document_id, Checkout.until).join(User, User.id == Checkout.user_id).where(User.disabled_at.is_(None), ~told.exists())
    query = query.where(Checkout.until <= now, Checkout.until > now - EXPIRED_WITHIN, ~reasons.refused(Checkout.user_id, "expired"))
    with db.read() as session:
        if session.execute(query.limit(1)).first() is None:
            return 0
    with db.write() as session:
        # Whose time was made longer meanwhile is not told. Those whose time is being changed wait for the next call.
        query = query.order_by(Checkout.until, Checkout.document_id).limit(AT_ONCE).with_for_update(of=Checkout, skip_locked=True)
        rows = [
            {
                "user_id": one.user_id, "cause": f"expired:{one.document_id}:{one.until:%Y-%m-%dT%H:%M:%S.%f}", "reason": "expired",
                "kind": "document", "subject_id": one.document_id,
            }
            for one in session.execute(query)
        ]  # fmt: skip
        making.add(session, rows)
    return len(rows)
