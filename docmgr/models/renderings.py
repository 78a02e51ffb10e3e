"""Pictures of pages: office files rendered to PDF, and pages of scans that people have turned."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Rendering(Base):
    """The PDF that was rendered from a file, for page pictures. `sha256` is the hash of the file, and `pdf_sha256` that of
    the PDF, whose bytes are in the storage. When the file could not be rendered, `reason_code` says why, as a key of
    reading.outcomes.REASONS, and `pdf_sha256` is NULL.

    This is a cache: a row that is deleted is made again when somebody looks at the preview."""

    __tablename__ = "rendering"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    pages: Mapped[int | None]
    reason_code: Mapped[str | None] = mapped_column(String(50))
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class PageTurn(Base):
    """A page of a scan that a person has turned, because it was scanned sideways or upside down. `number` counts the
    pages of the version from 1. `angle` is 90, 180 or 270 degrees clockwise; a page that was turned back has no row."""

    __tablename__ = "page_turn"

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    angle: Mapped[int]
