"""The reading process, `python -m docmgr.reading.process.child`. It loads all readers once and forks one
child with limits for each file.

A request on stdin is one line of JSON. The answer on stdout is one line of JSON, {"end", "wall_s", "cpu_s", "rss_kb",
"size"}, and then `size` bytes. These bytes are a Reading as JSON. ChildEnded explains the other values.

The forked child writes to a pipe: first one line that describes unexpected errors (empty when there were
none), then the Reading. It may write no file, except where LibreOffice converts one, into a folder that is
emptied after each child, and into the folder that a request names for the files inside a mail or an archive.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from docmgr.reading import watch
from docmgr.reading.formats import convert, kinds
from docmgr.reading.limits import HARD_WALL_S, ReadingLimits
from docmgr.reading.process import read, wire

_CHUNK = 1 << 16
_OUT_OF_MEMORY = 3
_FOLDER = "docmgr-reading-"
_DAY_S = 86_400
# Open files of one process. LibreOffice needs more than 64 for a presentation of 100 slides.
_FILES = 256


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """How a forked child ended. `end` is ok, time (it took too long), memory (it needed too much), output (it
    wrote too much) or crash (any other failure). `wall_s` is how many seconds the child ran. `cpu_s` is the processor
    time and `rss_kb` the most memory in kB that it and what it started used. `data` is what it wrote; b"" unless `end`
    is ok or crash."""

    end: str
    wall_s: float
    cpu_s: float
    rss_kb: int
    data: bytes


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer the requests that arrive on `requests` one after the other, until that stream ends. Answers are
    written to `answers`."""
    for line in iter(requests.readline, b""):
        ended = run_limited(json.loads(line), requests.fileno())
        _clear()
        faults, _, data = ended.data.partition(b"\n")
        if faults:
            print(faults.decode("utf-8", "replace"), file=sys.stderr, flush=True)
        told = {"wall_s": round(ended.wall_s, 3), "cpu_s": round(ended.cpu_s, 3), "rss_kb": ended.rss_kb}
        head = {"end": ended.end, **told, "size": len(data)}
        answers.write(json.dumps(head).encode() + b"\n" + data)
        answers.flush()


