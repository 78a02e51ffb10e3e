"""The pages of scans whose text was recognised."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


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
