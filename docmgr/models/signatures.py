"""The electronic signatures of the files of versions, as they were when the file was read."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime


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
