"""Indexes that answer lists of occurrences and the calendar without the rows of the table.

Revision ID: 0050
Revises: 0049
"""

from __future__ import annotations

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the task and the unit into the index by state and day, and add one by day."""
    op.drop_index("ix_occurrence_state_due_on", "occurrence")
    op.create_index("ix_occurrence_state_due_on_task_id_unit_id", "occurrence", ["state", "due_on", "task_id", "unit_id"])
    op.create_index("ix_occurrence_due_on_state_task_id_unit_id", "occurrence", ["due_on", "state", "task_id", "unit_id"])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
