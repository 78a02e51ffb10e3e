"""Which functions a file and a question pass through, as the running code calls them; the walks of ARCHITECTURE.md say the same.

A hop is a numbered line of a walk: one step, with the functions by which it enters a room (a package or a file of the top).
What every step asks of the ground is no hop: texts, arrays, the open index, rows, rights of one document, the kit of the pages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("docmgr/", "indexer/", "legaltext/")
GROUND = re.compile(
    r"legaltext/|indexer/(analysis|store|fragments)[./]|indexer/index/(snapshot|segment|damage|vectors)[.]"
    r"|docmgr/(models|db|keys|policy|context|collation|app)[./]|docmgr/(web/kit|services/access|services/chunks|reading/letters)[./]"
)


@dataclass
class Record:
    """The functions called, as (file, qualified name), each with the file that called it; in the order of the calls."""

    calls: list[tuple[str, str, str]] = field(default_factory=list)

    def entered(self) -> list[str]:
        """The functions by which rooms were entered from others, as `room/module.function`, each once. Methods count where
        they are the face of a room: they carry out a step of the walk."""
        found = (
            spoken(file, name)
            for caller, file, name in self.calls
            if _room(caller) != _room(file) and not GROUND.match(file) and not GROUND.match(caller) and _is_step(name)
        )
        return list(dict.fromkeys(found))

    def all(self) -> list[str]:
        """Every function called, by its name in a walk, in the order of the calls."""
        return [spoken(file, name) for _, file, name in self.calls]


def spoken(file: str, name: str) -> str:
    """A function as a walk names it: `docmgr` goes without saying, and so do the class of a method and what a function holds."""
    return f"{file.removeprefix('docmgr/').removesuffix('.py')}.{name.rpartition('.')[2]}"


def _room(file: str) -> str:
    parts = file.split("/")
    return "/".join(parts[: 3 if parts[0] == "docmgr" and len(parts) > 3 else 2])


def _is_step(name: str) -> bool:
    owner, _, own = name.rpartition(".")
    return not own.startswith("_") and (not owner or owner in FACES)


# Classes whose methods are steps; those of others are data.
FACES = {"Engine", "Index", "IndexFolder", "Batch", "Reader", "LocalStorage"}


@contextmanager
def recorded() -> Iterator[Record]:
    """Note the calls of this thread."""
    record = Record()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and (file := _own(frame)) and not frame.f_code.co_name.startswith("<"):
            record.calls.append((_caller(frame), file, frame.f_code.co_qualname))

    sys.setprofile(note)
    try:
        yield record
    finally:
        sys.setprofile(None)


def _own(frame: FrameType) -> str | None:
    file = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
    return file if file.startswith(PACKAGES) and file.endswith(".py") else None


def _caller(frame: FrameType) -> str:
    """The file of ours that leads to a call, over those of libraries; "" where it begins."""
    above = frame.f_back
    while above is not None and _own(above) is None:
        above = above.f_back
    return (above and _own(above)) or ""


_HOP = re.compile(r"^(\d+)\. (.+?)(?=^\d+\. |\Z)", re.M | re.S)
_NAMED = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.(?!html`)[A-Za-z_]+)`")


def walk(heading: str) -> list[tuple[str, ...]]:
    """The hops of a walk in ARCHITECTURE.md: for each the functions that it names."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [tuple(_NAMED.findall(hop[2])) for hop in _HOP.finditer(section)]
