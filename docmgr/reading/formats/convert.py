"""Convert office files with LibreOffice: old ones (DOC, PPT) to today's formats, and all kinds to PDF.

LibreOffice runs in the process group of the reading child, so it ends with the child and has the same limits
on processor time and memory. It gets a new profile, a temporary folder of limited size and no network. This
module decides when it has to be stopped.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from docmgr.reading import network, watch
from docmgr.reading.environment import child_environment
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable

PREFIX = "convert-"
_WAIT_S = 0.1
_PARTS = {"writer": "libswlo.so", "calc": "libsclo.so", "impress": "libsdlo.so"}
# The part of LibreOffice for each kind of file, and the filter that reads it. The filter is named, because LibreOffice
# would take a damaged file for plain text.
_FILTERS = {
    "doc": ("writer", "MS Word 97"),
    "docx": ("writer", "MS Word 2007 XML"),
    "rtf": ("writer", "Rich Text Format"),
    "odt": ("writer", "writer8"),
    "xls": ("calc", "MS Excel 97"),
    "xlsx": ("calc", "Calc MS Excel 2007 XML"),
    "ods": ("calc", "calc8"),
    "ppt": ("impress", "MS PowerPoint 97"),
    "pptx": ("impress", "Impress MS PowerPoint 2007 XML"),
    "odp": ("impress", "impress8"),
}
KINDS = frozenset(_FILTERS)
# No macro runs, nothing is loaded from elsewhere, and no copies are saved while a file is open.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    ("org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
)


def is_installed(source: str) -> bool:
    """Whether the part of LibreOffice is installed that reads files of the kind `source`, one of KINDS."""
    program = shutil.which("soffice")
    return program is not None and Path(program).resolve().parent.joinpath(_PARTS[_FILTERS[source][0]]).exists()


def to_pdf(source: str, pages: int) -> str:
    """Return the `target` for `converted` that makes a PDF of at most the first `pages` pages of a file of the kind
    `source`."""
    options = {"PageRange": {"type": "string", "value": f"1-{pages}"}}
    return f"pdf:{_FILTERS[source][0]}_pdf_Export:{json.dumps(options)}"


@contextlib.contextmanager
def converted(path: Path, source: str, target: str, limits: ReadingLimits) -> Iterator[Path]:
    """Convert the file at `path` within `limits`, for `with`: gives the path of the new file, which is deleted
    at the end. `source` is one of KINDS, and `target` an ending, such as "docx", or what `to_pdf` gives. Raises Unreadable:
    "reader_missing" without LibreOffice, "too_long" when it hangs, "too_large" when it writes too much, and
    otherwise "broken"."""
    if not is_installed(source):
        raise Unreadable("reader_missing")
    with (
        _writing(limits.temporary_bytes),
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name,
    ):
        folder = Path(name)
        given = folder / f"given.{source}"
        _fill(folder, path, given, limits)
        _run(folder, given, target, limits)
        made = folder / "made" / f"given.{target.partition(':')[0]}"
        if not made.is_file():
            raise Unreadable("broken")
        yield made


@contextlib.contextmanager
def _writing(most: int) -> Iterator[None]:
    """Allow this process, and those that it starts, to write files of up to `most` bytes. Elsewhere the
    reading child may write none."""
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


def _fill(folder: Path, path: Path, given: Path, limits: ReadingLimits) -> None:
    """Write the profile and a copy of the file into `folder`. LibreOffice writes a lock next to the file that
    it opens, so it never gets the stored one."""
    if path.stat().st_size > limits.temporary_bytes // 2:
        raise Unreadable("too_large")
    shutil.copyfile(path, given)
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/{place}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for place, name, value in _SETTINGS
    )
    user.joinpath("registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        encoding="utf-8",
    )


def _run(folder: Path, given: Path, target: str, limits: ReadingLimits) -> None:
    command = (
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
        *("--convert-to", target, "--outdir", str(folder / "made")),
        f"--infilter={_FILTERS[given.suffix[1:]][1]}",
        str(given),
    )
    process = subprocess.Popen(
        network.without(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=child_environment() | {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
    )
    try:
        _watch(process, folder, limits)
    finally:
        if process.poll() is None:
            watch.kill(process.pid)
        process.wait()


def _watch(process: subprocess.Popen[bytes], folder: Path, limits: ReadingLimits) -> None:
    """Wait until LibreOffice ends. Raises Unreadable when it works too long, does nothing at all for a while,
    or fills its folder."""
    bounds = watch.Bounds(limits.convert_cpu_s, limits.convert_idle_s, limits.convert_wall_s, limits.all_memory_bytes)
    watched = watch.Watch(process.pid, bounds)
    while process.poll() is None:
        time.sleep(_WAIT_S)
        stopped = watched.look()
        if stopped == "time":
            raise Unreadable("too_long")
        if stopped or _size(folder) > limits.temporary_bytes:
            raise Unreadable("too_large")


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total
