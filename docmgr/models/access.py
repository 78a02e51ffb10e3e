"""Who may read and edit: grants as people gave them, and access lists as they work out."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class AccessList(Base):
    """A set of keys that many documents share; `fingerprint` is the SHA-256 of the sorted keys."""

    __tablename__ = "access_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)


class AccessKey(Base):
    """One key of a list: `right` is read or edit, `key` one of policy's forms (staff, unit:7, user:3, …)."""

    __tablename__ = "access_key"
    __table_args__ = (Index("ix_access_key_key_right", "key", "right", "list_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("access_list.id"), primary_key=True)
    right: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)


class Grant(Base):
    """A right given on a folder or a document to one key. Removed when taken back; the trail keeps it."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("folder_id", "document_id", "right", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    right: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(60))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
