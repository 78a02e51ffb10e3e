"""The child process that opens a scan, `python -m docmgr.reading.ocr.child`. It recognises one page, or reads the text
of the recognised pages of a whole file.

`page PATH KIND NUMBER ANGLE` writes the page as JSON. `text KIND` takes the pages as JSON on standard input and writes a
Reading. `join PATH CONVERT` takes them too, and reads the other pages of the PDF itself. `copy PATH KIND` takes them and
writes the searchable copy. The child writes no file, gives way to all other programs and has limits.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from docmgr.reading import watch
from docmgr.reading.ocr import limits
from docmgr.reading.ocr.words import OcrPage, from_plain, to_plain
from docmgr.reading.outcomes import Unreadable, fallen_short

# Each command imports what it needs: a page is recognised in seconds, and the rest of reading takes half a second.


def _page(arguments: list[str]) -> bytes:
    from docmgr.reading.ocr import page

    path, kind, number, turned = Path(arguments[0]), arguments[1], int(arguments[2]), int(arguments[3])
    try:
        found = page.recognise(path, kind, number, turned)
    except Unreadable as fault:
        found = OcrPage(number, 0.0, 0.0, fault=fault.code)
    except MemoryError:
        found = OcrPage(number, 0.0, 0.0, fault="picture_too_large")
    return json.dumps(to_plain(found), ensure_ascii=False).encode()


def _text(arguments: list[str]) -> bytes:
    from docmgr.reading.ocr import text
    from docmgr.reading.process import wire

    pages = [from_plain(plain) for plain in json.load(sys.stdin.buffer)]
    return wire.to_bytes(text.read(pages, arguments[0]))


def _join(arguments: list[str]) -> bytes:
    from docmgr.reading.ocr import text
    from docmgr.reading.process import wire

    pages = [from_plain(plain) for plain in json.load(sys.stdin.buffer)]
    try:
        found = text.join(Path(arguments[0]), pages, convert=arguments[1] == "convert")
    except Unreadable as fault:
        found = fallen_short(fault.code, "pdf", fault.pages)
    return wire.to_bytes(found)


def _copy(arguments: list[str]) -> bytes:
    from docmgr.reading.ocr import searchable

    pages = [from_plain(plain) for plain in json.load(sys.stdin.buffer)]
    return searchable.copy(Path(arguments[0]), arguments[1], pages)


_COMMANDS: dict[str, Callable[[list[str]], bytes]] = {"page": _page, "text": _text, "join": _join, "copy": _copy}


def _limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_S, limits.CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_DATA, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_AS, (2 * limits.MEMORY_BYTES, 2 * limits.MEMORY_BYTES))
    watch.give_way(19)


def main(arguments: list[str]) -> int:
    """Run one command of the child; `arguments` are its name and its arguments. Returns the exit code."""
    _limit_self()
    sys.stdout.buffer.write(_COMMANDS[arguments[0]](arguments[1:]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
