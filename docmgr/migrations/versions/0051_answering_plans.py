"""Let the plan of a unit say which superior plan it carries out."""

from __future__ import annotations

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Neither database's table is written anew for it."""
    op.execute("ALTER TABLE plan ADD COLUMN answers_id INTEGER CONSTRAINT fk_plan_answers_id_plan REFERENCES plan (id)")
    op.create_index(op.f("ix_plan_answers_id"), "plan", ["answers_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
