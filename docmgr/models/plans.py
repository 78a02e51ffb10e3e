"""Plans of work, and the tasks in them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import Unit


class Plan(Base):
    """A plan of work for one year (kế hoạch). Usually the plan was issued as a document, and `document_id` is
    the id of that document; otherwise it is None. `answers_id` is the superior plan that this plan of a unit carries out."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(500))
    year: Mapped[int] = mapped_column(index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    tasks: Mapped[list[Task]] = relationship(order_by="Task.position, Task.id", back_populates="plan")
    unit: Mapped[Unit | None] = relationship(lazy="joined")


class Task(Base):
    """A task of a plan (nhiệm vụ), with a quote of the words in the plan's document that require it.

    `due_rule` says how the date when the task is due is decided: fixed (a given day), recurring, event (it
    depends on an event), inherited (another document decides), continuous (it never ends) or on_request.
    `due_note` says the same in words. For an event, `due_days` days after it, which are `due_unit` days (working or calendar; with
    the day of the event `event_on`), give `due_on`. `state` is open, doing, done or cancelled, and waiting (reported, to be confirmed) only
    where occurrences give it. The anchor and the quote refer to the version `version_id` of the document.

    A task that recurs (`recurs_every`, from `recurs_from` to `recurs_until`) or that each of several units does (`fan_out`) is carried
    out in occurrences. Its `state` and `due_on` then follow from them, except that it may be cancelled. `fan_out` is below (the units
    below `fan_out_unit_id`, of those the ones whose name begins with `fan_out_words`) or listed (the units that have occurrences).

    `person_id` is the person in charge of a task that is carried out once, `extended_on` the later day that was granted, which is then `due_on`, and
    `done_on` the day on which it was done. A task may be due `due_days` days after the task `due_task_id`: after its last day, or after it is done (`due_after`
    is due or done).

    `target` is the figure to reach, in thousandths of `target_unit`; by `target_rule` it is the least or the most. With `target_each` each occurrence is to reach
    it, otherwise all of them together. `target_words` is how the document says it. `reached` is the figure that a task which is carried out once reached.
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
    recurs_every: Mapped[str | None] = mapped_column(String(20))
    recurs_from: Mapped[dt.date | None]
    recurs_until: Mapped[dt.date | None]
    fan_out: Mapped[str | None] = mapped_column(String(10))
    fan_out_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    fan_out_words: Mapped[str | None] = mapped_column(String(200))
    expected_evidence: Mapped[str | None] = mapped_column(Text)
    legal_basis: Mapped[str | None] = mapped_column(Text)
    target: Mapped[int | None] = mapped_column(BigInteger)
    target_unit: Mapped[str | None] = mapped_column(String(50))
    target_rule: Mapped[str | None] = mapped_column(String(10))
    target_each: Mapped[bool] = mapped_column(default=False, server_default=false())
    target_words: Mapped[str | None] = mapped_column(Text)
    reached: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20), default="open", index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    anchor: Mapped[str | None] = mapped_column(String(200))
    quote: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    extended_on: Mapped[dt.date | None]
    done_on: Mapped[dt.date | None]
    due_task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    due_after: Mapped[str | None] = mapped_column(String(10))
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


class Occurrence(Base):
    """One time that one unit carries out a task (kỳ thực hiện): the period `number`, counted from 1, whose day is `counted_on` before the
    calendar moved it to `due_on`. A task that neither recurs nor is given to several units has none.

    `state` is open, doing, waiting (reported, to be confirmed), done (confirmed) or not_applicable. `reason` says why it was given
    back or does not apply, `note` how far it is. `person_id` is the person in charge. `extended_on` is the later day that was granted, which
    is then `due_on`. `reached` is the figure that was reached of the task's target, in thousandths.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("task_id", "unit_id", "number"),
        Index("ix_occurrence_unit_id_state_due_on_task_id", "unit_id", "state", "due_on", "task_id"),
        # Lists, the calendar and totals by task and by unit are answered by these alone.
        Index("ix_occurrence_state_due_on_task_id_unit_id", "state", "due_on", "task_id", "unit_id"),
        Index("ix_occurrence_due_on_state_task_id_unit_id", "due_on", "state", "task_id", "unit_id"),
        Index("ix_occurrence_task_id_state_due_on", "task_id", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[int]
    counted_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]
    extended_on: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(String(20), default="open", server_default="open")
    reason: Mapped[str | None] = mapped_column(Text)
    reached: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reported_by_label: Mapped[str | None] = mapped_column(String(300))
    reported_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by_label: Mapped[str | None] = mapped_column(String(300))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()


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
