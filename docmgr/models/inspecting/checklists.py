"""Checklists (danh mục nội dung kiểm tra), and the lines that an inspection has checked."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Checklist(Base):
    """A named list of lines from which inspections take theirs."""

    __tablename__ = "checklist"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    title: Mapped[str] = mapped_column(String(300))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class ChecklistLine(Base):
    """A line of a checklist: what is checked. It may refer to the provision `anchor` of the document `document_id`, in whatever
    version is asked for, or to a task. A line that is `dropped` is not taken any more; inspections that took it keep it."""

    __tablename__ = "checklist_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"), index=True)
    place: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    anchor: Mapped[str | None] = mapped_column(String(200))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    dropped: Mapped[bool] = mapped_column(default=False, server_default=false())


class InspectionCheck(Base):
    """A line of an inspection: what was checked, with its result (open, passed, failed or not_applicable) and a note. Text and
    place are those that the line of the checklist `line_id` had when it was taken. Evidence is a Link that names it."""

    __tablename__ = "inspection_check"
    __table_args__ = (Index("ix_inspection_check_document_id_anchor", "document_id", "anchor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("checklist_line.id"), index=True)
    place: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    anchor: Mapped[str | None] = mapped_column(String(200))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    result: Mapped[str] = mapped_column(String(20), default="open", server_default="open")
    note: Mapped[str | None] = mapped_column(Text)
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by_label: Mapped[str | None] = mapped_column(String(300))
    checked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class CheckPhoto(Base):
    """A photo of a line of an inspection: a JPEG that was made of the file, without what that told besides its pixels. A photo is
    ended, never deleted."""

    __tablename__ = "check_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("inspection_check.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_label: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
