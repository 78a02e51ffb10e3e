"""The forms of its own that an agency has for the papers that the program makes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class PaperTemplate(Base):
    """One version of a form: a DOCX with fields, whose bytes are in the storage under `sha256`. `paper` is a key of
    writing.own_forms.papers.PAPERS, and `no` counts the versions of a paper. `problems` are the messages, as JSON, that its trial with an invented
    paper gave. At most one version of a paper is `active`; where none is, the program writes the paper itself. Rows are never deleted."""

    __tablename__ = "paper_template"
    __table_args__ = (
        UniqueConstraint("paper", "no"),
        Index("uq_paper_template_active", "paper", unique=True, sqlite_where=text("active"), postgresql_where=text("active")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[str] = mapped_column(String(40))
    no: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    problems: Mapped[list[Any]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_label: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
