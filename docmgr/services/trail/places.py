"""Store the names of folders in the details of an event together with their ids, and read them back. The ids allow a
later check whether a person may see the names. Names without ids are shown to auditors only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docmgr.models import Folder

SEPARATOR = " / "
# The actions on a folder or document that name other folders, and the keys of those names.
SIDES = ("from", "to", "in")
ACTIONS = frozenset({"document:move", "document:restore", "folder:create", "folder:move", "folder:restore"})


def named(side: str, path: Sequence[Folder]) -> dict[str, Any]:
    """Make the details that name the folders of a path, the root first. `side` is "from", "to" or "in". The result
    has the names, joined to one text, under the key `side`, and the list of ids under the key `side` + "_ids"."""
    return {
        side: SEPARATOR.join(folder.name for folder in path),
        f"{side}_ids": [folder.id for folder in path],
    }


def numbers(details: dict[str, Any], side: str) -> list[int]:
    """Return the ids of the folders that the details name under the key `side` ("from", "to" or "in"). Empty when
    the event was written without ids."""
    held = details.get(f"{side}_ids", [details.get(f"{side}_id")])
    return [number for number in held if isinstance(number, int)] if isinstance(held, list) else []


def parts(details: dict[str, Any], side: str) -> list[tuple[int, str]]:
    """Return (id, name) pairs of the folders that the details name under the key `side` ("from", "to" or "in").
    Empty when the ids are missing, or when their number differs from the number of names."""
    ids, words = numbers(details, side), str(details[side])
    names = words.split(SEPARATOR) if f"{side}_ids" in details else [words]
    return list(zip(ids, names, strict=True)) if len(ids) == len(names) else []
