"""Share links: addresses by which people without an account read one document or one case file."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class ShareLink(Base):
    """A share link (liên kết chia sẻ) to a document or a case file; exactly one of the two ids is set. The address contains a
    random token; this row has only its SHA-256 (hex), so that nobody can open it with data from the database.

    It shows what its maker, `made_by`, may read at that moment. `password_hash` is NULL when no password is asked for, and
    `most_openings` when the number of `openings` is not limited. `downloads` counts the files that were sent. A link that
    ends stays as a row: it `expires_at`, or somebody withdrew it.
    """

    __tablename__ = "share_link"
    __table_args__ = (CheckConstraint("(document_id IS NULL) <> (case_id IS NULL)", name="one_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(300))
    most_openings: Mapped[int | None]
    openings: Mapped[int] = mapped_column(default=0)
    downloads: Mapped[int] = mapped_column(default=0)
    last_opened_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
