"""The limit on how many blocks and characters a file may have."""

from __future__ import annotations

from collections.abc import Iterable

from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block


def capped(blocks: Iterable[Block], limits: ReadingLimits) -> list[Block]:
    """Collect all blocks in a list. Raises Unreadable("too_large") when there are more blocks or characters
    than `limits` allows."""
    kept: list[Block] = []
    characters = 0
    for block in blocks:
        kept.append(block)
        characters += len(block.text)
        if len(kept) > limits.blocks or characters > limits.characters:
            raise Unreadable("too_large")
    return kept
