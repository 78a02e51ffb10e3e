"""folders, people, units, abbreviations and saved searches count their changes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("folder", "user_account", "unit", "abbreviation", "saved_search")


def upgrade() -> None:
    """folders, people, units, abbreviations and saved searches count their changes"""
    for table in TABLES:
        op.add_column(table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """There is no way back: restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
