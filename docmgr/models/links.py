"""Links between a document, or one provision of it, and a task, inspection or finding."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Link(Base):
    """A link (liên kết) between a document and a task, inspection or finding. Exactly one of `task_id`,
    `inspection_id` and `finding_id` is set. `role` is basis, evidence, result or checked_against. A link is
    ended, never deleted.

    The anchor names a provision of the version `version_id`. Without an anchor, the link concerns the whole
    document. `occurrence_id` is the occurrence of the task that the evidence proves; None means the whole task. `check_id` is the line of the inspection, and `recommendation_id` the recommendation of it, whose answer the document is.
    """

    __tablename__ = "link"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN task_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN inspection_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN finding_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        Index("ix_link_document_id_ended_at", "document_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"), index=True)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_check.id"), index=True)
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("recommendation.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    anchor: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    # The date of the evidence, which can differ from the day on which it was uploaded.
    dated_on: Mapped[dt.date | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_label: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_by_label: Mapped[str | None] = mapped_column(String(300))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
