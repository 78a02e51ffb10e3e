"""Add what people changed on documents in lists, so that it can be undone for a day, the order of folders, and of what a
document is a copy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables, and the column for the place of a folder and for the original of a copy; all folders stay in the order of their names."""
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_bulk_change_made_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_bulk_change_made_by"), "bulk_change", ["made_by"])
    op.create_index(op.f("ix_bulk_change_made_at"), "bulk_change", ["made_at"])
    op.create_table(
        "changed_document",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["bulk_change.id"], name=op.f("fk_changed_document_change_id_bulk_change")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_changed_document_document_id_document")),
        sa.PrimaryKeyConstraint("change_id", "document_id", name=op.f("pk_changed_document")),
    )
    op.create_index(op.f("ix_changed_document_document_id"), "changed_document", ["document_id"])
    op.add_column("folder", sa.Column("position", sa.Integer(), nullable=True))
    op.add_column("document", sa.Column("copied_from", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
