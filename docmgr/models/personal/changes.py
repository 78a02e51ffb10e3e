"""What a person changed on documents and folders, kept for a day so that it can be undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class BulkChange(Base):
    """One act of one person on one or more documents, or on a folder. `kind` is a key of services.bulk.undoing.KINDS. Rows that are too old are
    deleted."""

    __tablename__ = "bulk_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)


class ChangedDocument(Base):
    """One document of a BulkChange: what was changed, as it was before and as the change left it. The row is deleted when the
    change of the document is undone."""

    __tablename__ = "changed_document"

    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_change.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True, index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChangedFolder(Base):
    """The folder of a BulkChange: where it was, and where the change put it. The row is deleted when the change is undone."""

    __tablename__ = "changed_folder"

    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_change.id"), primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"), primary_key=True, index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
