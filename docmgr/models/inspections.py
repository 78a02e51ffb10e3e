"""Inspections (kiểm tra, giám sát), their findings and their recommendations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import Unit
from docmgr.models.plans import Task

if TYPE_CHECKING:
    from docmgr.models.inspecting.planned import InspectionMember


class Inspection(Base):
    """An inspection of one unit. `state` is planned, running or concluded. `kind` is inspection, or self when the unit checks itself; a
    self-inspection is `sent_at` when it was handed in. `planned_id` is the line of the year's plan of which it was made."""

    __tablename__ = "inspection"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(500))
    inspected_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    team: Mapped[str | None] = mapped_column(Text)
    period: Mapped[str | None] = mapped_column(String(200))
    started_on: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(String(20), default="planned")
    conclusion: Mapped[str | None] = mapped_column(Text)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    planned_id: Mapped[int | None] = mapped_column(ForeignKey("planned_inspection.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="inspection", server_default="inspection")
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    inspected_unit: Mapped[Unit | None] = relationship(lazy="joined")
    members: Mapped[list[InspectionMember]] = relationship("InspectionMember", viewonly=True)
    findings: Mapped[list[Finding]] = relationship(order_by="Finding.id", back_populates="inspection")
    recommendations: Mapped[list[Recommendation]] = relationship(
        order_by="Recommendation.id", back_populates="inspection"
    )


class Finding(Base):
    """A shortcoming that an inspection found (tồn tại, phát hiện). `severity` is low, medium or high;
    `state` is open, fixing or closed.
    `check_id` is the line of the inspection that failed. The finding may pin a provision of a document, `pinned_anchor`, as it stood on
    `pinned_on`."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(10), default="medium")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(String(20), default="open")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    cause: Mapped[str | None] = mapped_column(Text)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_check.id"), index=True)
    pinned_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    pinned_anchor: Mapped[str | None] = mapped_column(String(200))
    pinned_on: Mapped[dt.date | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    inspection: Mapped[Inspection] = relationship(back_populates="findings")
    unit: Mapped[Unit | None] = relationship(lazy="joined")
    task: Mapped[Task | None] = relationship()


class Recommendation(Base):
    """A recommendation (kiến nghị) of an inspection to a unit. `due_on` is the last day for the answer.
    When no other day is given, this is 15 days after `received_on` (Law 10/2022/QH15, article 63, clause
    1, point c). `received_by` confirmed for the unit that it was received. `verdict` says what the inspectors think of the answer: none,
    returned (to be answered again), accepted, or closed when what it asks for is done."""

    __tablename__ = "recommendation"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    text: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    received_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_on: Mapped[dt.date | None]
    received_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    received_by_label: Mapped[str | None] = mapped_column(String(300))
    verdict: Mapped[str] = mapped_column(String(20), default="none", server_default="none", index=True)
    verdict_note: Mapped[str | None] = mapped_column(Text)
    verdict_by_label: Mapped[str | None] = mapped_column(String(300))
    verdict_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    inspection: Mapped[Inspection] = relationship(back_populates="recommendations")
    unit: Mapped[Unit | None] = relationship(lazy="joined")
