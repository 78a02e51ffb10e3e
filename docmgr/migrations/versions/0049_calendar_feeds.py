"""Add private calendars, workbooks that become tasks, and after how many days leaders are told of what is overdue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, which are empty, and the column, which is empty: nobody is told."""
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_calendar_feed_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "task_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_task_sheet_plan_id_plan")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_task_sheet_made_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_sheet")),
        sqlite_autoincrement=True,
    )
    for column in ("plan_id", "made_by", "made_at"):
        op.create_index(op.f(f"ix_task_sheet_{column}"), "task_sheet", [column])
    op.add_column("agency", sa.Column("escalate_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
