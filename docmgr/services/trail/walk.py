"""Checks that look at the rows of the trail one after the other, the oldest first.

Each row is compared with its hash, the numbers with each other, and the hash tree with stored heads. The events
before the base, the event from which on the hashes can be relied on, are compared with the root hash that the base
recorded. services.trail.verify reads the rows and reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docmgr.services.trail.heads import Head
from docmgr.services.trail.merkle import Tree
from docmgr.services.trail.rows import EventRow

# How many rows with wrong hashes are searched for rows that changed places.
MAX_PLACES = 200


@dataclass(frozen=True)
class TrailFault:
    """One fault of the trail.

    `seq` is the number of the event, or None when the fault concerns no single event; `detail` is a Vietnamese
    sentence. `kind` is one of these. For events: changed, removed, inserted, reordered, or cut (missing at the end). For
    the hash tree and its heads: root_differs or head_damaged. For the table in the database: trigger_missing,
    trigger_changed, trigger_added, or on PostgreSQL rule_added (a rewrite rule), row_security or child_table (a table
    that inherits from it). The kind "more" says how many further faults are left out.
    """

    kind: str
    seq: int | None
    detail: str


@dataclass(frozen=True)
class VerifiedBase:
    """The base: the event that says from where on the hashes of the trail can be relied on.

    `seq` is its number and `at` its time. `size` is the number of events before it, `last` the number of the last of
    these, and `root` the root hash over them. `accepted` is how many faults in the events before it a person accepted
    when restoring a backup; None means that those events had no hashes before.
    """

    seq: int
    at: str
    accepted: int | None
    size: int
    last: int
    root: str


class Rows:
    """Check each row of the trail against its hash, and check that the numbers start at 1 and have no gaps. Call
    `step` for each row and then `end`. `base` is the event from which on the hashes can be relied on, or None when all
    can be relied on. Gaps before the base are allowed."""

    def __init__(self, base: VerifiedBase | None) -> None:
        self._old = base.last if base else 0
        self._before = max(self._old, 0)
        self._odd: list[EventRow] = []
        self._more: list[int] = []

    def step(self, row: EventRow) -> Iterator[TrailFault]:
        """Yield the faults that this row shows at once: a wrong number, or missing events before it. A wrong hash is
        remembered for `end`."""
        if row.seq < 1:
            yield TrailFault("inserted", row.seq, f"Sự kiện số {row.seq} không do chương trình ghi: số bắt đầu từ 1.")
        if row.seq > self._old:
            if row.seq > self._before + 1:
                yield _missing(self._before + 1, row.seq - 1)
            self._before = row.seq
        if not row.fits and len(self._odd) < MAX_PLACES:
            self._odd.append(row)
        elif not row.fits:
            self._more.append(row.seq)

    def end(self) -> Iterator[TrailFault]:
        """Yield the faults of the rows with wrong hashes: each was changed, or it was moved to another number."""
        places = {row.seq for row in self._odd} | {self._before + 1}
        for row in self._odd:
            place = next((seq for seq in places if row.fits_at(seq)), None)
            if place is None:
                yield _changed(row.seq)
            else:
                yield TrailFault("reordered", row.seq, f"Sự kiện số {row.seq} vốn có số {place}: đã bị đổi chỗ.")
        yield from map(_changed, self._more)


def _changed(seq: int) -> TrailFault:
    return TrailFault("changed", seq, f"Sự kiện số {seq} không khớp với mã băm của nó: đã bị sửa.")


def _missing(first: int, last: int) -> TrailFault:
    which = f"số {first}" if first == last else f"từ số {first} đến số {last}"
    return TrailFault("removed", first, f"Thiếu sự kiện {which}.")


class Heads:
    """Check the hash tree of the trail against the stored `heads`. Call `look` before the first row and after each
    row, then `end`. `fitting` is the last head that matched, or None."""

    def __init__(self, heads: tuple[Head, ...]) -> None:
        self._wanted: dict[int, list[Head]] = {}
        for head in heads:
            self._wanted.setdefault(head.size, []).append(head)
        self.fitting: Head | None = None
        self._differing: list[tuple[Head, int | None]] = []

    def look(self, tree: Tree, seq: int | None) -> None:
        """Compare the root hash of `tree` with the stored heads that have the same size as the tree. A head with another
        root hash is remembered, and `end` reports it. `seq` is the number of the last event in the tree, or None before
        the first event."""
        for head in self._wanted.pop(tree.size, ()):
            if head.root == tree.root().hex():
                self.fitting = head
            else:
                self._differing.append((head, seq))

    def end(self, tree: Tree) -> Iterator[TrailFault]:
        """Yield the faults that the heads show: one if stored heads do not match the tree, and one if a stored head
        counts more events than the tree has now."""
        if self._differing:
            head, seq = self._differing[0]
            first = self.fitting.size + 1 if self.fitting and self.fitting.size < head.size else 1
            yield TrailFault(
                "root_differs", seq,
                f"Cây của {head.size} sự kiện đầu khác với đầu cây đã giữ lúc {head.time}: trong các sự kiện thứ {first} đến"
                f" {head.size} có sự kiện bị sửa, bỏ, thêm hoặc đổi chỗ ({len(self._differing)} đầu cây không khớp).",
            )  # fmt: skip
        if self._wanted:
            head = max((head for heads in self._wanted.values() for head in heads), key=lambda head: head.size)
            yield TrailFault(
                "cut", None,
                f"Phần cuối đã bị cắt: lúc {head.time} có {head.size} sự kiện, nay chỉ còn {tree.size}.",
            )  # fmt: skip


class Beginning:
    """Check the events before the base, the event from which on the hashes can be relied on, against the root hash
    that the base recorded for them. Call `look` before each row and once more after the last one, then `end`."""

    def __init__(self, base: VerifiedBase | None) -> None:
        self._base = base
        self._seen: tuple[int, str] | None = None

    def look(self, tree: Tree, coming: int | None) -> None:
        """Record the root hash of `tree` once it has all events before the base, the event from which on the hashes can be
        relied on; `fits` and `end` compare it with the root hash that the base recorded. Without a base this does
        nothing. `coming` is the number of the next event, or None after the last one."""
        if self._base and self._seen is None and (coming is None or coming > self._base.last):
            self._seen = tree.size, tree.root().hex()

    @property
    def fits(self) -> bool:
        """Whether the events before the base, the event from which on the hashes can be relied on, are unchanged.
        True when there is no base."""
        return self._base is None or self._seen == (self._base.size, self._base.root)

    def end(self) -> Iterator[TrailFault]:
        """Yield one fault if the events before the base, the event from which on the hashes can be relied on, were
        changed, removed or added to."""
        if self._base is None or self._seen is None or self.fits:
            return
        base, size = self._base, self._seen[0]
        if size < base.size:
            yield TrailFault("removed", None, f"Thiếu {base.size - size} trong số các sự kiện đến số {base.last}.")
        elif size > base.size:
            yield TrailFault("inserted", None, f"Thừa {size - base.size} trong số các sự kiện đến số {base.last}.")
        else:
            yield TrailFault("root_differs", base.last, f"Các sự kiện đến số {base.last} khác với lúc ghi sự kiện số {base.seq}.")
