"""Render office files to PDF, in a child process with limits that gives way to all other programs.

The child process is `python -m docmgr.reading.process.rendering PATH KIND`. It writes one line of JSON and then the
bytes of the PDF. This module decides the limits; `formats.convert` runs LibreOffice within them.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from docmgr.reading import confine, watch
from docmgr.reading.environment import child_environment
from docmgr.reading.formats import convert
from docmgr.reading.limits import MIB, ReadingLimits
from docmgr.reading.outcomes import Unreadable

KINDS = convert.KINDS
# Only so many pages are rendered: a workbook may have thousands that nobody looks at.
MOST_PAGES = 500
MOST_BYTES = 128 * MIB
# Several times what the thickest documents need. Waiting is limited too, but far away: the child gives way to others.
LIMITS = ReadingLimits(
    memory_bytes=1024 * MIB, temporary_bytes=384 * MIB, convert_cpu_s=90.0, convert_idle_s=60.0, convert_wall_s=600.0
)
WALL_S = 640.0
_CPU_S = 120
# What programs need to start, and the fonts. Other folders of /etc and /opt may have secrets or the data of the site.
_SYSTEM = tuple(
    Path(name)
    for name in (
        *("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share", "/usr/local/share/fonts"),
        *("/bin", "/lib", "/lib64", "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice"),
        *("/etc/alternatives", "/etc/fonts", "/etc/group", "/etc/ld.so.cache", "/etc/libreoffice", "/etc/localtime"),
        *("/etc/nsswitch.conf", "/etc/passwd"),
    )
)
# LibreOffice makes a socket there, whatever folder for temporary files it is given.
_SOCKETS = (Path("/tmp"), Path("/var/tmp"))
# Writing below /proc makes the namespace without a network. Below /dev/shm other programs have their files.
_DEVICES = (*(Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom")), Path("/proc"))
_FOLDER = "docmgr-rendering-"
_DAY_S = 86_400


@dataclass(frozen=True)
class Rendered:
    """A rendered file. `stream` gives the bytes of the PDF, and `pages` is how many pages it has. When rendering
    failed, `fault` says why, as a key of outcomes.REASONS, and there is nothing in the stream."""

    stream: BinaryIO
    pages: int
    fault: str | None = None


@contextlib.contextmanager
def rendered(path: Path, kind: str) -> Iterator[Rendered]:
    """Render the file at `path` to PDF, for `with`; `kind` is its kind of file, one of KINDS. Whatever goes wrong is
    told by `fault`. All processes and temporary files are gone at the end."""
    with tempfile.TemporaryDirectory(prefix=_FOLDER, ignore_cleanup_errors=True) as folder, tempfile.TemporaryFile() as out:
        fault = _run(path, kind, folder, out)
        out.seek(0)
        pages = 0
        if fault is None:
            pages, fault = _told(out)
        yield Rendered(out, pages, fault)


def _run(path: Path, kind: str, folder: str, out: BinaryIO) -> str | None:
    """Run the child, with `folder` for its temporary files. Returns why it failed, or None."""
    child = subprocess.Popen(
        [sys.executable, "-m", "docmgr.reading.process.rendering", str(path), kind],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.DEVNULL,
        env=child_environment() | {"TMPDIR": folder},
        cwd="/",
        start_new_session=True,
    )
    try:
        child.wait(WALL_S)
    except subprocess.TimeoutExpired:
        return "too_long"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return "too_long"
    return "crashed" if child.returncode else None


def _told(out: BinaryIO) -> tuple[int, str | None]:
    """Read the first line of the child's answer: (number of pages, why it failed)."""
    try:
        told: dict[str, Any] = json.loads(out.readline(1_000))
        pages, fault = int(told["pages"]), told["fault"]
    except (ValueError, KeyError, TypeError):
        return 0, "crashed"
    if fault is None and 1 <= pages <= MOST_PAGES:
        return pages, None
    return 0, fault if fault in ("reader_missing", "too_long", "too_large", "broken") else "crashed"


def is_possible(kind: str) -> bool:
    """Whether files of this kind, one of KINDS, can be rendered on this machine. LibreOffice must be installed, and the
    system must be able to keep it from all other files."""
    return confine.is_possible() and convert.is_installed(kind)


def missing() -> list[str]:
    """List what rendering lacks on this machine, in Vietnamese sentences for the health page. Empty when nothing is
    lacking."""
    if not confine.is_possible():
        return ["Hệ điều hành không có Landlock (Linux 5.13 trở lên) nên không giữ được LibreOffice khỏi các tệp khác: tệp Word, Excel, PowerPoint không có ảnh trang để xem trước."]
    if all(convert.is_installed(kind) for kind in KINDS):
        return []
    return ["Chưa cài đủ LibreOffice Writer, Calc và Impress: một số tệp Word, Excel, PowerPoint không có ảnh trang để xem trước."]


def clean_up() -> None:
    """Delete what processes that were killed with their parent more than a day ago have left on the disk."""
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with contextlib.suppress(OSError):  # Another process may delete it at the same moment.
            if time.time() - left.lstat().st_mtime > _DAY_S:
                shutil.rmtree(left, ignore_errors=True)


def _limit_self() -> None:
    watch.give_way(19)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS.temporary_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_DATA, (LIMITS.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (2 * LIMITS.memory_bytes,) * 2)


def _confine(path: Path) -> None:
    """Keep LibreOffice from all files but its own, the system's and the one that is rendered."""
    program = Path(shutil.which("soffice") or "/usr/bin/soffice").resolve()
    python = (Path(sys.prefix), Path(sys.base_prefix))
    confine.confine((*_SYSTEM, *python, program.parent.parent, path), (Path(tempfile.gettempdir()), *_DEVICES), _SOCKETS)


def _write(path: Path, kind: str, out: BinaryIO) -> None:
    # The parent, a web process or a worker, does without PDFium.
    import pypdfium2

    with convert.converted(path, kind, convert.to_pdf(kind, MOST_PAGES), LIMITS) as made:
        if made.stat().st_size > MOST_BYTES:
            raise Unreadable("too_large")
        try:
            pages = len(pypdfium2.PdfDocument(made))
        except pypdfium2.PdfiumError:
            raise Unreadable("broken") from None
        out.write(_head(pages, None))
        with made.open("rb") as stream:
            shutil.copyfileobj(stream, out)


def _head(pages: int, fault: str | None) -> bytes:
    return json.dumps({"pages": pages, "fault": fault}).encode() + b"\n"


def main(arguments: list[str]) -> int:
    """Run the child process; `arguments` are the path and the kind of the file. Returns the exit code."""
    _limit_self()
    _confine(Path(arguments[0]))
    try:
        _write(Path(arguments[0]), arguments[1], sys.stdout.buffer)
    except Unreadable as fault:
        sys.stdout.buffer.write(_head(0, fault.code))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
