"""Random tampering with the trail by raw SQL, with the guards removed. All of it is detected with the stored head,
except tampering with events newer than the head, which the verdict lists in `not_known`.

Each act runs in a transaction that is rolled back, so that hundreds of them start from the same trail.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from docmgr import db
from docmgr.context import Context
from docmgr.migrations import trail_guard
from docmgr.policy import COMMAND_LINE
from docmgr.services.trail import heads, verify
from docmgr.services.trail.heads import Head
from docmgr.services.trail.verify import Verdict
from tests.support.tampering import TABLE, fit_hashes, record

EVENTS, KEPT = 60, 45
FAR = 10_000
SEQ = TABLE.c.seq
COLUMNS = [column for column in TABLE.columns if column.name not in {"seq", "leaf_hash"}]


@dataclass
class Forger:
    """Someone with the database's password, who makes random choices."""

    connection: Connection
    chance: random.Random

    def some(self, before: int = EVENTS) -> int:
        """The number of a random event up to `before`."""
        return self.chance.randint(1, before)

    def move(self, old: int, new: int) -> None:
        """Change the number of an event."""
        self.connection.execute(sa.update(TABLE).where(SEQ == old).values(seq=new))

    def edit(self) -> int:
        """Change a random column of an event."""
        seq, column = self.some(), self.chance.choice(COLUMNS)
        old = self.connection.execute(sa.select(column).where(SEQ == seq)).scalar_one()
        new: object = self.chance.randrange(10**6, 10**9)
        if isinstance(old, str):
            new = ("x" + old)[:10] if len(old) < 10 else old[:-1]
        elif isinstance(old, dt.datetime):
            new = old + dt.timedelta(microseconds=self.chance.choice([1, -1, 10**6, -(10**11)]))
        elif isinstance(old, dict):
            new = {**old, self.chance.choice(["size", "file", "mới"]): self.chance.choice([None, True, 1.5, "khác", [1]])}
        self.connection.execute(sa.update(TABLE).where(SEQ == seq).values({column.name: new}))
        return seq

    def rewrite_hash(self) -> int:
        """Replace a hash by a random one or by that of a neighbour."""
        seq = self.some()
        new = self.chance.choice(["", "0" * 64, "x", f"{self.chance.getrandbits(256):064x}"])
        self.connection.execute(sa.update(TABLE).where(SEQ == seq).values(leaf_hash=new))
        return seq

    def delete(self) -> int:
        """Delete some events in the middle."""
        seq = self.some(EVENTS - 6)
        self.connection.execute(sa.delete(TABLE).where(SEQ >= seq, SEQ < seq + self.chance.randint(1, 5)))
        return seq

    def close_a_gap(self) -> int:
        """Delete an event and close the gap by moving the later ones down."""
        seq = self.some(EVENTS - 1)
        self.connection.execute(sa.delete(TABLE).where(SEQ == seq))
        for later in range(seq + 1, EVENTS + 1):
            self.move(later, later - 1)
        return seq

    def squeeze_in(self) -> int:
        """Insert an event in the middle and move the later ones up."""
        seq = self.some()
        for later in range(EVENTS, seq - 1, -1):
            self.move(later, later + 1)
        self.copy(seq + 1, seq)
        return seq

    def forge_below_one(self) -> int:
        """Insert an event before the first."""
        self.copy(self.some(), -self.chance.randint(0, 9))
        return 0

    def swap(self) -> int:
        """Exchange two events."""
        one, other = self.chance.sample(range(1, EVENTS + 1), 2)
        for old, new in ((one, FAR), (other, one), (FAR, other)):
            self.move(old, new)
        return min(one, other)

    def reorder(self) -> int:
        """Reorder some adjacent events."""
        first, count = self.some(EVENTS - 5), self.chance.randint(3, 5)
        places = list(range(first, first + count))
        shuffled = places[1:] + places[:1]
        for old in places:
            self.move(old, FAR + old)
        for old, new in zip(places, shuffled, strict=True):
            self.move(FAR + old, new)
        return first

    def cut(self) -> int:
        """Delete the last events."""
        seq = self.some()
        self.connection.execute(sa.delete(TABLE).where(SEQ >= seq))
        return seq

    def copy(self, of: int, seq: int) -> None:
        """Insert a copy of a row under another number."""
        row = self.connection.execute(sa.select(TABLE).where(SEQ == of)).mappings().one()
        self.connection.execute(sa.insert(TABLE), {**row, "seq": seq, "subject_label": "thêm vào"})

    def leave_a_trigger_out(self) -> None:
        """Remove a trigger without changing a row."""
        sqlite = self.connection.dialect.name == "sqlite"
        found = self.connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail_event'"
            if sqlite
            else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'trail_event'::regclass AND NOT tgisinternal"
        )
        name = self.chance.choice(sorted(found.scalars().all()))
        self.connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if sqlite else " ON trail_event"))


