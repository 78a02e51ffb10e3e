"""Legal holds, which forbid that something is deleted for good, and what is kept of documents that were."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Hold(Base):
    """A legal hold (tạm giữ) on a document, or on a case file and thereby on every document in it. Exactly one of
    `document_id` and `case_id` is set. It applies until `ended_at`; the row stays."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("(document_id IS NULL) <> (case_id IS NULL)", name="one_subject"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    set_by_label: Mapped[str] = mapped_column(String(300))
    set_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_by_label: Mapped[str | None] = mapped_column(String(300))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(500))


class Tombstone(Base):
    """What is kept of a document that was deleted for good: what it was, the SHA-256 hashes of its files in hexadecimal, who
    put it into the bin, and who deleted it for good, when and why. Its row in `document` stays without content. When it was
    destroyed with a case file, `case_id` is that, and `place` where it lay."""

    __tablename__ = "tombstone"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    label: Mapped[str] = mapped_column(Text)
    type: Mapped[str | None] = mapped_column(String(100))
    number: Mapped[str | None] = mapped_column(String(100))
    subject: Mapped[str | None] = mapped_column(Text)
    issuer: Mapped[str | None] = mapped_column(String(300))
    issued_on: Mapped[dt.date | None]
    hashes: Mapped[list[str]] = mapped_column(JSON)
    deleted_by_label: Mapped[str | None] = mapped_column(String(300))
    deleted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    purged_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    purged_by_label: Mapped[str] = mapped_column(String(300))
    purged_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)
    # A sentence of the program (services.message), as JSON.
    reason: Mapped[dict[str, Any]] = mapped_column(JSON)
    case_id: Mapped[int | None] = mapped_column(index=True)
    place: Mapped[int | None]
    # What registers print besides.
    signer: Mapped[str | None] = mapped_column(String(200))
    recipients: Mapped[list[str] | None] = mapped_column(JSON)
