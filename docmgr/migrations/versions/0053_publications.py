"""Add the publication of documents: its forms and rules, the records, and the switch of the public page."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0051"
branch_labels = None
depends_on = None

# Law 10/2022/QH15, Article 47.1; the last but two are how agencies do what it calls other forms.
FORMS = (
    "Niêm yết tại trụ sở cơ quan, đơn vị",
    "Trang thông tin điện tử, cổng hoặc hệ thống thông tin nội bộ",
    "Thông báo tại hội nghị cán bộ, công chức, viên chức, người lao động",
    "Gửi văn bản đến toàn thể cán bộ, công chức, viên chức, người lao động",
    "Thông qua người phụ trách bộ phận",
    "Gửi văn bản đến tổ chức đảng và Ban Chấp hành Công đoàn",
    "Nhóm Zalo của cơ quan, đơn vị",
    "Trang công khai của hệ thống này",
    "Hình thức khác",
)
RULES = (
    ("Công khai trong cơ quan, đơn vị", "agency", 20, "Luật số 10/2022/QH15, Điều 46, khoản 2 Điều 47, Điều 48"),
    ("Công khai cho mọi người, ít nhất 30 ngày", "public", 30, "Luật số 10/2022/QH15"),
)
PEOPLE = ("created_by", "withdrawn_by")
OTHERS = (
    ("form_id", "publication_form"), ("rule_id", "publication_rule"), ("unit_id", "unit"), ("document_id", "document"), ("proof_document_id", "document"),
)  # fmt: skip


def upgrade() -> None:
    """Add the tables with the forms and rules of the law, which mark no type of documents yet, and the switch, which is off."""
    forms = op.create_table(
        "publication_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("in_use", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_form")),
        sa.UniqueConstraint("name", name=op.f("uq_publication_form_name")),
        sqlite_autoincrement=True,
    )
    rules = op.create_table(
        "publication_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("start_days", sa.Integer(), nullable=True),
        sa.Column("least_days", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_publication_rule_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "publication_rule_type",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["publication_rule.id"], name=op.f("fk_publication_rule_type_rule_id_publication_rule")),
        sa.PrimaryKeyConstraint("rule_id", "type", name=op.f("pk_publication_rule_type")),
    )
    op.create_index(op.f("ix_publication_rule_type_type"), "publication_rule_type", ["type"])
    op.bulk_insert(forms, [{"name": name} for name in FORMS])
    since = dt.date(2023, 7, 1)
    op.bulk_insert(
        rules, [{"name": name, "audience": audience, "start_days": 5, "least_days": days, "basis": basis, "valid_from": since} for name, audience, days, basis in RULES]
    )
    _add_records()
    op.add_column("agency", sa.Column("public_page", sa.Boolean(), server_default=sa.false(), nullable=False))


def _add_records() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(300), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("timely_since", sa.Date(), nullable=True),
        sa.Column("proof_url", sa.String(1000), nullable=True),
        sa.Column("proof_sha256", sa.String(64), nullable=True),
        sa.Column("proof_document_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_by_label", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by_label", sa.String(300), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        *(sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_publication_{column}_user_account")) for column in PEOPLE),
        *(sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_publication_{column}_{table}")) for column, table in OTHERS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sqlite_autoincrement=True,
    )
    for column in ("document_id", "form_id", "rule_id", "unit_id", "starts_on", "proof_document_id"):
        op.create_index(op.f(f"ix_publication_{column}"), "publication", [column])
    op.create_index("ix_publication_audience_ends_on", "publication", ["audience", "ends_on", "starts_on", "document_id"])
    op.create_table(
        "publication_opening",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_publication_opening_document_id_document")),
        sa.PrimaryKeyConstraint("document_id", "day", name=op.f("pk_publication_opening")),
    )


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
