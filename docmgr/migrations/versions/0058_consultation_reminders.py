"""Add how many days before the last day those are told who have not answered a consultation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; those that exist remind three days before."""
    op.add_column("consultation", sa.Column("remind_days", sa.Integer(), server_default="3", nullable=False))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
