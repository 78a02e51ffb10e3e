"""Pictures of pages: office files rendered to PDF, the recognised words of scans, and pages that people have turned."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
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
    pages of the version from 1. `angle` is 0, 90, 180 or 270 degrees clockwise; 0 means that it was turned back."""

    __tablename__ = "page_turn"

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    angle: Mapped[int]


class RecognisedPage(Base):
    """One page of a version whose text was recognised (OCR). `number` counts the pages from 1. `content` has the words
    with their places, as reading.ocr.words writes them. `confidence` is the mean confidence of the words, from 0 to
    100; NULL when there are none.

    Each page is stored as soon as it is recognised, so that a long scan goes on after a crash where it was."""

    __tablename__ = "recognised_page"

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    confidence: Mapped[int | None]
    content: Mapped[Any] = mapped_column(JSON)


class RenditionPage(Base):
    """One recognised page of a further file of a version, kept until all of its pages were looked through for a secrecy
    stamp. `number` counts the pages from 1. `content` has the words, as reading.ocr.words writes them."""

    __tablename__ = "rendition_page"

    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Any] = mapped_column(JSON)
