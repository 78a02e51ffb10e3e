"""What the readers say about a text: which part of the file was left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. A version that was read before has no notes until it is read again."""
    op.add_column("version", sa.Column("notes", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
