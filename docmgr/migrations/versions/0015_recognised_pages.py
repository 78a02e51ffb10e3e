"""Keep the pages of scans whose text was recognised, and queue the scans that were stored before this was possible."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

VERSION = sa.table("version", *(sa.column(name) for name in ("id", "document_id", "reason_code")))
JOB = sa.table(
    "job",
    *(sa.column(name) for name in ("kind", "document_id", "version_id", "created_at", "run_after", "attempts")),
)


def upgrade() -> None:
    """Add the table, and a job for each scan."""
    op.create_table(
        "recognised_page",
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("version.id"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "number"),
    )
    now = sa.func.current_timestamp()
    scans = sa.select(sa.literal("ocr"), VERSION.c.document_id, VERSION.c.id, now, now, sa.literal(0)).where(
        VERSION.c.reason_code == "no_text_layer"
    )
    columns = ["kind", "document_id", "version_id", "created_at", "run_after", "attempts"]
    op.get_bind().execute(sa.insert(JOB).from_select(columns, scans))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
