"""Which worker of all machines holds a duty that only one may have."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime


class WorkerDuty(Base):
    """A duty that one worker has at a time, such as writing the index. `token` grows each time somebody takes it, so that who
    had it before is recognised. `holder` names machine and process of who has it, and `seen_at` is when that worker last gave
    a sign of life, by the clock of the database."""

    __tablename__ = "duty"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    token: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(String(100), default="")
    seen_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
