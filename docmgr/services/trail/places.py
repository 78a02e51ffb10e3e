"""Folders in the details of the trail: a name or a path under a word, its numbers beside it.

The numbers are what services.trail.veil asks the read rule by; names without numbers are for auditors alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docmgr.models import Folder

SEPARATOR = " / "
# What happened to a folder or document that names other folders, and under which words.
SIDES = ("from", "to", "in")
ACTIONS = frozenset({"document:move", "document:restore", "folder:create", "folder:move", "folder:restore"})


def named(side: str, path: Sequence[Folder]) -> dict[str, Any]:
    """Details for a path, root first: `side` has the names, `side`_ids the numbers."""
    return {
        side: SEPARATOR.join(folder.name for folder in path),
        f"{side}_ids": [folder.id for folder in path],
    }


def numbers(details: dict[str, Any], side: str) -> list[int]:
    """Numbers of the folders named under `side`; none where the event was written without them."""
    held = details.get(f"{side}_ids", [details.get(f"{side}_id")])
    return [number for number in held if isinstance(number, int)] if isinstance(held, list) else []


def parts(details: dict[str, Any], side: str) -> list[tuple[int, str]]:
    """Number and name of each folder under `side`; nothing where they do not fit together."""
    ids, words = numbers(details, side), str(details[side])
    names = words.split(SEPARATOR) if f"{side}_ids" in details else [words]
    return list(zip(ids, names, strict=True)) if len(ids) == len(names) else []
