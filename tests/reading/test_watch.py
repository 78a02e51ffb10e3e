"""Processes that are watched: those that work may go on, however little a busy machine leaves them; those that sleep, or use
too much, may not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading import watch
from docmgr.reading.environment import child_environment
from tests.support.load import busy

# Far away; each test brings one of them near.
WIDE = watch.Bounds(cpu_s=300, idle_s=300, wall_s=300, memory_bytes=10**10)


@contextmanager
def started(script: str) -> Iterator[int]:
    """A shell that runs `script`, for `with`: its process id."""
    process = subprocess.Popen(["sh", "-c", script])
    try:
        yield process.pid
    finally:
        watch.kill(process.pid)
        process.wait()


def end_of(pid: int, bounds: watch.Bounds, *, patience: float = 60.0) -> str | None:
    """What the watch says in the end; None when it lets the process go on for so many seconds."""
    watched, until = watch.Watch(pid, bounds), time.monotonic() + patience
    while time.monotonic() < until:
        if stopped := watched.look():
            return stopped
        time.sleep(0.05)
    return None


SLEEPING = {
    "one": "exec sleep 77.1",
    "forked": "sleep 77.1 & sleep 77.1 & wait",
    "many short ones": "while sleep 0.3; do :; done",
    "stopped": "kill -STOP $$",
}


@pytest.mark.parametrize("script", SLEEPING.values(), ids=SLEEPING)
def test_who_does_nothing_is_ended_by_the_clock(script: str) -> None:
    with started(script) as pid:
        assert end_of(pid, replace(WIDE, idle_s=1.5)) == "time"


def test_who_does_nothing_is_ended_beside_busy_ones_too() -> None:
    with busy(), started("exec sleep 77.1") as pid:
        assert end_of(pid, replace(WIDE, idle_s=1.5)) == "time"


@pytest.mark.parametrize(
    "script", ["while :; do :; done", "while :; do /bin/true; done", "(while :; do :; done) & wait"], ids=["itself", "short", "forked"]
)
def test_who_works_is_ended_by_its_processor_time_alone(script: str) -> None:
    with started(script) as pid:
        assert end_of(pid, replace(WIDE, idle_s=1.0), patience=4) is None
        assert end_of(pid, replace(WIDE, cpu_s=0.5)) == "time"


def test_the_processor_time_of_those_that_have_ended_counts() -> None:
    counting = "sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i + 1)); done'"
    with started(f"{counting}; exec sleep 77.2") as pid:
        while not Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep"):
            time.sleep(0.05)
        assert end_of(pid, replace(WIDE, cpu_s=0.1)) == "time"


def test_who_waits_for_a_processor_is_not_idle() -> None:
    with busy(), started("exec nice -n 19 sh -c 'while :; do :; done'") as pid:
        assert end_of(pid, replace(WIDE, idle_s=1.0), patience=6) is None


def test_what_comes_from_a_process_says_that_it_is_not_idle() -> None:
    with started("exec sleep 77.1") as pid:
        watched = watch.Watch(pid, replace(WIDE, idle_s=0.6))
        for _ in range(30):
            assert watched.look(moved=True) is None
            time.sleep(0.05)
        assert end_of(pid, replace(WIDE, idle_s=0.6)) == "time"


def test_the_clock_ends_everything_far_away() -> None:
    with started("while :; do :; done") as pid:
        assert end_of(pid, replace(WIDE, wall_s=0.5)) == "time"


def test_the_memory_of_all_counts() -> None:
    hold = f"{sys.executable} -c 'import time; held = b\"x\" * 60_000_000; time.sleep(77.1)'"
    with started(f"{hold} & {hold} & wait") as pid:
        assert end_of(pid, replace(WIDE, memory_bytes=100_000_000)) == "memory"


def test_all_are_killed() -> None:
    with started("sh -c 'sleep 77.25 & wait' & wait") as pid:
        while len(watch.family(pid)) < 3:
            time.sleep(0.01)
        everyone = watch.family(pid)
        watch.kill(pid)
        assert all(_has_ended(one) for one in everyone[1:])
    watch.kill(pid)


def _has_ended(pid: int) -> bool:
    """Whether a process ends within ten seconds."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_a_program_gets_its_input_and_gives_its_output() -> None:
    given = os.urandom(3_000_000)
    answer = watch.run(["cat"], WIDE, child_environment(), given)
    assert (answer.status, answer.out, answer.complaint, answer.stopped) == (0, given, b"", None)
    answer = watch.run(["sh", "-c", "echo lời >&2; exit 3"], WIDE, child_environment())
    assert (answer.status, answer.out, answer.complaint) == (3, b"", "lời\n".encode())
    with pytest.raises(OSError):
        watch.run(["/no/such/program"], WIDE, child_environment())


def test_a_program_that_starts_slowly_gets_all_of_its_input() -> None:
    slow = f"import sys, time; time.sleep({4 * watch.TICK_S}); print(len(sys.stdin.buffer.read()))"
    # More than a pipe holds.
    done = watch.run([sys.executable, "-c", slow], WIDE, child_environment(), b"x" * 1_000_000)
    assert (done.status, done.out, done.stopped) == (0, b"1000000\n", None)


def test_a_program_that_hangs_ends_with_all_that_it_started() -> None:
    answer = watch.run(["sh", "-c", "sleep 77.31 & sleep 77.31"], replace(WIDE, idle_s=1.0), child_environment())
    assert answer.stopped == "time" and answer.status < 0
    shown = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout
    assert [line for line in shown.splitlines() if "sleep 77.31" in line and not line.startswith("Z")] == []


def test_a_program_that_left_others_behind_takes_them_along() -> None:
    answer = watch.run(["sh", "-c", "sleep 77.32 >/dev/null 2>&1 </dev/null & echo xong"], WIDE, child_environment())
    assert (answer.status, answer.out) == (0, b"xong\n")
    time.sleep(0.2)
    shown = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout
    assert [line for line in shown.splitlines() if "sleep 77.32" in line and not line.startswith("Z")] == []
