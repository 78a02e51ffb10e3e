"""What reading the file of a version gives besides its text: the files inside it, its electronic signatures, and a newer
reading that was put off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime


class Attachment(Base):
    """One file inside the file of the version `version_id`. `position` counts them from 0, and `name` is the name there.

    `document_id` is the document that has its bytes, whose hash is `sha256`. When the file did not become a document,
    both are NULL, and `reason_code` says why (reading.outcomes.LEFT_OUT).
    """

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(500))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    reason_code: Mapped[str | None] = mapped_column(String(50))


class Signature(Base):
    """One electronic signature (chữ ký số) of a version. The columns mean the same as the fields of
    reading.types.Signature. `position` counts the signatures of the version from 0, in the order of signing. The
    verdict is that of Version.read_at: certificates that the site trusts later change nothing."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    position: Mapped[int]
    signer: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    covers: Mapped[str] = mapped_column(String(20))
    valid: Mapped[bool | None]
    chain: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int | None]
    time_stamp: Mapped[str | None] = mapped_column(String(20))


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
