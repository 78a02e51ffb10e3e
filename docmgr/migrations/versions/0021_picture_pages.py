"""Note which pages of a PDF are pictures among pages with text, keep the recognised pages of further files until these
are looked through, and note how many pages they have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table. Files read before get the numbers of their pages when they are read again; further
    files get none."""
    op.add_column("version", sa.Column("picture_pages", sa.JSON(), nullable=True))
    op.add_column("file", sa.Column("pages", sa.Integer(), nullable=True))
    # Whoever made a draft of a document that was read decided so; older code kept the wish from its upload.
    op.execute(
        "UPDATE document SET publish_when_read = false WHERE publish_when_read AND EXISTS (SELECT 1 FROM version"
        " WHERE version.document_id = document.id AND version.no = document.current_no AND version.outcome IS NOT NULL)"
    )
    op.create_table(
        "rendition_page",
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("file.id"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "number"),
    )


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
