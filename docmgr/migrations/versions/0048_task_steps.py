"""Add preconditions of tasks, later days, persons in charge of tasks, and days that follow from another task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

# Neither database's tables are written anew for a column that refers to another table.
REFERRING = "ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)"


def upgrade() -> None:
    """Add the tables, which are empty, and the columns, which are empty for the tasks that exist."""
    op.create_table(
        "task_precondition",
        sa.Column("task_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("needed_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_by", sa.Integer(), nullable=True),
        sa.Column("waived_by_label", sa.String(300), nullable=True),
        sa.Column("waived_reason", sa.Text(), nullable=True),
        *(_refers("task_precondition", column, "task") for column in ("task_id", "needed_id")),
        *(_refers("task_precondition", column, "user_account") for column in ("created_by", "waived_by")),
        sa.PrimaryKeyConstraint("task_id", "needed_id", name=op.f("pk_task_precondition")),
    )
    op.create_index(op.f("ix_task_precondition_needed_id"), "task_precondition", ["needed_id"])
    op.create_table(
        "due_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(20), server_default="asked", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_by_label", sa.String(300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_by_label", sa.String(300), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        _refers("due_extension", "task_id", "task"),
        _refers("due_extension", "occurrence_id", "occurrence"),
        *(_refers("due_extension", column, "user_account") for column in ("asked_by", "decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_extension")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_due_extension_task_id_occurrence_id", "due_extension", ["task_id", "occurrence_id"])
    op.create_index(op.f("ix_due_extension_occurrence_id"), "due_extension", ["occurrence_id"])
    op.add_column("occurrence", sa.Column("extended_on", sa.Date(), nullable=True))
    for name, kind in (("extended_on", sa.Date()), ("done_on", sa.Date()), ("due_after", sa.String(10))):
        op.add_column("task", sa.Column(name, kind, nullable=True))
    op.execute(REFERRING.format(table="task", column="person_id", other="user_account"))
    op.execute(REFERRING.format(table="task", column="due_task_id", other="task"))
    op.create_index(op.f("ix_task_person_id"), "task", ["person_id"])
    op.create_index(op.f("ix_task_due_task_id"), "task", ["due_task_id"])
    op.create_index(op.f("ix_occurrence_person_id"), "occurrence", ["person_id"])


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
