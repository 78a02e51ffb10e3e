"""Reading receipts: who was asked to confirm that they read a document, and who did."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now

_OPEN = text("confirmed_at IS NULL AND withdrawn_at IS NULL")


class Receipt(Base):
    """A person, `user_id`, was asked to confirm that they read a document (xác nhận đã đọc). `unit_id` is the unit that was asked
    as a whole, NULL when the person was. It is open until it is confirmed or withdrawn; a person has one open receipt of
    a document. `version_no` is the version that the person confirmed, and `version_id` its row, NULL once that is gone."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_open", "document_id", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_receipt_user_id_confirmed_at", "user_id", "confirmed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    due_on: Mapped[dt.date]
    note: Mapped[str | None] = mapped_column(String(500))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), index=True)
    version_no: Mapped[int | None]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
