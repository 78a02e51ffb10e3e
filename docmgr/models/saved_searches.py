"""Searches that people keep: a name and the parts of a search's address."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import User


class SavedSearch(Base):
    """Tìm kiếm đã lưu. `parts`: name of an address part → its values; what it finds is asked anew each time."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(100))
    parts: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    # Shown to everybody who may search; only the owner changes it.
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    owner: Mapped[User] = relationship(lazy="joined")
