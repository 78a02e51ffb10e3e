"""The conferences of staff (hội nghị cán bộ, công chức, viên chức, người lao động) with their votes and papers, and the rules by
which participation is measured."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import Unit


class Conference(Base):
    """A conference of the staff of a unit for a year. `kind` is annual or extraordinary. `invited` is how many were summoned and
    `present` how many came. `state` (preparing, held, resolved, announced) follows from the other columns and from whether a
    resolution is tied; services.conferences.records.follow sets it. Units of work that change votes or papers lock this row."""

    __tablename__ = "conference"
    __table_args__ = (Index("ix_conference_year_unit_id", "year", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    year: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[dt.date | None]
    starts_at: Mapped[str | None] = mapped_column(String(5))
    place: Mapped[str | None] = mapped_column(String(300))
    chair: Mapped[str | None] = mapped_column(String(200))
    secretary: Mapped[str | None] = mapped_column(String(200))
    agenda: Mapped[str | None] = mapped_column(Text)
    invited: Mapped[int | None]
    present: Mapped[int | None]
    announced_on: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(String(20), default="preparing", server_default="preparing")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    unit: Mapped[Unit] = relationship(lazy="joined")


class ConferenceVote(Base):
    """The vote of a conference on one question: how many agreed, disagreed, and had another opinion."""

    __tablename__ = "conference_vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    question: Mapped[str] = mapped_column(String(500))
    agree: Mapped[int]
    disagree: Mapped[int]
    other: Mapped[int]


class ConferenceDocument(Base):
    """A document of the store that is a paper of a conference. `role` is a key of services.conferences.lists.PAPERS."""

    __tablename__ = "conference_document"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class ParticipationRule(Base):
    """What a law asks of conferences from the day `from_on` on, until the next row with the same `name` (a key of
    services.conferences.rules.RULES). `amount` is a number, or with `parts` the fraction amount / parts. `basis` names the law."""

    __tablename__ = "participation_rule"
    __table_args__ = (UniqueConstraint("name", "from_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[dt.date]
    amount: Mapped[int]
    parts: Mapped[int | None]
    basis: Mapped[str] = mapped_column(String(300))
