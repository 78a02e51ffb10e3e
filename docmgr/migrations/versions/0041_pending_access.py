"""Add what is still to be done of a change of rights for thousands of documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nothing is pending."""
    op.create_table(
        "pending_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("new_list_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"], name=op.f("fk_pending_access_folder_id_folder")),
        sa.ForeignKeyConstraint(["list_id"], ["access_list.id"], name=op.f("fk_pending_access_list_id_access_list")),
        sa.ForeignKeyConstraint(["new_list_id"], ["access_list.id"], name=op.f("fk_pending_access_new_list_id_access_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_access")),
        sa.UniqueConstraint("folder_id", "list_id", "new_list_id", name=op.f("uq_pending_access_folder_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
