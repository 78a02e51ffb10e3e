"""What all forms that edit a record have in common: cleaned text, locks, revisions, and old and new values for the
trail.

A function that saves a form gets the row with `for_change` and calls `bump` at the end. When two people save the same
form, one is saved and the other gets Conflict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from docmgr import keys
from docmgr.db import Base, now
from docmgr.models import Document, Unit
from docmgr.policy import Actor
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message, Words
from legaltext import dates
from legaltext.text import clean

STALE = Message("Người khác vừa sửa nội dung này. Chưa có gì được lưu; hãy so sánh hai bản rồi lưu lại.")
LONG_TEXT = 20_000
# An arbitrary number: the first key of `one_at_a_time`'s locks on PostgreSQL, which have two keys and so are separate
# from locks with one key.
TABLE_LOCKS = 7_205_832

CHANGED_SINCE = Message("Không hoàn tác được: nội dung này đã thay đổi từ lúc đó. Chưa có gì được sửa.")

Shown = Mapping[str, Words | None]


Row = TypeVar("Row", bound=object)


class Revised(Protocol):
    """A database row that counts its changes in `revision`."""

    revision: int


RevisedRow = TypeVar("RevisedRow", bound=Revised)


def edits_all(actor: Actor) -> bool:
    """Whether the actor may edit the plans, tasks and inspections of every unit. Clerks, leaders, the worker and the command line
    may."""
    return actor.everything or bool(actor.roles & {"clerk", "leader"})


def loaded(session: Session, model: type[Row], key: int) -> Row:
    """Load the row of `model` with the primary key `key` without a lock. Raises NotFound when there is no such row."""
    row = session.get(model, key) if abs(key) <= keys.LARGEST else None
    if row is None:
        raise NotFound
    return row


def locked(session: Session, model: type[Row], key: int, *, to_remove: bool = False) -> Row:
    """Lock and return the row of `model` with the primary key `key`. Others who want to change the row wait until the
    unit of work ends. Set `to_remove` when the row will be deleted; then no other row can start to refer to it
    meanwhile. Raises NotFound when there is no such row."""
    if abs(key) > keys.LARGEST:
        raise NotFound
    session.flush()
    # The row is locked first and read afterwards, because a query that waits for a lock returns joined rows as they
    # were before.
    column = inspect(model).primary_key[0]
    lock = select(column).where(column == key).with_for_update(key_share=not to_remove)
    if session.scalar(lock) is None:
        raise NotFound
    return session.get_one(model, key, populate_existing=True)


def for_change(
    session: Session,
    model: type[RevisedRow],
    key: int,
    revision: int | None,
    allowed: Callable[[RevisedRow], object] = lambda row: None,
) -> RevisedRow:
    """Lock and return the row of `model` with the primary key `key`, to save a form. `revision` is the revision of the
    row when the form was opened; None means that there was no form (command line). `allowed(row)` raises an error when
    the actor may not change the row.

    Raises NotFound when there is no such row, then the error of `allowed`. Raises Conflict when the row no longer has
    this revision.
    """
    row = locked(session, model, key)
    allowed(row)
    if revision is not None:
        check_revision(row.revision, revision)
    return row


def check_revision(stored: int, seen: int) -> None:
    """Raise Conflict when a row was changed since its form was opened. `stored` is its present revision, and `seen` its
    revision when the form was opened."""
    if stored != seen:
        raise Conflict(STALE)


def bump(row: Revised) -> None:
    """Add 1 to the `revision` of the row, because it was changed. Forms that were opened before this are refused from
    now on. A document was then last changed now."""
    row.revision += 1
    if isinstance(row, Document):
        row.changed_at = now()


def mark(ended_at: dt.datetime | None) -> str:
    """Name the moment at which a row was ended, so that an undo can tell this end from any other."""
    return ended_at.isoformat() if ended_at else ""


def check_mark(ended_at: dt.datetime | None, seen: str) -> None:
    """Raise Conflict unless the row, which was ended at `ended_at`, is still ended by the act that has the mark `seen`.
    None means that the row applies."""
    if ended_at is None or mark(ended_at) != seen:
        raise Conflict(CHANGED_SINCE)


def one_at_a_time(session: Session, model: type[Base], *, shared: bool = False) -> None:
    """Let only one unit of work at a time change the table of `model`; others that call this wait until it ends. Use it
    for changes that depend on several rows, for example the choice of a unique name. Those that are `shared` only rely on the table and wait
    for changes alone, not for each other. Call it before any row is locked.
    On SQLite no lock is needed and nothing happens."""
    if session.get_bind().dialect.name == "postgresql":
        # LOCK TABLE is not used: a transaction that holds a row lock and then changes the row would deadlock with us.
        lock = text(f"SELECT pg_advisory_xact_lock{'_shared' * shared}(:family, hashtext(:name))")
        session.execute(lock, {"family": TABLE_LOCKS, "name": model.__tablename__})


def cleaned(text: str | None, field: str, limit: int = LONG_TEXT) -> str | None:
    """Clean the text of a field and remove blanks at its ends. Returns None when nothing is left. Raises Invalid with
    `field` when the text has more than `limit` characters."""
    text = clean((text or "").replace("\r\n", "\n")).strip()
    if len(text) > limit:
        raise Invalid(Message("Nội dung dài quá %(limit)s ký tự; hãy rút gọn.", limit=limit), field)
    return text or None


def required(text: str | None, message: Message, field: str, limit: int = LONG_TEXT) -> str:
    """Clean the text of a field and remove blanks at its ends. Raises Invalid with `message` and `field` when nothing
    is left, and Invalid with `field` when the text has more than `limit` characters."""
    value = cleaned(text, field, limit)
    if value is None:
        raise Invalid(message, field)
    return value


def one_of(value: str, allowed: Mapping[str, str], field: str) -> str:
    """Return `value` if it is a key of `allowed`. Raises Invalid with `field` otherwise."""
    if value not in allowed:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), field)
    return value


def check_units(session: Session, ids: set[int], field: str) -> dict[int, str]:
    """Lock the organisational units with these ids against removal until the unit of work ends; return their names by
    id. Raises Invalid with `field` when one of them does not exist."""
    # Without the lock a unit could be removed between this query and the row that will refer to it.
    query = select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id).with_for_update(read=True, key_share=True)
    names = {unit.id: unit.name for unit in session.scalars(query)}
    if len(names) != len(ids):
        raise Invalid(Message("Đơn vị đã chọn không còn; hãy chọn lại."), field)
    return names


def day(value: dt.date | None) -> str | None:
    """The date in the form that people read, such as "05/02/2024". None when `value` is None."""
    return dates.printed(value) or None


def differences(before: Shown, after: Shown) -> dict[str, dict[str, list[Words | None]]]:
    """Make the details of an edit for the trail: {"changes": {label: [old value, new value]}} with the changed fields
    only. `before` and `after` have the values by the Vietnamese label of their field."""
    labels = [*before, *(label for label in after if label not in before)]
    pairs = {label: [before.get(label), after.get(label)] for label in labels}
    return {"changes": {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}}


def filled(shown: Shown) -> dict[str, Words]:
    """Make the details of a new record for the trail: those values of `shown` that are not blank. `shown` and the
    result have the values by the Vietnamese label of their field."""
    return {label: value for label, value in shown.items() if value}
