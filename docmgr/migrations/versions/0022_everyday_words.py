"""Add the everyday words of a site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of everyday words."""
    op.create_table(
        "everyday_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("folded", sa.String(length=100), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("law", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_everyday_word")),
        sa.UniqueConstraint("key", name=op.f("uq_everyday_word_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_everyday_word_folded"), "everyday_word", ["folded"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
