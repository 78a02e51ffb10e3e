"""Add the target figure of tasks, and the figure that a task or an occurrence reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, which are empty for the tasks that exist."""
    for name, kind in (("target", sa.BigInteger()), ("target_unit", sa.String(50)), ("target_rule", sa.String(10)), ("target_words", sa.Text()), ("reached", sa.BigInteger())):
        op.add_column("task", sa.Column(name, kind, nullable=True))
    op.add_column("task", sa.Column("target_each", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("occurrence", sa.Column("reached", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
