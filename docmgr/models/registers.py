"""The series of numbers of the agency, and the lines of its registers (Decree 30/2020/NĐ-CP, Articles 15 and 22)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now

# A document has one valid number, and one number of arrival; it may be copied several times.
_ONE_EACH = text("state = 'issued' AND kind <> 'copies'")


class NumberSeries(Base):
    """A series of numbers (dãy số), which begins with 1 on 1 January of each year. `kind` is a key of
    services.registers.words.KINDS.

    `types` are the types of document that it numbers; empty: all that no other series has. Without `unit_id` it is the
    series of the whole agency. `organ` is the abbreviation of the organ in printed numbers ("SGDĐT"). In the year
    `first_year` it begins with `first_number`, for an agency that gave the earlier numbers elsewhere. Units of work that
    give numbers lock this row.
    """

    __tablename__ = "number_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    types: Mapped[list[str]] = mapped_column(JSON)
    organ: Mapped[str | None] = mapped_column(String(30))
    first_number: Mapped[int] = mapped_column(default=1, server_default="1")
    first_year: Mapped[int | None]
    # No new numbers are given after this moment.
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class RegisterEntry(Base):
    """One line of a register: one number of a series in a year. Lines are never deleted. `state` is a key of
    services.registers.words.STATES.

    The register prints type, subject, signer and recipients as the document `document_id` has them; the line itself has
    the number as it was printed (`symbol`), its day (`dated_on`, for an incoming document the day of arrival), and the
    columns that only the register has. `reason` says why the number is reserved, was released or cancelled, or is unused.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("series_id", "year", "number"),
        Index("ix_register_entry_kind_year", "kind", "year", "series_id", "number"),
        Index(
            "ix_register_entry_one_each", "document_id", "kind", unique=True,
            sqlite_where=_ONE_EACH, postgresql_where=_ONE_EACH,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    series_id: Mapped[int] = mapped_column(ForeignKey("number_series.id"))
    # The kind of its series.
    kind: Mapped[str] = mapped_column(String(10))
    year: Mapped[int]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    symbol: Mapped[str | None] = mapped_column(String(100))
    dated_on: Mapped[dt.date]
    # The kind of a copy: a key of services.registers.words.COPIES.
    copy_kind: Mapped[str | None] = mapped_column(String(3))
    reason: Mapped[str | None] = mapped_column(String(500))
    # The person for whom the number is reserved.
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    # Đơn vị, người nhận bản lưu; số lượng bản; ngày chuyển; ký nhận; ghi chú.
    kept_by: Mapped[str | None] = mapped_column(String(300))
    copies: Mapped[int | None]
    moved_on: Mapped[dt.date | None]
    receipt: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    # Of an incoming document: nơi gửi, đơn vị hoặc người nhận, thời hạn, tiến độ, văn bản trả lời.
    sender: Mapped[str | None] = mapped_column(String(300))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[dt.date | None]
    progress: Mapped[str | None] = mapped_column(String(500))
    # The number of the answer as it was typed, and the document, when the store has it.
    answer: Mapped[str | None] = mapped_column(String(100))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))

    # Who last changed the state of the line.
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    changed_label: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
