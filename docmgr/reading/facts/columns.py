"""Separate the two columns of a signature that a file or its reader joined into lines: the list of recipients on the
left and the signer on the right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docmgr.reading.facts.signature import behind_label, is_signing, is_title
from docmgr.reading.structure.person_names import FAMILIES
from docmgr.reading.structure.signatures import RECIPIENTS
from legaltext.letters import LOWER, UPPER

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_SIGN = re.compile(r"\s+(?P<right>[(\[]\s*(?:[Đđ]ã ký|ĐÃ KÝ)[^()]*[)\]])$")
_NAME = re.compile(rf"(?P<before>[\w.,;:]+)\s+(?P<right>(?P<family>[{UPPER}][{LOWER}]*)(?:\s[{UPPER}][{LOWER}]+){{2,3}})$")
# Behind these words the name is that of a recipient or of a place.
_TOLD = re.compile(r"(?:ông|bà|đồng chí|đ/c|[Đđ]c|tỉnh|huyện|quận|xã|phường|phố|thị|trường|sĩ)[:.]?$", re.IGNORECASE)


def in_columns(signed: Sequence[Block]) -> Sequence[Block]:
    """Separate the columns of a signature. Words behind a bar ("- Bộ Nội vụ|THỨ TRƯỞNG|") stand in the right column;
    so do the mark and the name of the signer at the end of lines of the list below "Nơi nhận: CHỦ TỊCH". `signed`
    are the blocks of the signature. They are returned as they are where nothing was joined."""
    if any("|" in block.text for block in signed):
        return [cell for block in signed for cell in _cells(block, block.text.split("|"))]
    at = joined_at(signed)
    if at is None:
        return signed
    head, *below = signed[at:]
    label = behind_label(head.text)
    cells = _cells(head, [head.text[: len(head.text) - len(label)], label])
    named = [block for block in below if _name(block.text)]
    for block in below:
        # Of several names nobody knows which one signs.
        right = _SIGN.search(block.text) or (_name(block.text) if [block] == named else None)
        if right:
            cells += _cells(block, [block.text[: right.start("right")], right["right"]])
        else:
            in_right = is_signing(block.text) or is_title(block.text.upper(), whole=True)
            cells += _cells(block, ["", block.text] if in_right else [block.text])
    return [*signed[:at], *cells]


def joined_at(signed: Sequence[Block]) -> int | None:
    """Find the line "Nơi nhận: CHỦ TỊCH", in which the two columns of a signature were joined; its index in
    `signed`. None when they were not."""
    for at, block in enumerate(signed):
        if block.table is None and RECIPIENTS.match(block.text):
            beside = behind_label(block.text)
            return at if is_signing(beside) or is_title(beside, whole=True) else None
    return None


def _name(line: str) -> re.Match[str] | None:
    """The name of the signer at the end of a line of the list; None when there is none."""
    found = _NAME.search(line)
    return found if found and found["family"] in FAMILIES and not _TOLD.search(found["before"]) else None


def _cells(block: Block, columns: Sequence[str]) -> list[Block]:
    return [
        replace(block, text=words.strip(), table=-1, row=0, col=min(col, 1))
        for col, words in enumerate(columns)
        if words.strip()
    ]
