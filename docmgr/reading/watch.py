"""Watch a process together with all processes that it started: their processor time, their memory, and whether they do
anything.

A busy machine may leave a process little of a second, so limits count its processor time. The clock ends only what
does nothing, and, after a long time, everything. This needs Linux, which tells about processes in /proc.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICK_S = 0.2
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# The kernel's states of a thread that runs or waits for a processor (R), and of one that waits for the disk (D).
_BUSY = frozenset("RD")
# A look that is late was kept waiting by a busy machine. It counts for so many seconds of idleness at most.
_LATE_S = 5 * TICK_S
# Who works for a smaller part of the time than this is idle: a loop of short sleeps never ends otherwise.
_WORKING = 0.1
# So often a session's priority is tried again, and so long after.
_TRIES, _AGAIN_S = 3, 0.11


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use together with all that it started: `cpu_s` seconds of processor time and `memory_bytes`
    of memory. It may do nothing for `idle_s` seconds in all, and take `wall_s` seconds by the clock."""

    cpu_s: float
    idle_s: float
    wall_s: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class _Use:
    """What processes have used up to now. `is_busy` says whether one of them runs, or waits for a processor or disk."""

    cpu_s: float
    memory_bytes: int
    is_busy: bool


class Watch:
    """Watches the process `pid` and all that it started; `look` says when they have reached their `bounds`."""

    def __init__(self, pid: int, bounds: Bounds) -> None:
        self._pid, self._bounds = pid, bounds
        self._began = self._looked = time.monotonic()
        self._used = self._idle = 0.0
        self._moved = False
        self.peak_bytes = 0

    def look(self, moved: bool = False) -> str | None:
        """Look at the processes. Returns None while they may go on, "time" when they have used their time, and
        "memory" when they hold too much. To be called often; most calls return at once. `moved` says that something came
        from them since the last call, so that they are not idle."""
        now = time.monotonic()
        if now - self._began > self._bounds.wall_s:
            return "time"
        passed, self._moved = now - self._looked, self._moved or moved
        if passed < min(TICK_S, self._bounds.idle_s):
            return None
        moved, self._moved, self._looked = self._moved, False, now
        pids = family(self._pid)
        use = _use(pids)
        self.peak_bytes = max(self.peak_bytes, use.memory_bytes)
        # Orphans that end take their processor time out of the sum.
        gained, self._used = use.cpu_s - self._used, max(use.cpu_s, self._used)
        is_idle = not use.is_busy and not moved and gained < _WORKING * passed
        # Somebody may have ended, or been started, while the others were looked at.
        if is_idle and family(self._pid) == pids:
            self._idle += min(passed, _LATE_S)
        if use.memory_bytes > self._bounds.memory_bytes:
            return "memory"
        return "time" if self._used > self._bounds.cpu_s or self._idle > self._bounds.idle_s else None


def family(pid: int) -> list[int]:
    """List the process `pid` and all that it started, itself or through others, children last."""
    found = [pid]
    for one in found:
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            # It may have ended meanwhile.
            with contextlib.suppress(OSError):
                found += map(int, listed.read_text().split())
    return found


def kill(pid: int) -> None:
    """Kill the process `pid` and all that it started. Nothing happens to those that have ended already."""
    for one in reversed(family(pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def _use(pids: Sequence[int]) -> _Use:
    cpu_s, memory_bytes, is_busy = 0.0, 0, False
    for pid in pids:
        fields = _stat(Path(f"/proc/{pid}/stat"))
        if not fields:
            continue
        # With the processor time of its children that have ended.
        cpu_s += sum(map(int, fields[11:15])) / _TICKS_A_SECOND
        memory_bytes += int(fields[21]) * _PAGE_BYTES
        is_busy = is_busy or fields[0] in _BUSY or (fields[17] != "1" and _has_busy_thread(pid))
    return _Use(cpu_s, memory_bytes, is_busy)


def _has_busy_thread(pid: int) -> bool:
    return any(_stat(path)[:1] in (["R"], ["D"]) for path in Path(f"/proc/{pid}/task").glob("*/stat"))


def _stat(path: Path) -> list[str]:
    """Read the fields of a process or thread from its state on; none when it has ended."""
    try:
        return path.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


@dataclass(frozen=True, slots=True)
class ProgramEnd:
    """How a program ended: its exit status and what it wrote. `stopped` is None, or "time" or "memory" when it was killed
    because it reached its bounds."""

    status: int
    out: bytes
    complaint: bytes
    stopped: str | None = None


# The variable by which a machine that does nothing but background work, or tests, keeps its sessions alike.
GIVE_WAY = "DOCMGR_GIVE_WAY"
# The lowest priority of a session: a tenth of the others' share. At 19 recognising a page stood still on a busy machine.
SHARE = 10


def give_way(nice: int, pid: int = 0) -> None:
    """Lower the priority of the process `pid` (0: this one) to `nice`, 0 to 19, unless it is that low already. Linux usually shares the
    processors among sessions, and only inside of one by priority; so if the process leads a session, the session gets its
    priority, at most SHARE, where DOCMGR_GIVE_WAY is not "0". Nothing happens when the process has ended."""
    with contextlib.suppress(ProcessLookupError):
        nice = max(nice, os.getpriority(os.PRIO_PROCESS, pid))
        os.setpriority(os.PRIO_PROCESS, pid, nice)
        if os.environ.get(GIVE_WAY) != "0" and os.getsid(pid) == (pid or os.getpid()):
            # The file is missing on other systems, and in some containers.
            with contextlib.suppress(OSError):
                _share(Path(f"/proc/{pid or 'self'}/autogroup"), min(nice, SHARE))


def _share(session: Path, nice: int) -> None:
    # For all programs without privileges together, Linux takes one such change in a tenth of a second.
    for _ in range(_TRIES):
        with contextlib.suppress(BlockingIOError):
            session.write_text(str(nice))
            return
        time.sleep(_AGAIN_S)
    session.write_text(str(nice))


def own_nice() -> int:
    """The priority of this process. Processes that it starts in sessions of their own should have it as well."""
    return os.getpriority(os.PRIO_PROCESS, 0)


def run(command: Sequence[str], bounds: Bounds, environment: Mapping[str, str], given: bytes = b"") -> ProgramEnd:
    """Run a program in a session of its own, with `given` on its standard input, until it ends or reaches its bounds. All
    that it started is killed then. Raises OSError when it cannot be started."""
    # A file and no pipe: `communicate` forgets the rest of what a pipe could not take when it is called again after its timeout.
    with tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        process = subprocess.Popen(
            command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment), cwd="/", start_new_session=True
        )
    give_way(own_nice(), process.pid)
    watched = Watch(process.pid, bounds)
    stopped = None
    try:
        while True:
            try:
                out, complaint = process.communicate(timeout=min(TICK_S, bounds.idle_s))
                return ProgramEnd(process.returncode, out, complaint, stopped)
            except subprocess.TimeoutExpired:
                stopped = watched.look()
                if stopped:
                    return ProgramEnd(-signal.SIGKILL, b"", b"", stopped)
    finally:
        if process.poll() is None:
            kill(process.pid)
        # What it started may have been left to others, but is still in its group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
