"""Case files and the documents in them (hồ sơ; Decree 30/2020/NĐ-CP, Articles 28 to 31)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class CaseFile(Base):
    """A case file (hồ sơ): documents of one matter. A document may lie in several. `code` is its number and symbol (số và ký
    hiệu hồ sơ), which no other case file of the same year has; `year` is that of `opened_on`, and `code_key` the code
    without capitals and blanks.

    `retention_years` is how long it is kept, None for ever. It is closed when `closed_on` is set: then nothing is put in or
    taken out. `handover_on` is the day by which it goes to the archive, `handover_months` after it was closed, and
    `archived_on` the day on which it went there. A decision may keep it until the end of the year `keep_until`. After
    `destroyed_on` what was in it is gone, and the row stays. Units of work that change what is in it lock this row.
    """

    __tablename__ = "case_file"
    __table_args__ = (UniqueConstraint("year", "code_key"), Index("ix_case_file_closed_on_handover_on", "closed_on", "handover_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    code: Mapped[str] = mapped_column(String(50))
    code_key: Mapped[str] = mapped_column(String(50))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(String(500))
    retention_years: Mapped[int | None]
    opened_on: Mapped[dt.date]
    closed_on: Mapped[dt.date | None]
    handover_months: Mapped[int]
    handover_on: Mapped[dt.date | None]
    archived_on: Mapped[dt.date | None]
    keep_until: Mapped[int | None]
    destroyed_on: Mapped[dt.date | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    @property
    def label(self) -> str:
        """The name of the case file in lists and in the trail: its code and title."""
        return f"{self.code} · {self.title}"


class CaseDocument(Base):
    """A document in a case file. `position` orders the documents; two may have the same, then the lower id comes first."""

    __tablename__ = "case_document"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True, index=True)
    position: Mapped[int]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
