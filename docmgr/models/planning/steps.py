"""What tasks wait for, and the later days that were asked for."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class TaskPrecondition(Base):
    """The task `task_id` needs the task `needed_id` of the same plan done first. Where somebody waived it, `waived_at`, by whom and
    `waived_reason` say so; all are NULL otherwise."""

    __tablename__ = "task_precondition"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True, autoincrement=False)
    needed_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True, autoincrement=False, index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    waived_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    waived_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    waived_by_label: Mapped[str | None] = mapped_column(String(300))
    waived_reason: Mapped[str | None] = mapped_column(Text)


class DueExtension(Base):
    """A later day that was asked for a task that is carried out once, or for one occurrence (gia hạn). `state` is asked, granted,
    refused or withdrawn; of one task or occurrence at most one is asked. `due_on` is the day that counted before, `wanted_on` the day
    asked for, and `granted_on` the one that was granted."""

    __tablename__ = "due_extension"
    __table_args__ = (Index("ix_due_extension_task_id_occurrence_id", "task_id", "occurrence_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="asked", server_default="asked")
    due_on: Mapped[dt.date]
    wanted_on: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by_label: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    granted_on: Mapped[dt.date | None]
    note: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_label: Mapped[str | None] = mapped_column(String(300))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
