"""Add an index that finds documents the search index does not know yet, without reading every document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LAGS = (
    "indexed_revision IS NOT NULL"
    " AND (deleted_at IS NOT NULL OR state = 'withheld' OR indexed_access_list_id != access_list_id)"
)


def upgrade() -> None:
    """Add a partial index for documents that the search index does not know yet."""
    op.create_index(
        "ix_document_index_lags", "document", ["id"], sqlite_where=sa.text(LAGS), postgresql_where=sa.text(LAGS)
    )


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
