"""Comments (ý kiến) on documents and their provisions."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Comment(Base):
    """A comment on a document, or an answer to the comment `parent_id`; nobody answers an answer.

    `version_id` is the version that its author saw, and `anchor` a provision in it; NULL for the whole document. `place` is how this
    provision was called then. `mentions` are the ids of the persons whom it names, `former` its earlier texts.

    `resolved_at` is only set where `parent_id` is NULL. A deleted comment stays without its texts. The trail has no text, but
    the SHA-256 of `salt` and text: so it proves what stood here, and nobody can guess a text that is gone.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_document_id_parent_id", "document_id", "parent_id"),
        Index("ix_comment_created_by_created_at", "created_by", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), index=True)
    anchor: Mapped[str | None] = mapped_column(String(200))
    place: Mapped[str | None] = mapped_column(String(300))
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
    mentions: Mapped[list[int]] = mapped_column(JSON, default=list)
    former: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_by_label: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    edited_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    resolved_by_label: Mapped[str | None] = mapped_column(String(300))
    resolved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    deleted_by_label: Mapped[str | None] = mapped_column(String(300))
    deleted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