def run_limited(request: dict[str, Any], parent_fd: int) -> ChildEnded:
    """Fork a child that reads the file of `request`, and return how it ended and what it wrote. The process
    group of the child is killed when it reaches a limit, or when the parent closes `parent_fd`."""
    limits = ReadingLimits(**request["limits"])
    bounds = watch.Bounds(limits.all_cpu_s, limits.idle_s, min(limits.wall_s, HARD_WALL_S), limits.all_memory_bytes)
    started = time.monotonic()
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        _child(request, limits, bounds.wall_s, sink)
    os.close(sink)
    _own_group(pid)
    watched = watch.Watch(pid, bounds)
    try:
        data, stopped = _collect(source, watched, limits.output_bytes, parent_fd)
    finally:
        os.close(source)
        _kill_group(pid)
    _, status, usage = os.wait4(pid, 0)
    end = stopped or _verdict(status, usage, limits, bool(data))
    wall_s, cpu_s = time.monotonic() - started, usage.ru_utime + usage.ru_stime
    peak_kb = max(usage.ru_maxrss, watched.peak_bytes // 1024)
    return ChildEnded(end, wall_s, cpu_s, peak_kb, data if end in ("ok", "crash") else b"")


def _collect(source: int, watched: watch.Watch, cap: int, parent_fd: int) -> tuple[bytes, str | None]:
    """Collect what the child writes to the pipe `source`. Returns (bytes, None) when the child has closed
    the pipe. Returns (b"", reason) when the child must be stopped. The reason is "output" after more than
    `cap` bytes, or what `watched` says. It is "time" when the parent has ended and `parent_fd` is closed."""
    data = bytearray()
    poll = select.poll()
    poll.register(source, select.POLLIN | select.POLLHUP)
    poll.register(parent_fd, select.POLLHUP)
    while True:
        events = poll.poll(watch.TICK_S * 1000)
        stopped = watched.look(moved=bool(events))
        if stopped:
            return b"", stopped
        for fd, event in events:
            if fd == parent_fd and event & (select.POLLHUP | select.POLLERR):
                return b"", "time"
            if fd == source:
                chunk = os.read(source, _CHUNK)
                if not chunk:
                    return bytes(data), None
                data += chunk
                if len(data) > cap:
                    return b"", "output"


def _verdict(status: int, usage: resource.struct_rusage, limits: ReadingLimits, answered: bool) -> str:
    near_limit = usage.ru_maxrss * 1024 > 0.7 * limits.memory_bytes
    if os.WIFEXITED(status):
        code = os.WEXITSTATUS(status)
        if code == 0 and answered:
            return "ok"
        return "memory" if code == _OUT_OF_MEMORY or near_limit else "crash"
    # A child that has answered is killed with its group on purpose; its answer is valid.
    killer = os.WTERMSIG(status)
    if answered and killer == signal.SIGKILL:
        return "ok"
    if killer in (signal.SIGXCPU, signal.SIGALRM) or usage.ru_utime + usage.ru_stime >= limits.cpu_s:
        return "time"
    return "memory" if near_limit or killer == signal.SIGKILL else "crash"


def _own_group(pid: int) -> None:
    """Put the child `pid` in a process group of its own. Nothing happens when it has ended already."""
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):
        return


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _child(request: dict[str, Any], limits: ReadingLimits, wall: float, sink: int) -> NoReturn:
    status = 1
    try:
        os.setpgid(0, 0)
        path, name = Path(os.fsdecode(bytes.fromhex(request["path"]))), request["name"]
        _limit_self(limits, wall)
        faults: list[str] = []
        unpack = Path(os.fsdecode(bytes.fromhex(request["unpack"]))) if request["unpack"] else None
        trust = Path(request["trust"]) if request["trust"] else None
        reading = read.read_here(
            path, name, limits, request["interpret"], faults.append, request["convert"], unpack, trust,
            prepare=lambda kind: _limit_files(kind, limits, unpack is not None),
        )  # fmt: skip
        _write_all(sink, "; ".join(faults).encode() + b"\n" + wire.to_bytes(reading))
        status = 0
    except MemoryError:
        status = _OUT_OF_MEMORY
    except BaseException as fault:  # noqa: BLE001
        _write_all(sink, read.describe(fault, "child").encode() + b"\n")
    finally:
        os._exit(status)


def _limit_self(limits: ReadingLimits, wall: float) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, max(limits.temporary_bytes, limits.attachment_bytes)))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_AS, (2 * limits.memory_bytes, 2 * limits.memory_bytes))
    # If its parent is killed, a child that waits for ever still ends: nothing catches its alarm signal.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall + 2)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.dup2(null, 2)


def _limit_files(kind: str, limits: ReadingLimits, unpacks: bool) -> None:
    """Allow this process to write files only where it unpacks a file of this kind, and the processes that it starts only
    for a kind that LibreOffice converts. Others never can again."""
    own = limits.attachment_bytes if unpacks and kinds.is_container(kind) else 0
    most = limits.temporary_bytes if kinds.is_converted(kind) else own
    resource.setrlimit(resource.RLIMIT_FSIZE, (own, most))


def _clear() -> None:
    """Delete what a child that was stopped has left in the folder for temporary files."""
    for left in Path(tempfile.gettempdir()).glob(f"{convert.PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def forbid_network() -> None:
    """Make Python code fail when it opens a socket, in this process and the children that it forks."""

    def refuse(event: str, _arguments: tuple[object, ...]) -> None:
        if event.startswith("socket."):
            raise PermissionError("no network in the reading process")

    sys.addaudithook(refuse)


def main() -> None:
    """Load the readers, write "ready", and answer requests until stdin ends."""
    # openpyxl would load numpy, whose threads and memory every forked child would inherit.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    read.preload()
    forbid_network()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{_FOLDER}{os.getpid()}-", ignore_cleanup_errors=True) as tempfile.tempdir:
        answers.write(b"ready\n")
        answers.flush()
        serve(sys.stdin.buffer, answers)


def _sweep() -> None:
    """Delete the folders of reading processes that were killed more than a day ago."""
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        # Another process may delete it at the same moment.
        with contextlib.suppress(OSError):
            if time.time() - left.lstat().st_mtime > _DAY_S:
                shutil.rmtree(left, ignore_errors=True)


if __name__ == "__main__":
    main()
