"""Read PPT files (PowerPoint 97 to 2003): converted to PPTX by LibreOffice, and where that fails with the system tool
catppt, which keeps only the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.convert import converted
from docmgr.reading.formats.slides.pptx import read_pptx
from docmgr.reading.formats.tools import run_tool
from docmgr.reading.letters.lines import raw_lines
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

# The record at the head of an encrypted presentation ([MS-PPT] 2.3.2, headerToken).
_ENCRYPTED = b"\xdf\xc4\xd1\xf3"
# catppt writes this between slides.
_NEXT_SLIDE = "\f"


def read_ppt(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the presentation at `path` within `limits`. Raises Unreadable: "encrypted" for a file with a password,
    "reader_missing" when no tool is installed, or otherwise the reason why it cannot be converted."""
    if _ENCRYPTED in path.read_bytes():
        raise Unreadable("encrypted")
    try:
        with converted(path, "ppt", "pptx", limits) as made:
            return replace(read_pptx(made, limits), kind="ppt")
    except Unreadable as fault:
        reason = fault.code
    answer = run_tool("catppt", ["-d", "utf-8", path])
    if answer is None:
        raise Unreadable(reason)
    if answer[0] != 0 or not answer[1].strip():
        raise Unreadable("broken" if reason == "reader_missing" else reason)
    return PartContents("ppt", tuple(capped(_blocks(answer[1]), limits)))


def _blocks(text: str) -> Iterator[Block]:
    # A presentation keeps slides as they were before a quick save, and catppt prints them too.
    slides = dict.fromkeys(tuple(raw_lines(slide)) for slide in text.split(_NEXT_SLIDE))
    for number, lines in enumerate(filter(None, slides), 1):
        yield from (Block(line, page=number) for line in lines)
