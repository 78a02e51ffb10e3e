"""What every form that edits a record shares: clean words, the lock and the revision, old → new for the trail.

An edit takes its row by `for_change` and ends with `bump`: the row is locked before its revision is compared, so that
of two people who save over the same state one is saved and the other is told. Acts that no form with a revision leads
to take their row by `locked`, names that must be unique are given under `one_at_a_time`.

Decides nothing about plans, inspections or links themselves; only how a changed field is checked, compared
and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from docmgr.db import Base
from docmgr.models import Unit
from docmgr.policy import Actor
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message, Words
from legaltext import dates
from legaltext.text import clean

STALE = Message("Người khác vừa sửa nội dung này. Chưa có gì được lưu; hãy so sánh hai bản rồi lưu lại.")
LONG_TEXT = 20_000
# Any number: the locks of `one_at_a_time` on PostgreSQL, which lie apart from those that have one number only.
TABLE_LOCKS = 7_205_832

Shown = Mapping[str, Words | None]


Row = TypeVar("Row", bound=object)


class Revised(Protocol):
    """A row that counts its changes."""

    revision: int


RevisedRow = TypeVar("RevisedRow", bound=Revised)


def edits_all(actor: Actor) -> bool:
    """Whether the actor edits the work of every unit: clerks, leaders and the system itself."""
    return actor.everything or bool(actor.roles & {"clerk", "leader"})


def locked(session: Session, model: type[Row], key: int, *, to_remove: bool = False) -> Row:
    """The row as it is now; others who want to change it wait until the unit of work ends. Raises NotFound.

    Other rows may come to refer to it meanwhile, unless it is to be removed. SQLite's unit of work waits for its turn by
    itself.
    """
    session.flush()
    # Locked first and read afterwards: a row that was waited for comes with its joined rows as they were before.
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
    """The locked row, for a form that was filled in over `revision`; None: no form was (command line).

    Raises NotFound, Conflict where somebody changed it in between, and before that what `allowed` raises: whoever may
    not change the row is not told whether it changed.
    """
    row = locked(session, model, key)
    allowed(row)
    if revision is not None:
        check_revision(row.revision, revision)
    return row


def check_revision(stored: int, seen: int) -> None:
    """Raise Conflict unless the form was filled in over what is stored now."""
    if stored != seen:
        raise Conflict(STALE)


def bump(row: Revised) -> None:
    """The row has changed: forms filled in over what it was are stale from now on."""
    row.revision += 1


def one_at_a_time(session: Session, model: type[Base]) -> None:
    """Let one unit of work at a time do what rests on several rows of a small table (a name is given once).

    Comes before any row is locked. SQLite's unit of work waits for its turn by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Not LOCK TABLE: whoever has locked a row and goes on to change it would wait for us, and we for the row.
        lock = text("SELECT pg_advisory_xact_lock(:family, hashtext(:name))")
        session.execute(lock, {"family": TABLE_LOCKS, "name": model.__tablename__})


def cleaned(text: str | None, field: str, limit: int = LONG_TEXT) -> str | None:
    """Clean text without outer blanks, None where nothing is left. Raises Invalid over `limit` characters."""
    text = clean((text or "").replace("\r\n", "\n")).strip()
    if len(text) > limit:
        raise Invalid(Message("Nội dung dài quá %(limit)s ký tự; hãy rút gọn.", limit=limit), field)
    return text or None


def required(text: str | None, message: Message, field: str, limit: int = LONG_TEXT) -> str:
    """`cleaned`, and Invalid(message) where nothing is left."""
    value = cleaned(text, field, limit)
    if value is None:
        raise Invalid(message, field)
    return value


def one_of(value: str, allowed: Mapping[str, str], field: str) -> str:
    """The value where it is a key of `allowed`; raises Invalid otherwise."""
    if value not in allowed:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), field)
    return value


def check_units(session: Session, ids: set[int], field: str) -> dict[int, str]:
    """Names of the units by id, which stay until the unit of work ends; raises Invalid where one does not exist."""
    # Without the lock a unit could be removed between this look and the row that refers to it.
    query = select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id).with_for_update(read=True, key_share=True)
    names = {unit.id: unit.name for unit in session.scalars(query)}
    if len(names) != len(ids):
        raise Invalid(Message("Đơn vị đã chọn không còn; hãy chọn lại."), field)
    return names


def day(value: dt.date | None) -> str | None:
    """A date as people read it: 05/02/2024; None for none."""
    return dates.printed(value) or None


def differences(before: Shown, after: Shown) -> dict[str, dict[str, list[Words | None]]]:
    """Trail details of an edit: {"changes": {label: [old, new]}}, only what changed."""
    labels = [*before, *(label for label in after if label not in before)]
    pairs = {label: [before.get(label), after.get(label)] for label in labels}
    return {"changes": {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}}


def filled(shown: Shown) -> dict[str, Words]:
    """Trail details of a new record: the fields that are not blank."""
    return {label: value for label, value in shown.items() if value}
