"""How documents are related: citations found in their texts, and relations that people made."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Citation(Base):
    """A place in the text of a version that names another document by number or name. The row does not store
    which document this is. It is looked up whenever it is needed, because that document may be added
    later."""

    __tablename__ = "citation"
    # For the citations with one role that name a document, which can be cited thousands of times.
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
    # The same in all citations of this version that mean the same document
    # (services.relations.missing_documents.document_keys).
    document_key: Mapped[str | None] = mapped_column(String(320))
    type: Mapped[str | None] = mapped_column(String(100))
    issuer: Mapped[str | None] = mapped_column(String(300))
    issued_on: Mapped[dt.date | None]
    # `anchor` is where the citation occurs; `provision` is the anchor that it names in the other document.
    anchor: Mapped[str] = mapped_column(String(200), default="")
    provision: Mapped[str | None] = mapped_column(String(200))
    quote: Mapped[str] = mapped_column(Text, default="")


class Relation(Base):
    """A relation (quan hệ văn bản) from the document `source_id` to the document `target_id`. `type` is a
    key of policy.RELATIONS. A relation is ended, never deleted."""

    __tablename__ = "relation"

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    source_anchor: Mapped[str | None] = mapped_column(String(200))
    target_anchor: Mapped[str | None] = mapped_column(String(200))
    quote: Mapped[str | None] = mapped_column(Text)
    # NULL: the command line made it. What the texts themselves state is a Citation and no Relation.
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
