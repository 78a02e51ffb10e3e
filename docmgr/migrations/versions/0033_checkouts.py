"""Add who has taken a document to edit it, for how long, and the version on which each step of a workflow was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

# What was the newest version when a step was made. Versions are never deleted, and get their numbers one after another.
_NUMBERS = """
UPDATE flow_step SET document_no = (
  SELECT MAX(version.no) FROM version JOIN document_flow ON document_flow.document_id = version.document_id
  WHERE document_flow.id = flow_step.flow_id AND version.created_at <= flow_step.at
)
"""


def upgrade() -> None:
    """Add the table, the setting and the column, and fill the column from the versions."""
    op.create_table(
        "checkout",
        sa.Column("document_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_checkout_document_id_document")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_checkout_user_id_user_account")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_checkout")),
    )
    op.create_index(op.f("ix_checkout_user_id"), "checkout", ["user_id"])
    op.add_column("agency", sa.Column("checkout_hours", sa.Integer(), nullable=True))
    op.add_column("flow_step", sa.Column("document_no", sa.Integer(), nullable=True))
    op.execute(_NUMBERS)


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
