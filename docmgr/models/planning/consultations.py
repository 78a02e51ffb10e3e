"""Consultations on documents (lấy ý kiến): who is asked until when, the opinions with how each was received, and the rules by day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class ConsultationRule(Base):
    """What is asked of consultations that begin on the day `from_on` or later, until the next row: how many days they last at least, and
    whether they may be anonymous. `basis` names the law or the rule of the agency."""

    __tablename__ = "consultation_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_on: Mapped[dt.date] = mapped_column(unique=True)
    least_days: Mapped[int]
    anonymous: Mapped[bool]
    basis: Mapped[str] = mapped_column(String(300))


class Consultation(Base):
    """A consultation on one version of a document, from the day `from_on` to `to_on`, unless it is closed before. Of an anonymous one no
    column says whose an opinion is; `salt` tells opinions of one person apart and is erased once the opinions are gone through or the
    consultation is closed. Who has not answered is told `remind_days` before the last day; 0: nobody is. `version_id` is NULL once the version is gone. Units of work that change opinions lock this row."""

    __tablename__ = "consultation"
    __table_args__ = (Index("ix_consultation_to_on", "to_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), index=True)
    version_no: Mapped[int]
    question: Mapped[str | None] = mapped_column(String(500))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    anonymous: Mapped[bool]
    remind_days: Mapped[int] = mapped_column(default=3, server_default="3")
    salt: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closed_by_label: Mapped[str | None] = mapped_column(String(300))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_label: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class ConsultationPerson(Base):
    """A person who is asked. `unit_id` is the unit that was asked as a whole, NULL when the person was."""

    __tablename__ = "consultation_person"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    answered: Mapped[bool] = mapped_column(default=False)


class Opinion(Base):
    """An opinion on the provision `anchor` ("": on the whole). Its words are NULL once those of the document were taken away. `pen` is the same for all opinions of one person on a
    consultation; `user_id` and `given_at` are NULL when it is anonymous. `reception` (accepted, explained) is NULL until it is decided."""

    __tablename__ = "consultation_opinion"
    __table_args__ = (UniqueConstraint("consultation_id", "anchor", "pen"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    anchor: Mapped[str] = mapped_column(String(200))
    pen: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    stance: Mapped[str] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)
    reception: Mapped[str | None] = mapped_column(String(20))
    reception_text: Mapped[str | None] = mapped_column(Text)
    received_by_label: Mapped[str | None] = mapped_column(String(300))
    received_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
