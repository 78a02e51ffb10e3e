"""Ways of tasks out of the site and into it: private calendars, and workbooks that become tasks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class CalendarFeed(Base):
    """The private calendar of a person. Its address contains a secret; this row has only the secret's SHA-256 (hex). `asked` is how often
    it was asked for since `window_at`."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    window_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    asked: Mapped[int] = mapped_column(default=0, server_default="0")


class TaskSheet(Base):
    """A workbook that a person uploaded to make tasks of a plan from it, until they do or a day has passed. `rows` are its rows below
    the one with the names of columns, `head`: each as [number of the row, texts]."""

    __tablename__ = "task_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)
    name: Mapped[str] = mapped_column(String(300))
    head: Mapped[list[str]] = mapped_column(JSON)
    rows: Mapped[list[tuple[int, list[str]]]] = mapped_column(JSON)
