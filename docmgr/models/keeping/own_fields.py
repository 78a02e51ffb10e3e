"""Fields of one's own (trường riêng): what an administrator wants to be known of documents, and the values of documents."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime


class OwnField(Base):
    """A field that an administrator defined. `code` names it in addresses, exports and programs, and never changes; neither
    does `kind`, a key of services.own_fields.kinds.KINDS. `types` are names of document types, empty for all. `choices` are
    the items of a list. `position` is its place among the fields. `in_lists` says that lists of documents show its values.
    After `retired_at` it is no longer asked for; values stay."""

    __tablename__ = "own_field"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    code: Mapped[str] = mapped_column(String(30))
    label: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    types: Mapped[list[str]] = mapped_column(JSON)
    required: Mapped[bool] = mapped_column(default=False, server_default=false())
    choices: Mapped[list[str]] = mapped_column(JSON)
    help: Mapped[str | None] = mapped_column(String(300))
    position: Mapped[int]
    in_lists: Mapped[bool] = mapped_column(default=False, server_default=false())
    retired_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class OwnValue(Base):
    """A value of a field of a document; only a field with several choices has more than one row, counted by `place` from 0.
    `text` holds every value: a number in digits with a decimal point, a day as ISO 8601, "yes" or "no", the name of a person
    or unit at that moment. `number` has numbers, and ids of persons and units; `day` has days. They are for filters and
    sorting."""

    __tablename__ = "own_value"
    __table_args__ = (
        Index("ix_own_value_field_id_number", "field_id", "number"),
        Index("ix_own_value_field_id_day", "field_id", "day"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("own_field.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, default=0)
    text: Mapped[str] = mapped_column(Text)
    number: Mapped[float | None] = mapped_column(Float(53))
    day: Mapped[dt.date | None]
