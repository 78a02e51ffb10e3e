"""Add what is opened from the results of searches, and the keys that hide who opened it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of clicks and of their keys."""
    op.create_table(
        "click_key",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_click_key")),
    )
    op.create_table(
        "click",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_click_document_id_document")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_click")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_click_document_id"), "click", ["document_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
