"""Several files in one version, and documents whose file another document has taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Each existing file is the first of its version and needs no further look."""
    op.add_column("document", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.add_column("file", sa.Column("created_by", sa.Integer(), nullable=True))
    op.add_column("file", sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
