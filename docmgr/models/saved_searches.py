"""Saved searches: each has a name and the parameters of the search's address."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import User


class SavedSearch(Base):
    """A saved search (tìm kiếm đã lưu). `parts` maps each parameter of the search's address to the list of
    its values. The results are not stored."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(100))
    parts: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    # Whether everybody who may search sees it. Only the owner can change it.
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    owner: Mapped[User] = relationship(lazy="joined")
