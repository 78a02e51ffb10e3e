"""How documents relate: citations as found in the text, relations as they hold."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Citation(Base):
    """A mention of another document in a version's text. The target is resolved when it is asked for."""

    __tablename__ = "citation"
    # What texts say of a document in one role, where thousands cite it.
    __table_args__ = (
        Index("ix_citation_number_key_role", "number_key", "role"),
        Index("ix_citation_name_key_role", "name_key", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    number: Mapped[str | None] = mapped_column(String(100))
    number_key: Mapped[str | None] = mapped_column(String(100), index=True)
    name: Mapped[str | None] = mapped_column(Text)
    name_key: Mapped[str | None] = mapped_column(String(300), index=True)
    # The same in all citations of this version that mean the same document (services.relations.missing_documents.document_keys).
    document_key: Mapped[str | None] = mapped_column(String(320))
    type: Mapped[str | None] = mapped_column(String(100))
    issuer: Mapped[str | None] = mapped_column(String(300))
    issued_on: Mapped[dt.date | None]
    # `anchor`: where it stands; `provision`: where it points.
    anchor: Mapped[str] = mapped_column(String(200), default="")
    provision: Mapped[str | None] = mapped_column(String(200))
    quote: Mapped[str] = mapped_column(Text, default="")


class Relation(Base):
    """Quan hệ văn bản: typed (policy.RELATIONS), directed; ended, never deleted."""

    __tablename__ = "relation"

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    source_anchor: Mapped[str | None] = mapped_column(String(200))
    target_anchor: Mapped[str | None] = mapped_column(String(200))
    quote: Mapped[str | None] = mapped_column(Text)
    # None: made by the command line. What the texts say by themselves stays a Citation.
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
