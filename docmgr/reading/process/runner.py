"""Reading from outside: hands a file to the reading process and always comes back with a Reading.

Decides when the reading process is started, restarted and given up on. Reading itself happens in
`docmgr.reading.process.child`.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from docmgr.reading.environment import child_environment
from docmgr.reading.formats.kinds import sniff
from docmgr.reading.limits import DEFAULT_LIMITS, HARD_WALL_S, ReadingLimits
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process import wire
from docmgr.reading.types import Reading

_START_S = 60.0
_GRACE_S = 4.0
_CODES = {"time": "too_long", "memory": "too_large", "output": "too_large", "crash": "crashed"}


class ProcessLost(Exception):
    """The reading process ended or hung; it has been killed."""


class Reader:
    """Holds one reading process; `with Reader() as reader: reader.read(path)`. Safe between threads."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()
        self.last: dict[str, float | int | str] = {}

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(
        self,
        path: str | Path,
        *,
        limits: ReadingLimits = DEFAULT_LIMITS,
        interpret: bool = True,
        name: str | None = None,
    ) -> Reading:
        """Read one file; never raises for what is in it. `name` is the original name (.md counts)."""
        place = Path(path).absolute()
        with self._lock:
            for _ in range(2):
                try:
                    return self._ask(place, name, limits, interpret)
                except ProcessLost:
                    continue
        return fallen_short("crashed", _kind(place, name))

    def close(self) -> None:
        """Stop the reading process; the next read starts a new one."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        try:
            process.wait(1.0)
        except subprocess.TimeoutExpired:
            _kill(process)

    def _ask(self, path: Path, name: str | None, limits: ReadingLimits, interpret: bool) -> Reading:
        process = self._running()
        request = {
            "path": os.fsencode(path).hex(),
            "name": name,
            "limits": asdict(limits),
            "interpret": interpret,
        }
        deadline = time.monotonic() + min(limits.wall_s, HARD_WALL_S) + _GRACE_S
        try:
            _send(process, json.dumps(request).encode() + b"\n")
            head = json.loads(_receive_line(process, deadline))
            data = _receive(process, int(head["size"]), deadline)
        except (OSError, ValueError, ProcessLost) as fault:
            self._process = None
            _kill(process)
            raise ProcessLost from fault
        self.last = head
        if head["end"] != "ok":
            return fallen_short(_CODES[head["end"]], _kind(path, name))
        try:
            return wire.from_bytes(data)
        except ValueError:
            return fallen_short("crashed", _kind(path, name))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process, self._owner = start_process(), os.getpid()
        return self._process


def start_process() -> subprocess.Popen[bytes]:
    """Start the reading process and wait until it is ready; it gets no secrets from the environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "docmgr.reading.process.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=child_environment(),
        cwd="/",
        start_new_session=True,
        bufsize=0,
    )
    try:
        greeting = _receive_line(process, time.monotonic() + _START_S)
    except ProcessLost:
        _kill(process)
        raise RuntimeError("the reading process did not start") from None
    if greeting != b"ready":
        _kill(process)
        raise RuntimeError("the reading process did not start")
    return process


def _send(process: subprocess.Popen[bytes], data: bytes) -> None:
    if process.stdin is None:
        raise ProcessLost
    process.stdin.write(data)


def _receive_line(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        line += _receive(process, 1, deadline)
        if len(line) > 4096:
            raise ProcessLost
    return bytes(line[:-1])


def _receive(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    """Exactly `size` bytes from the process, or ProcessLost."""
    if process.stdout is None:
        raise ProcessLost
    fd, data = process.stdout.fileno(), bytearray()
    while len(data) < size:
        ready, _, _ = select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise ProcessLost
        chunk = os.read(fd, min(size - len(data), 1 << 20))
        if not chunk:
            raise ProcessLost
        data += chunk
    return bytes(data)


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def _kind(path: Path, name: str | None) -> str:
    try:
        return sniff(path, name)
    except OSError:
        return "unknown"


_shared = Reader()


def read_file(
    path: str | Path, *, limits: ReadingLimits = DEFAULT_LIMITS, interpret: bool = True, name: str | None = None
) -> Reading:
    """Read one file with this process's own reading process; never raises for what is in the file."""
    return _shared.read(path, limits=limits, interpret=interpret, name=name)


def missing_readers() -> list[str]:
    """Sentences for the health page about system tools that reading would like and does not find."""
    missing = []
    if not shutil.which("antiword") and not shutil.which("catdoc"):
        missing.append("Chưa cài antiword hoặc catdoc: không đọc được tệp DOC (Word 97-2003).")
    if not shutil.which("pdftotext"):
        missing.append("Chưa cài poppler-utils (pdftotext): một số tệp PDF hỏng nhẹ sẽ không đọc được.")
    return missing
