"""Heads of the trail: the file, what it survives, and when the worker adds to it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.trail import heads, verify
from docmgr.services.trail.heads import Head, Keeper
from tests.support.acting import actor_of
from tests.support.tampering import fit_hashes, record, unguarded

TIME = "2024-02-05T07:00:00+00:00"


class Clock:
    """A replacement for time.monotonic."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(heads, "time", clock)
    return clock


def sizes() -> list[int]:
    return [head.size for head in heads.parse(heads.content()).heads]


def test_the_head_is_that_of_the_rows(site: Context) -> None:
    record(7)
    head = heads.current(COMMAND_LINE)
    verdict = verify.verify(COMMAND_LINE)
    assert (head.size, head.root) == (verdict.size, verdict.root) == (7, head.root)


def test_only_who_answers_for_trail_or_site_may_ask(site: Context, people: dict[str, User]) -> None:
    for role in ("auditor", "administrator"):
        assert heads.current(actor_of(people[role])).size == verify.verify(actor_of(people[role])).size
    for role in ("staff", "clerk", "leader"):
        for attempt in (heads.current, verify.verify):
            with pytest.raises(Denied):
                attempt(actor_of(people[role]))


def test_a_head_is_appended_and_only_its_owner_may_read_it(site: Context) -> None:
    first, second = Head(3, "a" * 64, TIME), Head(5, "b" * 64, TIME)
    assert heads.keep(first) and heads.keep(second)
    # A head of the same size, or of fewer events, is not new.
    assert not heads.keep(Head(5, "c" * 64, TIME)) and not heads.keep(Head(4, "c" * 64, TIME))
    assert heads.content() == first.line() + second.line()
    assert json.loads(first.line()) == {"size": 3, "root": "a" * 64, "time": TIME}
    assert stat.S_IMODE(heads.path().stat().st_mode) == 0o600


def test_heads_are_on_disk_before_they_count(site: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(heads.os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink().name))
    monkeypatch.setattr(heads, "sync_folder", lambda folder: synced.append(folder.name))
    heads.keep(Head(1, "a" * 64, TIME))
    assert synced == [heads.NAME, site.settings.home.name]


def test_half_a_line_does_not_spoil_the_next(site: Context) -> None:
    first, second = Head(3, "a" * 64, TIME), Head(5, "b" * 64, TIME)
    heads.path().write_bytes(first.line() + second.line()[:40])
    assert heads.keep(second)
    assert heads.content() == first.line() + second.line()


@pytest.mark.parametrize(
    "line",
    [
        b"x", b"[]", b"{}", b"7", b"\xff\xfe", b'{"size": 1}', b'{"size": true, "root": "%s", "time": "2024-01-01"}' % (b"a" * 64),
        b'{"size": -1, "root": "%s", "time": "2024-01-01"}' % (b"a" * 64),
        b'{"size": 1, "root": "%s", "time": "2024-01-01"}' % (b"A" * 64),
        b'{"size": 1, "root": 5, "time": "2024-01-01"}', b'{"size": 1, "root": "%s", "time": "hom qua"}' % (b"a" * 64),
        b'{"size": 1, "root": "%s", "time": 5}' % (b"a" * 64), b"[" * 100_000,
    ],
)  # fmt: skip
def test_lines_that_are_no_head(line: bytes) -> None:
    good = Head(3, "a" * 64, TIME)
    assert heads.parse(good.line() + line + b"\n\n") == heads.Kept((good,), (2,))


def test_one_object_over_several_lines_is_a_head() -> None:
    written = json.dumps({"size": 3, "root": "a" * 64, "time": TIME}, indent=2).encode()
    assert heads.parse(written) == heads.Kept((Head(3, "a" * 64, TIME),))
    assert heads.parse(b"") == heads.Kept()


def test_the_worker_keeps_a_head_every_ten_minutes_of_activity(site: Context, clock: Clock) -> None:
    keeper = Keeper()
    assert keeper.step() == 0 and sizes() == []
    record(2)
    clock.now += heads.LOOK_SECONDS
    assert keeper.step() == 1 and sizes() == [2]
    record(2)
    clock.now += heads.KEEP_SECONDS - 1
    assert keeper.step() == 0
    clock.now += 1
    assert keeper.step() == 1 and sizes() == [2, 4]
    # No events, so no head is stored, however long it takes.
    for _ in range(5):
        clock.now += heads.KEEP_SECONDS
        assert keeper.step() == 0
    record(1)
    clock.now += heads.LOOK_SECONDS
    assert keeper.step() == 1 and sizes() == [2, 4, 5]
    assert verify.verify(COMMAND_LINE).ok


def test_a_worker_that_starts_anew_goes_on(site: Context, clock: Clock) -> None:
    record(3)
    assert Keeper().step() == 1
    assert Keeper().step() == 0
    record(1)
    assert Keeper().step() == 1 and sizes() == [3, 4]


def test_a_head_that_could_not_be_written_is_written_later(
    site: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise OSError(28, "full")

    record(3)
    keeper = Keeper()
    with monkeypatch.context() as patched:
        patched.setattr(heads, "keep", full)
        with pytest.raises(OSError, match="full"):
            keeper.step()
        # Not at every step of the loop.
        assert keeper.step() == 0
    clock.now += heads.LOOK_SECONDS
    assert keeper.step() == 1 and sizes() == [3]


def test_a_failing_look_does_not_spoil_the_tree(site: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    record(3)
    keeper = Keeper()
    grow = heads._grow

    def breaks(connection, tree, after):
        grow(connection, tree, after)
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(heads, "_grow", breaks)
        with pytest.raises(OSError):
            keeper.step()
    clock.now += heads.LOOK_SECONDS
    assert keeper.step() == 1 and verify.verify(COMMAND_LINE).ok


def test_the_worker_does_not_follow_a_trail_that_was_cut(site: Context, clock: Clock) -> None:
    record(6)
    keeper = Keeper()
    keeper.step()
    with unguarded(site) as connection:
        connection.exec_driver_sql("DELETE FROM trail_event WHERE seq > 4")
    record(1)
    clock.now += heads.KEEP_SECONDS
    assert keeper.step() == 0
    record(3)
    clock.now += heads.KEEP_SECONDS
    assert keeper.step() == 1 and sizes() == [6, 8]
    db.release()
    assert [fault.kind for fault in verify.verify(COMMAND_LINE).faults] == ["root_differs"]


def test_heads_are_kept_of_a_trail_with_nonsense_in_its_hashes(site: Context, clock: Clock) -> None:
    record(3)
    with unguarded(site) as connection:
        connection.exec_driver_sql("UPDATE trail_event SET leaf_hash = 'đây không phải mã băm' WHERE seq = 2")
    assert Keeper().step() == 1
    assert {fault.kind for fault in verify.verify(COMMAND_LINE).faults} == {"changed", "root_differs"}
    with unguarded(site) as connection:
        fit_hashes(connection)
    assert {fault.kind for fault in verify.verify(COMMAND_LINE).faults} == {"root_differs"}
