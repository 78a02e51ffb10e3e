"""Abbreviations that a site added, changed or took out; those built in are not rows."""

from __future__ import annotations

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


class Abbreviation(Base):
    """Từ viết tắt. `key` is its spelling without marks, the same for all ways to write it."""

    __tablename__ = "abbreviation"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    key: Mapped[str] = mapped_column(String(100), unique=True)
    short: Mapped[str] = mapped_column(String(30))
    # What it stands for; none where one that is built in was taken out.
    names: Mapped[list[str]] = mapped_column(JSON)
