"""Who may read and edit documents: the rights that people have given (grants), and the access lists computed
from them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class AccessList(Base):
    """A set of access keys (see AccessKey) that all documents with the same rights share. `fingerprint` is
    the SHA-256 of the sorted keys; it serves to find an existing list with the same keys."""

    __tablename__ = "access_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)


class AccessKey(Base):
    """One key of an access list. `right` is "read" or "edit". `key` is an access key of docmgr.policy:
    staff, unit:7, user:3, …"""

    __tablename__ = "access_key"
    __table_args__ = (Index("ix_access_key_key_right", "key", "right", "list_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("access_list.id"), primary_key=True)
    right: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)


class Grant(Base):
    """A right that was given to the holders of one access key, either on a folder (`folder_id`) or on a
    document (`document_id`). The row is deleted when the right is revoked; the trail keeps the event."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("folder_id", "document_id", "right", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    right: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(60))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
