"""The queue of background jobs. A job is written in the same transaction as the change that needs it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Job(Base):
    """One job for the worker. `kind` is "read" (read a file), "reread" (read a file again when nothing else waits), "ocr"
    (recognise the text of a scan, or of the pages of a PDF that are pictures), "render" (render an office file for its page pictures), "rendition" (look through a
    further file of a version), "rendition-ocr" (recognise one that is a scan) or "index" (bring a document up to date in the index). The row is deleted when the job is
    done.

    The queue is in the database, so that a job and the change that needs it are committed together or not at
    all. The worker that takes a job sets `leased_until`. When that time has passed, another worker may take
    the job.
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
