"""Readings that were put off: a newer way of reading gave something that would have cost what people made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


class KeptReading(Base):
    """The old reading of a version was kept, although the version was read again. `reader` is the generation that read
    it (reading.generation). `reason` is places (places that people refer to would be lost), no_text (there was text
    before, and now there is none) or internal (reading failed).

    `moves` are the places that would be lost, as services.documents.rereading.places writes them. `as_written` is how
    the text was to be read, like Version.as_written. `decision` is NULL until a person decides: accept or keep.
    """

    __tablename__ = "kept_reading"

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)
    reader: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    moves: Mapped[Any] = mapped_column(JSON)
    as_written: Mapped[bool]
    decision: Mapped[str | None] = mapped_column(String(10))
