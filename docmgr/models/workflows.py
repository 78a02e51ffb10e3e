"""Workflows and their versions, the documents that run through them, to whom documents are assigned, and who stands in for
whom.

Which states and transitions a workflow has is data in WorkflowVersion.definition (services.workflow.definition)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now

_RUNNING = text("ended_at IS NULL")


class Workflow(Base):
    """A workflow (quy trình). `current` is the number of the version with which documents start from now on."""

    __tablename__ = "workflow"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    # The code of a delivered workflow, such as "outgoing"; NULL for one that the site made.
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    current: Mapped[int] = mapped_column(default=1, server_default="1")


class WorkflowVersion(Base):
    """One version of a workflow. It never changes, so that running documents keep their rules."""

    __tablename__ = "workflow_version"
    __table_args__ = (UniqueConstraint("workflow_id", "no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow_id: Mapped[int] = mapped_column(ForeignKey("workflow.id"))
    no: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class WorkflowRule(Base):
    """Confirmed documents of the type `type` in the folder `folder_id` and below it start in the workflow; NULL means any
    type, or any folder. Only documents that were confirmed after `since` are looked at."""

    __tablename__ = "workflow_rule"
    __table_args__ = (UniqueConstraint("type", "folder_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow_id: Mapped[int] = mapped_column(ForeignKey("workflow.id"))
    type: Mapped[str | None] = mapped_column(String(100))
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"))
    since: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class DocumentFlow(Base):
    """One run of a document through a version of a workflow. `state` is the code of its present state, and `revision`
    counts its steps. The newest run of a document that was not stopped is its flow.

    `leads`: its states say who may read the document, so nothing else publishes or withdraws the document. `ended_at` is
    set while it is in a final state, and when it was stopped (`stopped`).
    """

    __tablename__ = "document_flow"
    __table_args__ = (
        Index("ix_document_flow_running", "document_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_document_flow_waiting", "version_id", "state", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("workflow_version.id"))
    state: Mapped[str] = mapped_column(String(40))
    leads: Mapped[bool] = mapped_column(default=False)
    since: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    due_on: Mapped[dt.date | None]
    # The document that answers this one.
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    stopped: Mapped[bool] = mapped_column(default=False)


class FlowAssignment(Base):
    """A document is assigned (giao) to the holders of an access key: "user:3" or "unit:7". `role` is lead (chủ trì) or
    support (phối hợp); "sent" is for a person who passed it on and follows where it is. Who has it may read the document
    until `ended_at`."""

    __tablename__ = "flow_assignment"
    __table_args__ = (
        Index("ix_flow_assignment_open", "key", "document_id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    flow_id: Mapped[int] = mapped_column(ForeignKey("document_flow.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(10))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class FlowStep(Base):
    """One step of a run: it was started, a transition was made, it was handed over or stopped. `name` is what the step
    was called then; `from_state` and `to_state` are names of states. `behalf` names the person for whom it was done.
    `document_no` is the number of the document's newest version at that moment; NULL: not known."""

    __tablename__ = "flow_step"
    __table_args__ = (Index("ix_flow_step_actor_id", "actor_id", "flow_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flow_id: Mapped[int] = mapped_column(ForeignKey("document_flow.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    from_state: Mapped[str | None] = mapped_column(String(100))
    to_state: Mapped[str] = mapped_column(String(100))
    comment: Mapped[str | None] = mapped_column(Text)
    # Names of the persons and units to whom it went.
    given_to: Mapped[str | None] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_label: Mapped[str] = mapped_column(String(300))
    behalf: Mapped[str | None] = mapped_column(String(300))
    document_no: Mapped[int | None]
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)


class Delegation(Base):
    """A person who is absent (`user_id`) lets another (`delegate_id`) do what is assigned to them, from the day `from_on` to
    the day `to_on`, both included. `ended_at` is set when it was ended before."""

    __tablename__ = "delegation"
    __table_args__ = (Index("ix_delegation_delegate_id", "delegate_id", "to_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
