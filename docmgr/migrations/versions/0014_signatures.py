"""Add the electronic signatures of versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of signatures. Files that were read before have none until they are read again."""
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(length=300), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("covers", sa.String(length=20), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=True),
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("time_stamp", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_signature_version_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_signature_version_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_signature_version_id"), "signature", ["version_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
