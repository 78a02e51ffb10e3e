"""Give each event of the trail its leaf hash, and number new events without gaps."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

from docmgr.db import UtcDateTime
from docmgr.migrations import trail_guard
from docmgr.services.trail import merkle

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BATCH = 2000
EVENTS = sa.table(
    "trail_event",
    sa.column("seq", sa.Integer),
    sa.column("at", UtcDateTime),
    *(sa.column(name) for name in merkle.FIELDS if name not in {"seq", "at", "details"}),
    sa.column("details", sa.JSON),
    sa.column("leaf_hash", sa.String),
)


def upgrade() -> None:
    """Hash the existing events, record the last of them in a new event, and then allow only hashed events in
    sequence."""
    connection = op.get_bind()
    trail_guard.lift(connection)
    tree, last = _hash_rows(connection)
    if tree.size:
        _note(connection, tree, last)
    with op.batch_alter_table("trail_event", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("leaf_hash", existing_type=sa.String(64), nullable=False)
    if connection.dialect.name == "postgresql":
        # Numbers come from the program: a sequence leaves gaps.
        op.execute("ALTER TABLE trail_event ALTER COLUMN seq DROP DEFAULT")
        op.execute("DROP SEQUENCE IF EXISTS trail_event_seq_seq")
    for statement in trail_guard.statements(connection.dialect.name):
        op.execute(statement)


def _hash_rows(connection: sa.Connection) -> tuple[merkle.Tree, int]:
    """Fill `leaf_hash` of all rows; returns the tree over them and the last number. Gaps left by rolled-back work
    stay."""
    tree, last = merkle.Tree(), None
    change = sa.update(EVENTS).where(EVENTS.c.seq == sa.bindparam("of")).values(leaf_hash=sa.bindparam("sum"))
    while True:
        query = sa.select(EVENTS).order_by(EVENTS.c.seq).limit(BATCH)
        rows = connection.execute(query if last is None else query.where(EVENTS.c.seq > last)).mappings().all()
        if not rows:
            return tree, last or 0
        sums = [{"of": row["seq"], "sum": _sum(row)} for row in rows]
        connection.execute(change, sums)
        for one in sums:
            tree.add(bytes.fromhex(one["sum"]))
        last = rows[-1]["seq"]


def _sum(row: sa.RowMapping) -> str:
    return merkle.event_hash({**row, "at": merkle.moment(row["at"])})


def _note(connection: sa.Connection, tree: merkle.Tree, last: int) -> None:
    """Add an event that says where the hashes begin: they cannot show what was changed before this moment."""
    event = {
        "seq": max(last, 0) + 1, "at": dt.datetime.now(dt.UTC), "actor_id": None, "actor_label": "Nâng cấp dữ liệu",
        "actor_unit_id": None, "actor_unit_label": None, "via": "cli", "action": "trail:begin", "subject_type": "site",
        "subject_id": None, "subject_label": "Dấu vết", "document_id": None,
        "details": {"events": tree.size, "last": last, "root": tree.root().hex()},
    }  # fmt: skip
    connection.execute(sa.insert(EVENTS).values(**event, leaf_hash=_sum(event)))


def downgrade() -> None:
    """Not possible: restore a backup instead. Raises NotImplementedError."""
    raise NotImplementedError("restore a backup instead")
