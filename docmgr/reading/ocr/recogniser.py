"""Recognise scans from the parent process: start the limited child for each page, and return a result in every case."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from docmgr.reading import watch
from docmgr.reading.environment import child_environment
from docmgr.reading.ocr import limits
from docmgr.reading.ocr.words import OcrPage, from_plain, to_plain
from docmgr.reading.outcomes import REASONS, fallen_short
from docmgr.reading.process import wire
from docmgr.reading.types import Reading


class NoCopy(Exception):
    """The searchable copy of a scan could not be made."""


class _Failed(Exception):
    """The child gave no answer. `code` says why, as a key of outcomes.REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def page(path: Path, kind: str, number: int, turned: int = 0) -> OcrPage:
    """Recognise page `number` (from 1) of the file at `path`; `kind` is its kind of file. People have turned its picture
    clockwise by `turned` degrees. Whatever goes wrong is told by `fault` of the result."""
    try:
        found = from_plain(json.loads(_run(["page", str(path), kind, str(number), str(turned)])))
    except _Failed as failed:
        return OcrPage(number, 0.0, 0.0, fault=failed.code)
    except ValueError:
        return OcrPage(number, 0.0, 0.0, fault="crashed")
    return found if found.fault is None or found.fault in REASONS else OcrPage(number, 0.0, 0.0, fault="crashed")


def read(pages: Sequence[OcrPage], kind: str) -> Reading:
    """Read the text of a whole file from its recognised pages: find its structure and facts. `kind` is its kind of
    file. Whatever goes wrong is told by the Reading."""
    return _reading(["text", kind], pages, kind)


def join(path: Path, pages: Sequence[OcrPage], convert: bool = True) -> Reading:
    """Read the PDF at `path` with the words of its recognised `pages` in their places; its other pages have text of
    their own. `convert` says whether text in old encodings is converted. Whatever goes wrong is told by the Reading."""
    return _reading(["join", str(path), "convert" if convert else "leave"], pages, "pdf")


def _reading(command: list[str], pages: Sequence[OcrPage], kind: str) -> Reading:
    given = json.dumps([to_plain(one) for one in pages], ensure_ascii=False).encode()
    try:
        return wire.from_bytes(_run(command, given))
    except _Failed as failed:
        return fallen_short(failed.code, kind, len(pages))
    except ValueError:
        return fallen_short("crashed", kind, len(pages))


def copy(path: Path, kind: str, pages: Sequence[OcrPage]) -> bytes:
    """Make the searchable copy of the scan at `path` as the bytes of a PDF; `kind` is its kind of file, and `pages` are
    its recognised pages. Raises NoCopy when that fails or takes too long."""
    given = json.dumps([to_plain(one) for one in pages], ensure_ascii=False).encode()
    try:
        data = _run(["copy", str(path), kind], given, limits.COPY_S)
    except _Failed as failed:
        raise NoCopy(failed.code) from None
    if not data.startswith(b"%PDF-"):
        raise NoCopy("crashed")
    return data


def _run(arguments: list[str], given: bytes = b"", seconds: float | None = None) -> bytes:
    """Run the child with these arguments and the bytes `given` on its standard input. Returns what it wrote. The child
    and Tesseract are killed after `seconds` by the clock; None means the time for one page."""
    bounds = watch.Bounds(2 * limits.CPU_S, limits.IDLE_S, seconds or limits.WALL_S, limits.ALL_MEMORY_BYTES)
    done = watch.run([sys.executable, "-m", "docmgr.reading.ocr.child", *arguments], bounds, child_environment(), given)
    if done.stopped == "memory":
        raise _Failed("too_large")
    if done.stopped or done.status in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _Failed("too_long")
    if done.status != 0 or len(done.out) > limits.OUTPUT_BYTES:
        raise _Failed("crashed")
    return done.out