TAMPERS: list[Callable[[Forger], int]] = [
    Forger.edit, Forger.edit, Forger.edit, Forger.rewrite_hash, Forger.delete, Forger.close_a_gap, Forger.squeeze_in,
    Forger.forge_below_one, Forger.swap, Forger.reorder, Forger.cut,
]  # fmt: skip


@pytest.fixture
def head(site: Context) -> Head:
    """The head of the first KEPT of EVENTS events."""
    record(KEPT)
    kept = heads.current(COMMAND_LINE)
    record(EVENTS - KEPT, first=KEPT + 1)
    db.release()
    return kept


def examine(site: Context, head: Head, act: Callable[[Forger], None], seed: int) -> Verdict:
    """The verdict after `act`, which is then rolled back."""
    with site.database.write_engine.connect() as connection, connection.begin() as transaction:
        act(Forger(connection, random.Random(seed)))
        verdict = verify.examine(connection, {heads.NAME: head.line()})
        transaction.rollback()
    return verdict


def test_every_tamper_is_found_or_announced(site: Context, head: Head, full_size: bool) -> None:
    missed, unseen = [], 0
    for seed in range(500 if full_size else 33):
        tamper = TAMPERS[seed % len(TAMPERS)]
        # This forger recomputes the hashes; an act that only damages hashes would be undone by that.
        careful = bool(seed // len(TAMPERS) % 2) and tamper is not Forger.rewrite_hash
        touched: list[int] = []

        def act(forger: Forger) -> None:
            with trail_guard.lifted(forger.connection):
                touched.append(tamper(forger))
                if careful:
                    fit_hashes(forger.connection)

        verdict = examine(site, head, act, seed)
        newer = min(touched) > KEPT
        announced = any(f"gồm {KEPT} sự kiện" in said and head.time in said for said in verdict.not_known)
        if verdict.ok and newer and announced:
            # Nobody can detect recomputed hashes or deleted events after the last stored head.
            unseen += 1
            assert careful or tamper is Forger.cut
        elif verdict.ok:
            missed.append((seed, tamper.__name__, careful, touched))
    assert missed == []
    # Most acts change something that the head covers.
    assert unseen < (500 if full_size else 33) / 4


def test_a_missing_trigger_is_found(site: Context, head: Head, full_size: bool) -> None:
    for seed in range(30 if full_size else 4):
        verdict = examine(site, head, Forger.leave_a_trigger_out, seed)
        assert [fault.kind for fault in verdict.faults] == ["trigger_missing"]


def test_the_guard_alone_refuses_all_of_it(site: Context, head: Head, full_size: bool) -> None:
    """Without removing a trigger, every act is refused."""
    for seed in range(110 if full_size else 22):
        tamper = TAMPERS[seed % len(TAMPERS)]
        with pytest.raises(sa.exc.DBAPIError, match="rows are only ever added"):
            examine(site, head, lambda forger: tamper(forger), seed)
    assert examine(site, head, lambda forger: None, 0).ok
