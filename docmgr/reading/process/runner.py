"""Read files from the parent process: send each file to the reading process, and return a Reading in every
case.

This module decides when the reading process is started and restarted, and when a file is given up. The
reading process itself is `docmgr.reading.process.child`.
"""

from __future__ import annotations

import json
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from docmgr.reading import network, watch
from docmgr.reading.environment import child_environment
from docmgr.reading.formats import convert
from docmgr.reading.formats.kinds import sniff
from docmgr.reading.limits import DEFAULT_LIMITS, HARD_WALL_S, ReadingLimits
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process import wire
from docmgr.reading.types import Reading

# The reading process keeps the limits itself. Its parent is patient, and only ends it when it hangs or never ends.
_GRACE_S = 4.0
# The priority of a process that runs only when nobody else wants to.
LAST = 19
_START = watch.Bounds(math.inf, 20.0, HARD_WALL_S, sys.maxsize)
_CODES = {"time": "too_long", "memory": "too_large", "output": "too_large", "crash": "crashed"}


class ProcessLost(Exception):
    """The reading process ended or hung; it has been killed."""


class Reader:
    """The owner of one reading process: `with Reader() as reader: reader.read(path)`. Several threads can
    share it; they read one file at a time. With `gives_way` its process runs only when others leave time."""

    def __init__(self, gives_way: bool = False) -> None:
        self._gives_way = gives_way
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
        convert: bool = True,
        unpack: Path | None = None,
        trust: Path | None = None,
    ) -> Reading:
        """Read one file. No content of a file makes this raise an error. When the reading process is lost, it
        is started again and the file is tried once more. If it is lost again, the Reading has the reason code
        "crashed".

        With `interpret` the text is also interpreted. `name` is the original name of the file; only its
        endings .md, .csv and .tsv matter. `convert` says whether text in old encodings (TCVN3 and others) is converted. The
        files inside a mail or an archive are written to the folder `unpack`, named by their numbers
        (Reading.attachments); None only lists them. `trust` is the folder with the certificates that the site
        trusts; without it, every chain of certificates is unknown.
        """
        place = Path(path).absolute()
        asked: dict[str, object] = {
            "path": os.fsencode(place).hex(),
            "name": name,
            "limits": asdict(limits),
            "interpret": interpret,
            "convert": convert,
            "unpack": os.fsencode(unpack.absolute()).hex() if unpack else None,
            "trust": str(trust.absolute()) if trust else None,
        }
        with self._lock:
            for _ in range(2):
                try:
                    return self._ask(place, name, limits, asked)
                except ProcessLost:
                    continue
        return fallen_short("crashed", _kind(place, name))

    def close(self) -> None:
        """Stop the reading process. The next `read` starts a new one."""
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

    def _ask(self, path: Path, name: str | None, limits: ReadingLimits, asked: dict[str, object]) -> Reading:
        process = self._running()
        longest = min(limits.wall_s, HARD_WALL_S) + _GRACE_S
        watched = watch.Watch(process.pid, watch.Bounds(math.inf, limits.idle_s + _GRACE_S, longest, sys.maxsize))
        try:
            _send(process, json.dumps(asked).encode() + b"\n")
            head = json.loads(_receive_line(process, watched))
            data = _receive(process, int(head["size"]), watched)
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
            self._process, self._owner = start_process(LAST if self._gives_way else watch.own_nice()), os.getpid()
        return self._process


def start_process(nice: int = 0) -> subprocess.Popen[bytes]:
    """Start the reading process with the priority `nice`, wait until it is ready, and return it. It gets no secrets from the
    environment. Raises RuntimeError when it does not become ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "docmgr.reading.process.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=child_environment(),
        cwd="/",
        start_new_session=True,
        bufsize=0,
    )
    watch.give_way(nice, process.pid)
    try:
        greeting = _receive_line(process, watch.Watch(process.pid, _START))
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


def _receive_line(process: subprocess.Popen[bytes], watched: watch.Watch) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        line += _receive(process, 1, watched)
        if len(line) > 4096:
            raise ProcessLost
    return bytes(line[:-1])


def _receive(process: subprocess.Popen[bytes], size: int, watched: watch.Watch) -> bytes:
    """Receive exactly `size` bytes from the reading process. Raises ProcessLost when it ends before all bytes have
    come, or reaches the bounds of `watched`."""
    if process.stdout is None:
        raise ProcessLost
    fd, data = process.stdout.fileno(), bytearray()
    while len(data) < size:
        ready, _, _ = select.select([fd], [], [], watch.TICK_S)
        if watched.look(moved=bool(ready)):
            raise ProcessLost
        if not ready:
            continue
        chunk = os.read(fd, min(size - len(data), 1 << 20))
        if not chunk:
            raise ProcessLost
        data += chunk
    return bytes(data)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        watch.kill(process.pid)
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


def missing_readers() -> list[str]:
    """List what reading lacks on this machine, such as system tools that are not installed, each in a Vietnamese
    sentence for the health page. Empty when nothing is lacking."""
    missing = []
    word, slides = convert.is_installed("doc"), convert.is_installed("ppt")
    if not word and not shutil.which("antiword") and not shutil.which("catdoc"):
        missing.append("Chưa cài LibreOffice, antiword hoặc catdoc: không đọc được tệp DOC (Word 97-2003).")
    elif not word:
        missing.append("Chưa cài LibreOffice Writer: tệp DOC mất số thứ tự của danh sách và một số bảng.")
    if not slides and not shutil.which("catppt"):
        missing.append("Chưa cài LibreOffice Impress hoặc catdoc: không đọc được tệp PPT (PowerPoint 97-2003).")
    elif not slides:
        missing.append("Chưa cài LibreOffice Impress: tệp PPT chỉ đọc được chữ, mất bảng và tiêu đề.")
    if (word or slides or shutil.which("tesseract")) and not network.is_cut():
        missing.append("Máy chủ không cho chạy LibreOffice và Tesseract tách khỏi mạng (user namespaces): tệp lạ có thể gọi ra mạng.")
    if not shutil.which("pdftotext"):
        missing.append("Chưa cài poppler-utils (pdftotext): một số tệp PDF hỏng nhẹ sẽ không đọc được.")
    if not shutil.which("tesseract"):
        missing.append("Chưa cài tesseract-ocr và tesseract-ocr-vie: bản quét được lưu nhưng chưa nhận dạng được chữ.")
    return missing
