"""Add when a document last changed, so that a folder of 50,000 documents is sorted by an index, and the columns that each person
chose for lists of documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# Who only read a document did not change it.
_CHANGED = """
UPDATE document SET changed_at = COALESCE(
    (SELECT at FROM trail_event WHERE trail_event.document_id = document.id AND trail_event.subject_type = 'document'
        AND trail_event.action NOT IN ('document:view', 'document:export', 'file:open', 'file:preview', 'trail:export')
     ORDER BY seq DESC LIMIT 1),
    created_at)
"""


def upgrade() -> None:
    """Add the table and the column, with the moment of the last event that was no reading."""
    op.create_table(
        "list_choice",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_list_choice_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_list_choice")),
        sqlite_autoincrement=True,
    )
    op.add_column("document", sa.Column("changed_at", UtcDateTime(), server_default="1970-01-01 00:00:00", nullable=False))
    op.execute(_CHANGED)
    op.create_index(op.f("ix_document_changed_at"), "document", ["changed_at"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
