"""Tags and fields of work (nhãn, lĩnh vực), and the documents that have them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime


class Term(Base):
    """A word by which documents are grouped. `kind` is "tag" (nhãn) or "field" (lĩnh vực). `listed` words are the vocabulary,
    which administrators keep; other tags were typed by people. `name_key` is the name without capitals, so that one word is
    not there twice. After `closed_at` it is no longer offered; documents keep it."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("kind", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(200))
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class DocumentTerm(Base):
    """A document has a tag or a field of work."""

    __tablename__ = "document_term"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"), primary_key=True, index=True)
