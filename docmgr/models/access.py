"""Who may read and edit documents: the local roles that people have given (grants), what each of them may do, and the access
lists computed from them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
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


class PendingAccess(Base):
    """Documents in the folder that still have the access list `list_id` get the list `new_list_id`, one lot after another
    (services.access.applying). Until then only who is on both lists reads and edits them."""

    __tablename__ = "pending_access"
    __table_args__ = (UniqueConstraint("folder_id", "list_id", "new_list_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"))
    list_id: Mapped[int] = mapped_column(ForeignKey("access_list.id"))
    new_list_id: Mapped[int] = mapped_column(ForeignKey("access_list.id"))


class LocalRole(Base):
    """A local role (policy.LOCAL_ROLES, and policy.OWNER), which people hold on folders and documents. `revision` counts the
    changes of what it may do."""

    __tablename__ = "local_role"

    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")


class LocalRight(Base):
    """One right (a key of policy.LOCAL_RIGHTS) that a local role holds."""

    __tablename__ = "local_right"

    role: Mapped[str] = mapped_column(ForeignKey("local_role.role"), primary_key=True)
    right: Mapped[str] = mapped_column(String(20), primary_key=True)


class SitePolicy(Base):
    """How often administrators changed what the roles of the site may do: one row with the id 1, or none before the first change.
    Processes keep what they read of SiteRight until `revision` is another one."""

    __tablename__ = "site_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")


class SiteRight(Base):
    """One change of what policy.ACTIONS says: `role` may do `action` now (`allowed`), or no longer."""

    __tablename__ = "site_right"

    action: Mapped[str] = mapped_column(String(40), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    allowed: Mapped[bool]


class Grant(Base):
    """A local role that was given to the holders of one access key, either on a folder (`folder_id`) or on a
    document (`document_id`). The row is deleted when the role is taken back; the trail keeps the event."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("folder_id", "document_id", "role", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class SharingChange(Base):
    """A change of the rights on a folder or document that can be undone for a day. `before` and `after` are the rights given
    on it: {"inherit": …, "given": [[role, key], …]}, sorted. Rows that are too old are deleted."""

    __tablename__ = "sharing_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by_label: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
