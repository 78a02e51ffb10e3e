"""Verify that nobody has changed the trail in the database. The check covers the hash of every row, the event
numbers, the triggers that protect the table, and the stored heads. A change made together with new hashes is only
found by comparing with a head stored before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from docmgr import context
from docmgr.migrations import trail_guard
from docmgr.policy import Actor
from docmgr.services.trail import heads as trail_heads
from docmgr.services.trail import rows as trail_rows
from docmgr.services.trail.heads import Head
from docmgr.services.trail.merkle import Tree
from docmgr.services.trail.walk import Beginning, Heads, Rows, TrailFault, VerifiedBase

MAX_FAULTS = 1000
TRIGGERS = {
    "trigger_missing": "Thiếu trigger bảo vệ {}.",
    "trigger_changed": "Trigger bảo vệ {} đã bị sửa hoặc bị tắt.",
    "trigger_added": "Bảng nhật ký có trigger lạ {}.",
    "rule_added": "Bảng nhật ký có quy tắc ghi lạ {}.",
    "row_security": "Bảng nhật ký {} bị bật lọc dòng.",
    "child_table": "Bảng nhật ký có bảng con lạ {}.",
}
NO_HEAD = (
    "Chưa có đầu cây nào được giữ, nên không biết được phần cuối có bị cắt, hay sự kiện có bị viết lại cùng với mã băm không."
)


@dataclass(frozen=True)
class Verdict:
    """The result of verifying the trail. `size` is the number of rows, and `root` the root hash over all rows in
    hexadecimal. `faults` is empty when no fault was found. `not_known` lists, in Vietnamese sentences, which changes
    this check could not have noticed."""

    size: int
    root: str
    faults: tuple[TrailFault, ...]
    not_known: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the check found no fault in the trail."""
        return not self.faults


def verify(actor: Actor, more: bytes | None = None) -> Verdict:
    """Verify this site's trail against its file of heads. `more` is the content of another file of heads to compare
    with, or None. Raises Denied unless the actor may read the whole trail or manages the site. Raises OSError when the
    file of heads cannot be read."""
    trail_heads.require_any(actor)
    # The heads are read before the rows: a head stored meanwhile would cover events that are not seen.
    own = trail_heads.content()
    engine = context.current().database.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        return examine(connection, {trail_heads.NAME: own} | ({} if more is None else {"--head": more}))


def examine(connection: Connection, files: dict[str, bytes]) -> Verdict:
    """Verify the trail in the database of the connection. `files` maps names to the contents of files of heads, against
    which the trail is checked. The caller must have opened a transaction that sees one state of the database
    throughout."""
    heads: list[Head] = []
    faults = [TrailFault(kind, None, TRIGGERS[kind].format(name)) for kind, name in trail_guard.faults(connection)]
    for name, content in files.items():
        kept = trail_heads.parse(content)
        heads += kept.heads
        faults += [TrailFault("head_damaged", None, f"Dòng {n} của {name} không phải là đầu cây.") for n in kept.damaged]
        if name != trail_heads.NAME and not kept.heads and not kept.damaged:
            faults.append(TrailFault("head_damaged", None, f"Tệp của {name} không có đầu cây nào."))
    base, compared = _base(connection), Heads(tuple(heads))
    tree, found = _walk(connection, base, compared)
    faults += found
    if len(faults) > MAX_FAULTS:
        faults[MAX_FAULTS:] = [TrailFault("more", None, f"Và {len(faults) - MAX_FAULTS} lỗi nữa.")]
    return Verdict(tree.size, tree.root().hex(), tuple(faults), tuple(_unknown(tree, compared.fitting, base)))


def _base(connection: Connection) -> VerifiedBase | None:
    """Find the newest event from which on the hashes of the trail count (see VerifiedBase). None when the trail has no
    such event, or when the event is damaged."""
    query = text(
        "SELECT seq, CAST(at AS TEXT), action, CAST(details AS TEXT) FROM trail_event"
        " WHERE action IN ('trail:begin', 'trail:accept') ORDER BY seq DESC LIMIT 1"
    )
    row = connection.execute(query).first()
    try:
        if row is None:
            return None
        said = json.loads(row[3])
        accepted = int(said["faults"]) if row[2] == "trail:accept" else None
        base = VerifiedBase(row[0], str(row[1])[:19], accepted, int(said["events"]), int(said["last"]), str(said["root"]))
        return base if base.last < base.seq else None
    except (ValueError, TypeError, KeyError):
        # Then the event's own hash is wrong too.
        return None


def _walk(connection: Connection, base: VerifiedBase | None, heads: Heads) -> tuple[Tree, list[TrailFault]]:
    """Check all rows of the trail. Returns (hash tree over all rows, faults). `base` is the event from which on the
    hashes count, or None. `heads` compares the tree with the stored heads. Faults that a person accepted when restoring
    a backup are left out."""
    tree, rows, beginning = Tree(), Rows(base), Beginning(base)
    faults: list[TrailFault] = []
    heads.look(tree, None)
    for row in trail_rows.read(connection):
        beginning.look(tree, row.seq)
        faults += rows.step(row)
        tree.add(row.leaf)
        heads.look(tree, row.seq)
    beginning.look(tree, None)
    faults += rows.end()
    if base is not None and base.accepted is not None and beginning.fits:
        faults = [fault for fault in faults if fault.seq is None or fault.seq > base.last]
    return tree, [*faults, *beginning.end(), *heads.end(tree)]


def _unknown(tree: Tree, fitting: Head | None, base: VerifiedBase | None) -> Iterator[str]:
    if fitting is None:
        yield NO_HEAD
    else:
        yield (
            f"Đầu cây khớp mới nhất được giữ lúc {fitting.time}, gồm {fitting.size} sự kiện. Từ lúc đó không biết được sự kiện"
            f" nào bị cắt ở cuối, hay bị viết lại hoặc thêm vào cùng với mã băm (hiện có {tree.size - fitting.size} sự kiện sau đó)."
        )
    if base is None:
        return
    if base.accepted is not None:
        yield (
            f"Nhật ký đến sự kiện số {base.last} được phục hồi từ bản sao lưu có nhật ký đã bị sửa ({base.accepted} lỗi), theo yêu cầu"
            f" của người phục hồi (sự kiện số {base.seq}, lúc {base.at} UTC); chỉ bảo đảm từ lúc đó."
        )
    else:
        yield (
            f"{base.size} sự kiện đến số {base.last} có từ trước khi tính mã băm (sự kiện số {base.seq}, lúc {base.at} UTC);"
            " chỉ bảo đảm từ lúc đó."
        )
