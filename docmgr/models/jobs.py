"""The queue: work to do after a change, written in the same transaction as the change."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Job(Base):
    """One piece of work, `kind` read or index. The row goes away when the work is done.

    A database queue, because only it shares the transaction of the change: no change without its job, no job
    without its change. A lease that ran out may be taken by another worker.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_kind_run_after", "kind", "run_after"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    run_after: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    leased_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
