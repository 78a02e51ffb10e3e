"""Add consultations on documents with the people who are asked, their opinions, and the rules."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

# The law says what is discussed and that the head plans it (Articles 53 to 55); the number of days is a proposal that each agency sets.
RULE = {
    "from_on": dt.date(2023, 7, 1), "least_days": 5, "anonymous": False,
    "basis": "Điều 53 đến Điều 55 Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15; số ngày do cơ quan quy định, hãy đối chiếu và sửa",
}  # fmt: skip


def upgrade() -> None:
    """Add the tables; only that of the rules has a row."""
    rules = op.create_table(
        "consultation_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("least_days", sa.Integer(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_rule")),
        sa.UniqueConstraint("from_on", name=op.f("uq_consultation_rule_from_on")),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(rules, [RULE])
    _consultations()
    _opinions()


def _consultations() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(500), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_label", sa.String(300), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_by_label", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_consultation_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_consultation_version_id_version")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_consultation_created_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sqlite_autoincrement=True,
    )
    for column in ("document_id", "version_id", "to_on"):
        op.create_index(op.f(f"ix_consultation_{column}"), "consultation", [column])
    op.create_table(
        "consultation_person",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_person_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_consultation_person_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_consultation_person_unit_id_unit")),
        sa.PrimaryKeyConstraint("consultation_id", "user_id", name=op.f("pk_consultation_person")),
    )
    op.create_index(op.f("ix_consultation_person_user_id"), "consultation_person", ["user_id"])


def _opinions() -> None:
    op.create_table(
        "consultation_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(200), nullable=False),
        sa.Column("pen", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stance", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("reception", sa.String(20), nullable=True),
        sa.Column("reception_text", sa.Text(), nullable=True),
        sa.Column("received_by_label", sa.String(300), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_opinion_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_consultation_opinion_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_opinion")),
        sa.UniqueConstraint(
            "consultation_id", "anchor", "pen", name=op.f("uq_consultation_opinion_consultation_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_consultation_opinion_consultation_id"), "consultation_opinion", ["consultation_id"]
    )
