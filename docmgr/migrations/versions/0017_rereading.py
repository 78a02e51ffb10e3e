"""Keep the generation of the readers with each version, and the readings that were put off.

Versions that wait to be read again no longer stand before new uploads: the worker reads them when nothing else waits.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

VERSION = sa.table("version", *map(sa.column, ("id", "read_again", "as_written")))
JOB = sa.table("job", *map(sa.column, ("kind", "version_id")))


def upgrade() -> None:
    """Add the column and the table, and move the jobs."""
    op.add_column("version", sa.Column("reader", sa.Integer(), nullable=True))
    op.create_index("ix_version_reader", "version", ["reader"])
    op.create_table(
        "kept_reading",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("as_written", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_kept_reading_version_id_version")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_kept_reading")),
    )
    again = sa.select(VERSION.c.id).where(VERSION.c.read_again, sa.not_(VERSION.c.as_written))
    op.execute(sa.update(JOB).where(JOB.c.kind == "read", JOB.c.version_id.in_(again)).values(kind="reread"))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
