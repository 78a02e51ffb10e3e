"""Add the plan of inspections of a year, their teams, and checklists with the lines that inspections take from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

INDEXED = {
    "checklist_line": ("checklist_id", "document_id", "task_id"), "inspection_check": ("inspection_id", "line_id", "task_id"),
    "check_photo": ("check_id", "sha256"), "planned_inspection": ("year",), "planned_unit": ("unit_id",), "inspection_member": ("user_id",),
}  # fmt: skip
# Neither database's tables are written anew for a column that refers to another table.
REFERRING = "ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)"


def upgrade() -> None:
    """Add the tables, which are empty, and the columns by which inspections and links refer to them."""
    _table(
        "checklist", _number("revision", default="1"), sa.Column("title", sa.String(300), nullable=False), _refers("created_by"), _moment("created_at", False)
    )
    _table(
        "checklist_line", _number("checklist_id"), _number("place"), sa.Column("text", sa.Text(), nullable=False), _refers("document_id"),
        sa.Column("anchor", sa.String(200)), _refers("task_id"), sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False),
        others={"checklist_id": "checklist", "document_id": "document", "task_id": "task"},
    )  # fmt: skip
    _table(
        "inspection_check", _number("revision", default="1"), _number("inspection_id"), _refers("line_id"), _number("place"),
        sa.Column("text", sa.Text(), nullable=False), _refers("document_id"), sa.Column("anchor", sa.String(200)), _refers("task_id"),
        sa.Column("result", sa.String(20), server_default="open", nullable=False), sa.Column("note", sa.Text()), _refers("checked_by"),
        sa.Column("checked_by_label", sa.String(300)), _moment("checked_at"),
        others={"inspection_id": "inspection", "line_id": "checklist_line", "document_id": "document", "task_id": "task", "checked_by": "user_account"},
    )  # fmt: skip
    op.create_index("ix_inspection_check_document_id_anchor", "inspection_check", ["document_id", "anchor"])
    _table(
        "check_photo", _number("check_id"), sa.Column("sha256", sa.String(64), nullable=False), _number("size"), _number("width"), _number("height"),
        _refers("created_by"), sa.Column("created_by_label", sa.String(300), nullable=False), _moment("created_at", False), _moment("ended_at"),
        others={"check_id": "inspection_check", "created_by": "user_account"},
    )  # fmt: skip
    _plan()
    for columns in INDEXED.items():
        for column in columns[1]:
            op.create_index(op.f(f"ix_{columns[0]}_{column}"), columns[0], [column])
    for table, column, other in (("inspection", "planned_id", "planned_inspection"), ("link", "check_id", "inspection_check")):
        op.execute(REFERRING.format(table=table, column=column, other=other))
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.add_column("inspection", sa.Column("kind", sa.String(20), server_default="inspection", nullable=False))
    op.add_column("inspection", _moment("sent_at"))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")


def _plan() -> None:
    _table(
        "planned_inspection", _number("revision", default="1"), _number("year"), _refers("month"), sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("note", sa.Text()), _refers("head_id"), _refers("created_by"), _moment("created_at", False),
        others={"head_id": "user_account", "created_by": "user_account"},
    )  # fmt: skip
    for name, *columns in (("planned_unit", "planned_id", "unit_id"), ("inspection_member", "inspection_id", "user_id")):
        more = [sa.Column("head", sa.Boolean(), server_default=sa.false(), nullable=False)] if name == "inspection_member" else []
        other = {"planned_id": "planned_inspection", "unit_id": "unit", "inspection_id": "inspection", "user_id": "user_account"}
        op.create_table(
            name, *(_number(column) for column in columns), *more,
            *(sa.ForeignKeyConstraint([column], [f"{other[column]}.id"], name=op.f(f"fk_{name}_{column}_{other[column]}")) for column in columns),
            sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{name}")),
        )  # fmt: skip


def _table(name: str, *columns: sa.Column[object], others: dict[str, str] | None = None) -> None:
    refers = others or {"created_by": "user_account"}
    op.create_table(
        name, _number("id"), *columns,
        *(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}_{other}")) for column, other in refers.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")), sqlite_autoincrement=True,
    )  # fmt: skip


def _number(name: str, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), server_default=default, nullable=False)


def _refers(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=True)


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
