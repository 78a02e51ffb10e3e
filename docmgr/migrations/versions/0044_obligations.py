"""Add the obligations of versions, and whether they were looked for in a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty, and the column: in versions that exist obligations are looked for when somebody opens their page."""
    op.add_column("version", sa.Column("obligations_found", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "version_obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("supporting", sa.JSON(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("support_ids", sa.JSON(), nullable=True),
        sa.Column("due", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("sure", sa.String(length=20), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["unit.id"], name=op.f("fk_version_obligation_lead_id_unit")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_version_obligation_task_id_task")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_version_obligation_version_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_obligation")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_version_obligation_version_id"), "version_obligation", ["version_id"])
    op.create_index(op.f("ix_version_obligation_task_id"), "version_obligation", ["task_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
