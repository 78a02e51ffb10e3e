"""The yearly plan of inspections, and the members of inspection teams."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import Unit, User


class PlannedInspection(Base):
    """A line of the plan of inspections of a year: what is inspected, in which month, where, and who leads the team. Its
    inspections name it (`Inspection.planned_id`)."""

    __tablename__ = "planned_inspection"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    year: Mapped[int] = mapped_column(index=True)
    month: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(Text)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    head: Mapped[User | None] = relationship(foreign_keys=[head_id], lazy="joined")
    units: Mapped[list[PlannedUnit]] = relationship(lazy="selectin", order_by="PlannedUnit.unit_id", cascade="all, delete-orphan")


class PlannedUnit(Base):
    """A unit that a line of the plan of inspections names."""

    __tablename__ = "planned_unit"

    planned_id: Mapped[int] = mapped_column(ForeignKey("planned_inspection.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)

    unit: Mapped[Unit] = relationship(lazy="joined")


class InspectionMember(Base):
    """A member of the team of an inspection; `head` leads it."""

    __tablename__ = "inspection_member"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    head: Mapped[bool] = mapped_column(default=False, server_default=false())

    user: Mapped[User] = relationship(lazy="joined")
