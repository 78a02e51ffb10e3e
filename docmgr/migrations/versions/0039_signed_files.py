"""Add what was read as number and day from each file, so that a signed file is compared with the register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Files that were read before have none, and are not compared."""
    op.add_column("file", sa.Column("read_number", sa.String(100), nullable=True))
    op.add_column("file", sa.Column("read_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
