"""Read a file without storing it, and describe what was read as plain data for the command `read`.

This module decides the shape of that data. Nothing is written, and neither a database nor a site is needed.
"""

from __future__ import annotations

import contextlib
import functools
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from docmgr.reading.outcomes import KEPT
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Citation, Fact, Interpretation, OwnReference, Reading
from docmgr.services.documents import progress
from docmgr.services.documents.facts import FIELDS

NOT_A_FILE = "Không phải là tệp."
# A file of such a kind is refused by `import` too, before anything is stored.
_NO_DOCUMENT = "not_document"


@contextlib.contextmanager
def reading_process(trust: Path | None = None) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Open a context in which files are read in one limited process; it yields the function to read them. The function
    takes the path of a file and returns everything that was found in it, in the shape of one object of `read --json`.
    The values are text, numbers, lists, dicts and None; offsets count characters of its `text`. What is no regular file
    has the outcome "refused". The function raises OSError when the file cannot be opened. `trust` is the folder with
    the certificates that a site trusts; without it every chain of certificates is unknown."""
    with Reader() as reader:
        yield functools.partial(_read_file, reader, trust)


def _read_file(reader: Reader, trust: Path | None, path: str) -> dict[str, Any]:
    if not stat.S_ISREG(os.stat(path).st_mode):
        return refused(path, NOT_A_FILE)
    # Opened here, because the reading process calls every file that it cannot open a missing one.
    with Path(path).open("rb"):
        reading = reader.read(path, name=os.path.basename(path), trust=trust)
    if reading.reason_code == _NO_DOCUMENT:
        return {**refused(path, _reason(reading)), "kind": reading.kind}
    return described(path, reading)


def refused(path: str, reason: str | None) -> dict[str, Any]:
    """Describe a file that was not read, in the shape of `read --json`. `reason` is a Vietnamese sentence."""
    return {**described(path, Reading("refused", "unknown")), "reason": reason}


def described(path: str, reading: Reading) -> dict[str, Any]:
    """Describe the reading of the file at `path`, in the shape of `read --json`. A fact that was not found has the value
    None and is not sure. `whole` of a citation says that it means the whole document; without it and without anchors,
    the provision is not in the text."""
    found = reading.interpretation or Interpretation("")
    return {
        "path": path,
        "kind": reading.kind,
        "outcome": reading.outcome,
        "reason": _reason(reading),
        "health": reading.health,
        "notes": [note.told for note in reading.notes],
        "pages": reading.pages,
        "text": reading.text,
        "provisions": [
            {
                "anchor": p.anchor,
                "kind": p.kind,
                "label": p.label,
                "title": p.title,
                "start": p.start,
                "end": p.end,
            }
            for p in found.provisions
        ],
        "facts": {field: _fact(found.facts.get(field)) for field in FIELDS},
        "citations": sorted(
            [*_of_others(found.citations), *map(_own, found.own_references)],
            key=lambda one: (one["start"], one["end"]),
        ),
        "obligations": [asdict(obligation) for obligation in found.obligations],
        "signatures": [asdict(signature) for signature in reading.signatures],
    }


def _reason(reading: Reading) -> str | None:
    """The sentence that says why there is no text, without the promise that the original was stored."""
    message = progress.reading_reason(reading.reason_code)
    return message.told().removesuffix(f" {KEPT}") if message is not None else None


def _fact(fact: Fact | None) -> dict[str, Any]:
    if fact is None:
        # Nobody vouches that the document leaves the field blank.
        return {"value": None, "quote": None, "sure": False}
    return {"value": list(fact.values) or fact.value, "quote": fact.quote, "sure": fact.sure}


def _of_others(citations: Iterable[Citation]) -> Iterable[dict[str, Any]]:
    """Describe the citations of other documents. A mention that names several provisions is one object with
    all of them, although it is several citations."""
    for (start, end), same in groupby(citations, key=lambda one: (one.start, one.end)):
        several = list(same)
        first = several[0]
        yield {
            "start": start, "end": end, "quote": first.quote, "number": first.number, "name": first.name,
            "type": first.type, "provision": [one.provision for one in several if one.provision],
            "role": first.role, "own": False, "whole": not first.provision,
        }  # fmt: skip


def _own(reference: OwnReference) -> dict[str, Any]:
    return {
        "start": reference.start, "end": reference.end, "quote": reference.quote, "number": None, "name": None,
        "type": reference.type, "provision": list(reference.provisions), "role": "cites", "own": True,
        "whole": reference.whole,
    }  # fmt: skip
