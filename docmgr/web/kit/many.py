"""Choices from lists that are too long to be shown: whoever chooses types a part of the name, and is offered the few that have it.

Beside the field `unit_id` stands the field `unit_id_q` for what is typed. The button "Tìm" of a form sends it without saving.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from legaltext.text import fold

# Longer lists are searched, and so many of what was found are offered.
MOST, FOUND = 200, 30
LONGEST = 200


@dataclass(frozen=True)
class Offer:
    """What a field offers: what is chosen, and what was found for the typed words `q`. `total` is the length of the whole list, `found` counts
    what has the words, `only` is the one to choose when nothing is chosen and one was found, `looked` says that its button was just pressed, and
    `settled` that something is chosen or is the only one."""

    options: list[tuple[Any, str]]
    q: str
    total: int
    found: int
    only: Any = None
    looked: bool = False
    settled: bool = False

    @property
    def more(self) -> int:
        """How many were found beyond those that are offered."""
        return max(0, self.found - FOUND)


def among(name: str, options: Mapping[Any, str] | Iterable[tuple[Any, str]], chosen: Iterable[Any]) -> Offer | None:
    """The offer of the field `name` for a list of (value, words), of which `chosen` are chosen; None when the list is short enough to be shown. What
    was typed is taken from the request."""
    rows = list(options.items() if isinstance(options, Mapping) else options)
    if len(rows) <= MOST:
        return None
    q = request.values.get(f"{name}_q", "").replace("\0", "")[:LONGEST].strip()
    held = {str(one) for one in chosen if one not in (None, "")}
    kept = [row for row in rows if str(row[0]) in held]
    words = fold(q).split()
    found = [row for row in rows if str(row[0]) not in held and all(word in fold(row[1]) for word in words)] if words else []
    only = found[0][0] if len(found) == 1 and not kept else None
    return Offer([*kept, *found[:FOUND]], q, len(rows), len(found), only, request.values.get("find") == name, bool(kept) or only is not None)
