"""Add workflows with their three delivered ones, the runs of documents through them, assignments and delegations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr import workflows
from docmgr.db import UtcDateTime, now

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

RUNNING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the seven tables and the delivered workflows. Documents keep their states of publication: one without a row in
    document_flow is in the state of the delivered workflow of publication that gives the same reading rights."""
    op.create_table(
        "workflow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("current", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow")),
        sa.UniqueConstraint("code", name=op.f("uq_workflow_code")),
        sa.UniqueConstraint("name", name=op.f("uq_workflow_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["user_account.id"], name=op.f("fk_delegation_delegate_id_user_account")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_delegation_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delegation_delegate_id", "delegation", ["delegate_id", "to_on"])
    op.create_index(op.f("ix_delegation_user_id"), "delegation", ["user_id"])
    op.create_table(
        "workflow_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_workflow_version_made_by_user_account")),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_workflow_version_workflow_id_workflow")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_version")),
        sa.UniqueConstraint("workflow_id", "no", name=op.f("uq_workflow_version_workflow_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "workflow_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=True),
        sa.Column("folder_id", sa.Integer(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"], name=op.f("fk_workflow_rule_folder_id_folder")),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_workflow_rule_workflow_id_workflow")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_rule")),
        sa.UniqueConstraint("type", "folder_id", name=op.f("uq_workflow_rule_type")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document_flow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["document.id"], name=op.f("fk_document_flow_answer_id_document")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_flow_document_id_document")),
        sa.ForeignKeyConstraint(["started_by"], ["user_account.id"], name=op.f("fk_document_flow_started_by_user_account")),
        sa.ForeignKeyConstraint(["version_id"], ["workflow_version.id"], name=op.f("fk_document_flow_version_id_workflow_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_flow")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_document_flow_document_id"), "document_flow", ["document_id"])
    op.create_index("ix_document_flow_running", "document_flow", ["document_id"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_index("ix_document_flow_waiting", "document_flow", ["version_id", "state"], sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_table(
        "flow_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flow_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_flow_assignment_document_id_document")),
        sa.ForeignKeyConstraint(["flow_id"], ["document_flow.id"], name=op.f("fk_flow_assignment_flow_id_document_flow")),
        sa.ForeignKeyConstraint(["given_by"], ["user_account.id"], name=op.f("fk_flow_assignment_given_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_assignment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_flow_assignment_document_id"), "flow_assignment", ["document_id"])
    op.create_index(op.f("ix_flow_assignment_flow_id"), "flow_assignment", ["flow_id"])
    op.create_index("ix_flow_assignment_open", "flow_assignment", ["key", "document_id"], sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_table(
        "flow_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flow_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("from_state", sa.String(length=100), nullable=True),
        sa.Column("to_state", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("given_to", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_label", sa.String(length=300), nullable=False),
        sa.Column("behalf", sa.String(length=300), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_flow_step_actor_id_user_account")),
        sa.ForeignKeyConstraint(["flow_id"], ["document_flow.id"], name=op.f("fk_flow_step_flow_id_document_flow")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_step")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_flow_step_actor_id", "flow_step", ["actor_id", "flow_id"])
    op.create_index(op.f("ix_flow_step_flow_id"), "flow_step", ["flow_id"])
    _deliver()


def _deliver() -> None:
    head = sa.table("workflow", *(sa.column(name) for name in ("id", "code", "name")))
    version = sa.table(
        "workflow_version", sa.column("workflow_id"), sa.column("no"), sa.column("definition", sa.JSON), sa.column("made_at", UtcDateTime),
    )  # fmt: skip
    for code, name in workflows.DELIVERED.items():
        op.bulk_insert(head, [{"code": code, "name": name}])
        number = op.get_bind().scalar(sa.select(head.c.id).where(head.c.code == code))
        op.bulk_insert(version, [{"workflow_id": number, "no": 1, "definition": workflows.load(code), "made_at": now()}])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
