"""Plans of work, and the tasks in them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import Unit


class Plan(Base):
    """A plan of work for one year (kế hoạch). Usually the plan was issued as a document, and `document_id` is
    the id of that document; otherwise it is None."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(500))
    year: Mapped[int] = mapped_column(index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    tasks: Mapped[list[Task]] = relationship(order_by="Task.position, Task.id", back_populates="plan")
    unit: Mapped[Unit | None] = relationship(lazy="joined")


class Task(Base):
    """A task of a plan (nhiệm vụ), with a quote of the words in the plan's document that require it.

    `due_rule` says how the date when the task is due is decided: fixed (a given day), recurring, event (it
    depends on an event), inherited (another document decides), continuous (it never ends) or on_request.
    `due_note` says the same in words. For an event, `due_days` days after it, which are `due_unit` days (working or calendar; with
    the day of the event `event_on`), give `due_on`. `state` is open, doing, done or cancelled. The anchor and the quote
    refer to the version `version_id` of the document.
    """

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(Text)
    due_rule: Mapped[str] = mapped_column(String(20), default="fixed")
    due_on: Mapped[dt.date | None] = mapped_column(index=True)
    due_note: Mapped[str | None] = mapped_column(Text)
    due_days: Mapped[int | None]
    due_unit: Mapped[str | None] = mapped_column(String(10))
    event_on: Mapped[dt.date | None]
    expected_evidence: Mapped[str | None] = mapped_column(Text)
    legal_basis: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="open", index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    anchor: Mapped[str | None] = mapped_column(String(200))
    quote: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    plan: Mapped[Plan] = relationship(back_populates="tasks")
    assignments: Mapped[list[Assignment]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class Assignment(Base):
    """The assignment of a task to a unit (phân công). `role` is lead (chủ trì: the unit is responsible) or
    support (phối hợp: it helps)."""

    __tablename__ = "assignment"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))

    unit: Mapped[Unit] = relationship(lazy="joined")


class CalendarYear(Base):
    """A year whose holidays are known. `checked` says that the agency has saved them; those that came with a migration are not."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=1)
    checked: Mapped[bool] = mapped_column(default=False)


class CalendarDay(Base):
    """A day of the working calendar that is not like its weekday: a free day, or a weekend day that is `worked` instead of
    another day."""

    __tablename__ = "calendar_day"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year"), index=True)
    worked: Mapped[bool]
    name: Mapped[str] = mapped_column(String(100))
