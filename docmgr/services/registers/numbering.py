"""Give the next number of a series, or a free one, in the open unit of work. The row of the series is locked first, so that
no two units of work give the same number; a unique constraint is behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import NumberSeries, RegisterEntry
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.registers import series as number_series
from docmgr.services.registers import words
from docmgr.services.trail import log
from legaltext.numbers import printed_serial

GONE = Message("Số này vừa được dùng, hoặc không thuộc dãy và năm này; hãy chọn số khác.")


def lock(session: Session, series_id: int) -> NumberSeries:
    """Lock and return an open series; others who want a number of its kind wait, since another series may print the same
    numbers. Documents are locked before. Raises Invalid when it was closed or deleted."""
    kind = select(NumberSeries.kind).where(NumberSeries.id == series_id).scalar_subquery()
    session.execute(select(NumberSeries.id).where(NumberSeries.kind == kind).order_by(NumberSeries.id).with_for_update())
    try:
        series = forms.locked(session, NumberSeries, series_id)
    except NotFound:
        raise Invalid(Message("Dãy số đã chọn không còn; hãy chọn lại."), "series") from None
    if series.closed_at is not None:
        raise Invalid(Message("Dãy “%(series)s” đã đóng; hãy chọn dãy khác.", series=series.name), "series")
    return series


def following(session: Session, series: NumberSeries, year: int) -> int:
    """The next number of the series in the year. Lines are never deleted, so it follows the largest one."""
    query = select(func.max(RegisterEntry.number)).where(RegisterEntry.series_id == series.id, RegisterEntry.year == year)
    return number_series.after(series, year, session.scalar(query))


def take(session: Session, actor: Actor, series: NumberSeries, day: dt.date, entry_id: int | None, **columns: Any) -> RegisterEntry:
    """Give a number of the locked series for the day: the next one of its year, or that of the line `entry_id`, which must
    be free. `columns` are further columns of the line by name. Raises Invalid when it is not free, or the year has no number
    left."""
    if entry_id is None:
        return add(session, actor, series, day, following(session, series, day.year), "issued", **columns)
    try:
        entry = forms.locked(session, RegisterEntry, entry_id)
    except NotFound:
        raise Invalid(GONE, "entry") from None
    if entry.series_id != series.id or entry.year != day.year or entry.state not in words.FREE:
        raise Invalid(GONE, "entry")
    for name, value in columns.items():
        setattr(entry, name, value)
    entry.dated_on = day
    mark(entry, actor, "issued", None)
    return entry


def add(
    session: Session, actor: Actor, series: NumberSeries, day: dt.date, number: int, state: str, **columns: Any
) -> RegisterEntry:
    """Add the line of a number to the register. Raises Invalid when the number is larger than words.LARGEST."""
    if number > words.LARGEST:
        raise Invalid(Message("Số lớn nhất của một năm là %(most)s.", most=words.LARGEST), "number")
    entry = RegisterEntry(
        series_id=series.id, kind=series.kind, year=day.year, number=number, state=state, dated_on=day,
        changed_by=actor.user_id, changed_label=actor.label[:300], **columns,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


def mark(entry: RegisterEntry, actor: Actor, state: str, reason: str | None) -> None:
    """Change the state of a line, and say who did it and why."""
    entry.state, entry.reason = state, reason
    entry.changed_by, entry.changed_label, entry.changed_at = actor.user_id, actor.label[:300], db.now()
    forms.bump(entry)


def record(session: Session, actor: Actor, action: str, entry: RegisterEntry, details: dict[str, Any]) -> None:
    """Record an event about a line without a document. Its label is the number with its year and series."""
    series = session.get_one(NumberSeries, entry.series_id)
    label = f"{printed_serial(entry.number)}/{entry.year} · {series.name}"
    log.record(session, actor, action, "register", entry.id, label, details=details)
