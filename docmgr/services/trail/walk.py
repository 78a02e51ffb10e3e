"""What is compared while the trail's rows go by, oldest first: rows with their hashes, numbers with each other, the tree
with kept heads, and the tree at the place from which on the hashes vouch. Leaves reading and reporting to trail_verify.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docmgr.services.trail.heads import Head
from docmgr.services.trail.merkle import Tree
from docmgr.services.trail.rows import EventRow

# Rows that changed places are looked for among so many that do not bear their own hash.
MAX_PLACES = 200


@dataclass(frozen=True)
class TrailFault:
    """One thing that is wrong; `seq`: at which event, `detail`: a Vietnamese sentence.

    Kinds: changed, removed, inserted, reordered, cut, root_differs, head_damaged, trigger_missing, trigger_changed,
    trigger_added, rule_added, row_security, child_table, more (there are others of these).
    """

    kind: str
    seq: int | None
    detail: str


@dataclass(frozen=True)
class VerifiedBase:
    """Where the hashes begin to vouch: the event that says so, its moment, and number, last seq and root of the events
    before it. `accepted`: how many faults of those somebody took as they were; None: it began there."""

    seq: int
    at: str
    accepted: int | None
    size: int
    last: int
    root: str


class Rows:
    """Each row against its own hash, and the numbers: from 1, without gaps where hashes were there from the start."""

    def __init__(self, base: VerifiedBase | None) -> None:
        self._old = base.last if base else 0
        self._before = max(self._old, 0)
        self._odd: list[EventRow] = []
        self._more: list[int] = []

    def step(self, row: EventRow) -> Iterator[TrailFault]:
        """Faults that this row shows at once."""
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
        """Rows that do not bear their own hash: changed, or put in another's place."""
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
    """The tree against heads that were kept."""

    def __init__(self, heads: tuple[Head, ...]) -> None:
        self._wanted: dict[int, list[Head]] = {}
        for head in heads:
            self._wanted.setdefault(head.size, []).append(head)
        self.fitting: Head | None = None
        self._differing: list[tuple[Head, int | None]] = []

    def look(self, tree: Tree, seq: int | None) -> None:
        """Compare at this size; `seq`: the last event of the tree."""
        for head in self._wanted.pop(tree.size, ()):
            if head.root == tree.root().hex():
                self.fitting = head
            else:
                self._differing.append((head, seq))

    def end(self, tree: Tree) -> Iterator[TrailFault]:
        """Heads that do not fit."""
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
    """The events from before the hashes, against the root that was noted when hashing began."""

    def __init__(self, base: VerifiedBase | None) -> None:
        self._base = base
        self._seen: tuple[int, str] | None = None

    def look(self, tree: Tree, coming: int | None) -> None:
        """Compare once the next event, or the end (None), lies behind them."""
        if self._base and self._seen is None and (coming is None or coming > self._base.last):
            self._seen = tree.size, tree.root().hex()

    @property
    def fits(self) -> bool:
        """Whether they are as they were then."""
        return self._base is None or self._seen == (self._base.size, self._base.root)

    def end(self) -> Iterator[TrailFault]:
        """How they differ."""
        if self._base is None or self._seen is None or self.fits:
            return
        base, size = self._base, self._seen[0]
        if size < base.size:
            yield TrailFault("removed", None, f"Thiếu {base.size - size} trong số các sự kiện đến số {base.last}.")
        elif size > base.size:
            yield TrailFault("inserted", None, f"Thừa {size - base.size} trong số các sự kiện đến số {base.last}.")
        else:
            yield TrailFault("root_differs", base.last, f"Các sự kiện đến số {base.last} khác với lúc ghi sự kiện số {base.seq}.")
