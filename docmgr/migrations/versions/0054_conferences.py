"""Add the conferences of staff with their votes and papers, and the rules that are asked of them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# Law 10/2022/QH15 on democracy at the grassroots, in force from this day: name, amount, parts, basis.
FROM = dt.date(2023, 7, 1)
RULES = (
    ("quorum", 2, 3, "Khoản 2 Điều 50 Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15"),
    ("passing", 1, 2, "Khoản 2 Điều 50 Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15"),
    ("deadline", 3, None, "Điều 51 Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15"),
    ("checking", 6, None, "Khoản 3 Điều 52 Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15"),
)


def upgrade() -> None:
    """Add the tables; only that of the rules has rows."""
    op.create_table(
        "conference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.String(5), nullable=True),
        sa.Column("place", sa.String(300), nullable=True),
        sa.Column("chair", sa.String(200), nullable=True),
        sa.Column("secretary", sa.String(200), nullable=True),
        sa.Column("agenda", sa.Text(), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(20), server_default="preparing", nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_conference_created_by_user_account")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_conference_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_conference_unit_id"), "conference", ["unit_id"])
    op.create_index("ix_conference_year_unit_id", "conference", ["year", "unit_id"])
    op.create_table(
        "conference_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(500), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("agree", "disagree", "other")),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name=op.f("fk_conference_vote_conference_id_conference")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference_vote")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_conference_vote_conference_id"), "conference_vote", ["conference_id"])
    op.create_table(
        "conference_document",
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_conference_document_added_by_user_account")),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name=op.f("fk_conference_document_conference_id_conference")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_conference_document_document_id_document")),
        sa.PrimaryKeyConstraint("conference_id", "document_id", name=op.f("pk_conference_document")),
    )
    op.create_index(op.f("ix_conference_document_document_id"), "conference_document", ["document_id"])
    rules = op.create_table(
        "participation_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_rule")),
        sa.UniqueConstraint("name", "from_on", name=op.f("uq_participation_rule_name")),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(rules, [{"name": name, "from_on": FROM, "amount": amount, "parts": parts, "basis": basis} for name, amount, parts, basis in RULES])


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
