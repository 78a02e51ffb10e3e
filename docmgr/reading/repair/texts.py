"""Repair the text of a file after its reader: convert old encodings, clean every line, join torn syllables, replace
look-alikes.

This module decides the order of the repairs; each of them is a module beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docmgr.reading.letters.encodings import ENCODINGS
from docmgr.reading.letters.lines import shown, unmarked
from docmgr.reading.repair import legacy_fonts, lookalikes, splits
from docmgr.reading.types import Block, OldFonts
from legaltext.text import clean_line


@dataclass(frozen=True, slots=True)
class Repaired:
    """Blocks after all repairs; each has text. `old_fonts` tells of text in old encodings, None when there was
    none. `apart` are the repaired lines outside of the text."""

    blocks: tuple[Block, ...]
    old_fonts: OldFonts | None = None
    apart: tuple[Block, ...] = ()


def repair(blocks: Sequence[Block], convert: bool = True, encoded: bool = True, apart: Sequence[Block] = ()) -> Repaired:
    """Repair the blocks of one file, and its lines `apart` from the text. Without `convert`, text in old encodings is left
    as it is written, and the result only tells of it. Without `encoded` there is none: the text was recognised on
    pictures."""
    lines = [block.text for block in (*blocks, *apart)]
    found = legacy_fonts.encodings_of(lines) if encoded else [None] * len(lines)
    kept: list[Block] = []
    before: list[str] = []
    for block, encoding in zip(blocks, found[: len(blocks)], strict=True):
        text = _mended(block.text, encoding if convert else None)
        if text:
            kept.append(block if text == block.text else replace(block, text=text))
            before.append(clean_line(unmarked(block.text)) if encoding and convert else text)
    told = _told(found[: len(blocks)], before if convert else None)
    outside = (
        replace(block, text=_mended(block.text, encoding))
        for block, encoding in zip(apart, found[len(blocks) :], strict=True)
    )
    return Repaired(tuple(kept), told, tuple(outside))


def _mended(text: str, encoding: str | None) -> str:
    """Repair one line, which is converted from `encoding`; None when it is in Unicode."""
    converted = legacy_fonts.convert(text, encoding) if encoding else text
    return splits.join(lookalikes.replace(clean_line(shown(converted, encoding is not None))))


def _told(found: Sequence[str | None], before: Sequence[str] | None) -> OldFonts | None:
    there = {encoding for encoding in found if encoding}
    if not there:
        return None
    return OldFonts(
        encodings=tuple(encoding for encoding in ENCODINGS if encoding in there),
        lines=sum(encoding is not None for encoding in found),
        before=None if before is None else "\n".join(before),
    )
