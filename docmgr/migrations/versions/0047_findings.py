"""Add what findings pin, and how far the answers to recommendations are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

# Neither database's tables are written anew for a column that refers to another table.
REFERRING = "ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)"


def upgrade() -> None:
    """Add the columns. What is answered stays so, and nobody has accepted it yet."""
    for table, column, other in (
        ("finding", "check_id", "inspection_check"), ("finding", "pinned_document_id", "document"), ("link", "recommendation_id", "recommendation"),
        ("recommendation", "received_by", "user_account"),
    ):  # fmt: skip
        op.execute(REFERRING.format(table=table, column=column, other=other))
        if column != "received_by":
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for column in (sa.Column("cause", sa.Text()), sa.Column("pinned_anchor", sa.String(200)), sa.Column("pinned_on", sa.Date())):
        op.add_column("finding", column)
    for column in (
        sa.Column("received_by_label", sa.String(300)), sa.Column("verdict", sa.String(20), server_default="none", nullable=False),
        sa.Column("verdict_note", sa.Text()), sa.Column("verdict_by_label", sa.String(300)), sa.Column("verdict_at", sa.DateTime(timezone=True)),
    ):  # fmt: skip
        op.add_column("recommendation", column)
    op.create_index(op.f("ix_recommendation_verdict"), "recommendation", ["verdict"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
