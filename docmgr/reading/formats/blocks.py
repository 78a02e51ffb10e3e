"""Blocks of text under the limits of reading."""

from __future__ import annotations

from collections.abc import Iterable

from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block


def capped(blocks: Iterable[Block], limits: ReadingLimits) -> list[Block]:
    """All blocks, or Unreadable("too_large") when there are more than the limits allow."""
    kept: list[Block] = []
    characters = 0
    for block in blocks:
        kept.append(block)
        characters += len(block.text)
        if len(kept) > limits.blocks or characters > limits.characters:
            raise Unreadable("too_large")
    return kept
