"""Who has taken a document to edit it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Checkout(Base):
    """A document that a person has taken to edit it (giữ để sửa). It lasts until `until`; a row whose time is over counts
    as none. The row is written under the lock of the document's row, and is deleted when the document is given back."""

    __tablename__ = "checkout"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    reason: Mapped[str | None] = mapped_column(String(500))
    taken_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    until: Mapped[dt.datetime] = mapped_column(UtcDateTime)
