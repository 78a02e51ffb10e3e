"""Add where a folder was that somebody moved, so that the move can be undone for a day, and keep changed facts in the form of all that
the form of facts changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, beside that of changed documents. What was kept of facts on the day before cannot be undone any more."""
    old = "SELECT id FROM bulk_change WHERE kind = 'facts'"
    op.execute(sa.text(f"DELETE FROM changed_document WHERE change_id IN ({old})"))
    op.execute(sa.text("DELETE FROM bulk_change WHERE kind = 'facts'"))
    op.create_table(
        "changed_folder",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["bulk_change.id"], name=op.f("fk_changed_folder_change_id_bulk_change")),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"], name=op.f("fk_changed_folder_folder_id_folder")),
        sa.PrimaryKeyConstraint("change_id", "folder_id", name=op.f("pk_changed_folder")),
    )
    op.create_index(op.f("ix_changed_folder_folder_id"), "changed_folder", ["folder_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
