"""Add a revision, which counts changes, to folders, people, units, abbreviations and saved searches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("folder", "user_account", "unit", "abbreviation", "saved_search")


def upgrade() -> None:
    """Add the column `revision`."""
    for table in TABLES:
        op.add_column(table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
