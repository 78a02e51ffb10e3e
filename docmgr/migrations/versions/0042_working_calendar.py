"""Add the working calendar, with the days of three years, and the period of tasks that follow an event."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

# Labour Code (45/2019/QH14), Article 112, with the days that offices of the state were given in exchange.
OFF = (
    ("2024-01-01", 1, "Tết Dương lịch"),
    ("2024-02-08", 7, "Tết Nguyên đán"),
    ("2024-04-18", 1, "Giỗ Tổ Hùng Vương"),
    ("2024-04-29", 1, "Nghỉ hoán đổi"),
    ("2024-04-30", 1, "Ngày Chiến thắng"),
    ("2024-05-01", 1, "Quốc tế Lao động"),
    ("2024-09-02", 2, "Quốc khánh"),
    ("2025-01-01", 1, "Tết Dương lịch"),
    ("2025-01-25", 9, "Tết Nguyên đán"),
    ("2025-04-07", 1, "Giỗ Tổ Hùng Vương"),
    ("2025-04-30", 1, "Ngày Chiến thắng"),
    ("2025-05-01", 1, "Quốc tế Lao động"),
    ("2025-05-02", 1, "Nghỉ hoán đổi"),
    ("2025-09-01", 2, "Quốc khánh"),
    ("2026-01-01", 1, "Tết Dương lịch"),
    ("2026-01-02", 1, "Nghỉ hoán đổi"),
    ("2026-02-14", 9, "Tết Nguyên đán"),
    ("2026-04-26", 1, "Giỗ Tổ Hùng Vương"),
    ("2026-04-27", 1, "Nghỉ bù Giỗ Tổ Hùng Vương"),
    ("2026-04-30", 1, "Ngày Chiến thắng"),
    ("2026-05-01", 1, "Quốc tế Lao động"),
    ("2026-08-31", 1, "Nghỉ hoán đổi"),
    ("2026-09-01", 2, "Quốc khánh"),
)
WORKED = (("2024-05-04", "29/04/2024"), ("2025-04-26", "02/05/2025"), ("2026-01-10", "02/01/2026"), ("2026-08-22", "31/08/2026"))


def upgrade() -> None:
    """Add the tables with the days of 2024 to 2026, and the columns, which are empty for the tasks that exist."""
    years = op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("checked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    days = op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["year"], ["calendar_year.year"], name=op.f("fk_calendar_day_year_calendar_year")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_index(op.f("ix_calendar_day_year"), "calendar_day", ["year"])
    op.bulk_insert(years, [{"year": year} for year in (2024, 2025, 2026)])
    op.bulk_insert(days, _rows())
    op.add_column("task", sa.Column("due_days", sa.Integer(), nullable=True))
    op.add_column("task", sa.Column("due_unit", sa.String(10), nullable=True))
    op.add_column("task", sa.Column("event_on", sa.Date(), nullable=True))


def _rows() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for first, length, name in OFF:
        begin = dt.date.fromisoformat(first)
        rows += [{"day": begin + dt.timedelta(days=n), "year": begin.year, "worked": False, "name": name} for n in range(length)]
    for first, instead in WORKED:
        day = dt.date.fromisoformat(first)
        rows.append({"day": day, "year": day.year, "worked": True, "name": f"Làm bù ngày {instead}"})
    return rows


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
