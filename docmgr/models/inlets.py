"""The ways by which the worker takes files by itself: a watched folder and a mailbox."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime


class Inlet(Base):
    """The state of one inlet. `name` is "folder" or "mailbox", and `source` the path or address that was watched.

    `checked_at` is when the worker last looked. `problem` is a key of services.inbox.state.PROBLEMS, or NULL when the
    look went well; `detail` has what else is known of it. `taken` and `refused` count files since the source was first
    watched, `left_behind` what lay there at the last look and is never taken. `uid_validity` and `last_uid` say up to
    which message a mailbox was taken; NULL for a folder."""

    __tablename__ = "inlet"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[str | None] = mapped_column(Text)
    taken: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    left_behind: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int | None] = mapped_column(BigInteger)
