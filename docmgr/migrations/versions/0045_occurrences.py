"""Add the occurrences of tasks that recur or that each of several units does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

PEOPLE = ("person_id", "reported_by", "confirmed_by")
INDEXES = (("unit_id", "state", "due_on", "task_id"), ("state", "due_on"), ("task_id", "state", "due_on"))
# Neither database's tables are written anew for a column that refers to another table.
REFERRING = "ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)"


def upgrade() -> None:
    """Add the table, which is empty: each task that exists is carried out once, and its row says how far it is."""
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(20), server_default="open", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reported_by", sa.Integer(), nullable=True),
        sa.Column("reported_by_label", sa.String(300), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_label", sa.String(300), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_occurrence_{column}_user_account")) for column in PEOPLE),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_occurrence_task_id_task")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_occurrence_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("task_id", "unit_id", "number", name=op.f("uq_occurrence_task_id")),
        sqlite_autoincrement=True,
    )
    for columns in INDEXES:
        op.create_index(f"ix_occurrence_{'_'.join(columns)}", "occurrence", list(columns))
    for name, kind in (
        ("recurs_every", sa.String(20)), ("recurs_from", sa.Date()), ("recurs_until", sa.Date()), ("fan_out", sa.String(10)), ("fan_out_words", sa.String(200)),
    ):  # fmt: skip
        op.add_column("task", sa.Column(name, kind, nullable=True))
    op.execute(REFERRING.format(table="task", column="fan_out_unit_id", other="unit"))
    op.execute(REFERRING.format(table="link", column="occurrence_id", other="occurrence"))
    op.create_index(op.f("ix_link_occurrence_id"), "link", ["occurrence_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
