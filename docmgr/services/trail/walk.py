"""The checks that go through the rows of the trail one by one, the oldest first. They check the hash of each row, the
sequence of the numbers, and the hash tree against stored heads.
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

    `seq` is the number of the event, or None when the fault concerns no single event. `detail` describes the fault in a
    Vietnamese sentence. `kind` is a code. Codes for events: changed, removed, inserted, reordered, and cut (missing at the
    end). Codes for heads: root_differs and head_damaged. Codes for the table: trigger_missing, trigger_changed,
    trigger_added, rule_added, row_security and child_table. The code "more" says how many further faults are not listed.
    """

    kind: str
    seq: int | None
    detail: str


@dataclass(frozen=True)
class VerifiedBase:
    """An event from which on the hashes of the trail count. Either hashing began with this event, or a person then accepted
    a trail that had been changed.

    `seq` is the number of this event, and `at` its time. `size` is how many events were before it, `last` the number of the
    last one, and `root` their root hash. `accepted` is how many faults the person accepted. None means that hashing began
    with this event.
    """

    seq: int
    at: str
    accepted: int | None
    size: int
    last: int
    root: str


class Rows:
    """Check the hash of each row of the trail, and check that the numbers start at 1 without gaps. Call `step` for each row
    and then `end`. Gaps before the event `base` are allowed. Without `base`, no gaps are allowed."""

    def __init__(self, base: VerifiedBase | None) -> None:
        self._old = base.last if base else 0
        self._before = max(self._old, 0)
        self._odd: list[EventRow] = []
        self._more: list[int] = []

    def step(self, row: EventRow) -> Iterator[TrailFault]:
        """Yield the faults that this row shows at once: a number below 1, or missing events before it. A wrong hash is
        reported by `end`."""
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
    """Compare the hash tree of the trail with the stored `heads`. Call `look` before the first row and after each row, then
    `end`. `fitting` is the last head that matched, or None."""

    def __init__(self, heads: tuple[Head, ...]) -> None:
        self._wanted: dict[int, list[Head]] = {}
        for head in heads:
            self._wanted.setdefault(head.size, []).append(head)
        self.fitting: Head | None = None
        self._differing: list[tuple[Head, int | None]] = []

    def look(self, tree: Tree, seq: int | None) -> None:
        """Compare `tree`, which grows row by row, with the stored heads of the same size. Heads that differ are reported by
        `end`. `seq` is the number of the last event in the tree, or None before the first event."""
        for head in self._wanted.pop(tree.size, ()):
            if head.root == tree.root().hex():
                self.fitting = head
            else:
                self._differing.append((head, seq))

    def end(self, tree: Tree) -> Iterator[TrailFault]:
        """Yield the faults that the heads show. One fault says that stored heads differ from the tree. Another says that a
        stored head counts more events than there are now."""
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
    """Check whether the events before the event `base` still have the root hash that `base` recorded. Call `look` before
    each row and once after the last one, then `end`. Without `base` nothing is checked."""

    def __init__(self, base: VerifiedBase | None) -> None:
        self._base = base
        self._seen: tuple[int, str] | None = None

    def look(self, tree: Tree, coming: int | None) -> None:
        """Note the root hash of `tree` as soon as the tree has all events before the base. `coming` is the number of the
        next event, or None after the last one."""
        if self._base and self._seen is None and (coming is None or coming > self._base.last):
            self._seen = tree.size, tree.root().hex()

    @property
    def fits(self) -> bool:
        """Whether the events before the base are unchanged. True when there is no base. Call it after `look` has seen all
        these events."""
        return self._base is None or self._seen == (self._base.size, self._base.root)

    def end(self) -> Iterator[TrailFault]:
        """Yield one fault if events before the base were changed, removed or added."""
        if self._base is None or self._seen is None or self.fits:
            return
        base, size = self._base, self._seen[0]
        if size < base.size:
            yield TrailFault("removed", None, f"Thiếu {base.size - size} trong số các sự kiện đến số {base.last}.")
        elif size > base.size:
            yield TrailFault("inserted", None, f"Thừa {size - base.size} trong số các sự kiện đến số {base.last}.")
        else:
            yield TrailFault("root_differs", base.last, f"Các sự kiện đến số {base.last} khác với lúc ghi sự kiện số {base.seq}.")
