"""What people choose for themselves: favourites, and the blocks of their home page."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Favourite(Base):
    """A person has marked a thing with a star. `kind` is document or folder, and `subject_id` its id."""

    __tablename__ = "favourite"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class HomeChoice(Base):
    """Which blocks (services.overview.blocks.BLOCKS) a person sees on the home page, in their order. Who has chosen nothing
    has no row."""

    __tablename__ = "home_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    blocks: Mapped[list[str]] = mapped_column(JSON)
