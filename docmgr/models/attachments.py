"""The files inside a mail, an archive or an edXML message, and the documents that they became."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


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
