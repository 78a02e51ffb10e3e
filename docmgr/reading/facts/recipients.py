"""Read the recipients of a document: the list "Nơi nhận" (recipients) beside the signature, and the addressees
after "Kính gửi" (to:).

Source: Decree 30/2020, Annex I. structure.signatures finds the block of the signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.facts.signature import SIGNED_BESIDE, behind_label, is_signing, is_title
from docmgr.reading.structure.person_names import SIGNED
from docmgr.reading.structure.signatures import RECIPIENTS
from docmgr.reading.types import Fact
from legaltext.letters import squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

# The archive copy, the dots of a form, and an authority that the reader joined from the other column.
_NO_RECIPIENT = re.compile(r"L[ưự]u(?:\s|:|$)|[\s.…]*$|(?i:(?:tm|kt|tl|tuq)\s*[./]\s*\w)")
_ENDS = " ;.,:|"


def recipients(signed: Sequence[Block], main: Sequence[Block]) -> Fact | None:
    """Find the fact `recipients`: the names listed as recipients, without the archive copy. None when there are
    none. In an official letter, "Như trên" (as above) is replaced by the addressees after "Kính gửi" (to:).
    `signed` are the blocks of the signature, and `main` the blocks of the main text."""
    lines = _recipient_lines(signed)
    if not lines:
        return None
    listed = [item for line in _joined(lines) for item in _items(line)]
    out: list[str] = []
    for item in listed:
        if re.match(r"Như\s+(?:trên|kính gửi)", item, re.IGNORECASE):
            out += addressees(main)
        elif not _NO_RECIPIENT.match(item):
            out.append(item)
    quote = squeeze(" ".join(lines))
    return Fact("recipients", "; ".join(out), quote, True, tuple(dict.fromkeys(out))) if out else None


def _recipient_lines(signed: Sequence[Block]) -> list[str]:
    """List the lines from "Nơi nhận" (recipients) to the archive copy ("Lưu: …"), without the word "Nơi
    nhận" itself. Empty when the document has no such list."""
    at = next((i for i, b in enumerate(signed) if RECIPIENTS.match(b.text)), None)
    if at is None:
        return []
    head = signed[at]
    first = behind_label(head.text)
    lines = [] if is_signing(first) or is_title(first.upper(), whole=True) else [first]
    for block in signed[at + 1 :]:
        if _beside(block, head) or is_signing(block.text) or is_title(block.text.upper(), whole=True):
            continue
        lines.append(block.text)
        if re.match(r"[-–]?\s*L[ưự]u(?:\s|:)", block.text) and not block.text.endswith((";", ",")):
            break
    return [line for line in lines if line.strip()]


def _beside(block: Block, head: Block) -> bool:
    """Whether a block is in another column than `head`, the first block of the list of recipients."""
    if block.table is None:
        return False
    column = head.col if block.table == head.table else 0
    return block.col != column


def _joined(lines: Sequence[str]) -> list[str]:
    """Join lines to items of the list of recipients; return one string for each item. A new item begins at a
    line with a dash or bullet, and after a semicolon outside of brackets."""
    out: list[str] = []
    for line in lines:
        ended = not out or (out[-1].rstrip().endswith(";") and not _left_open(out[-1]))
        listed = re.match(r"\s*[-–+•]", line)
        # In a list without dashes each line with a capital is an item.
        bare = out and not re.match(r"\s*[-–+•]", out[-1]) and line[:1].isupper() and not _left_open(out[-1])
        if not ended and not listed and not bare:
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
    return out


def _left_open(text: str) -> bool:
    return text.count("(") > text.count(")")


def _items(line: str) -> list[str]:
    """Split one line into the recipients that it contains; several are separated by ";". A semicolon inside
    brackets, as in "(để thực hiện; phối hợp)", separates none."""
    parts = [""]
    for piece in re.split(r"(;|:(?=\s*[-–]\s))", SIGNED.sub(" ", SIGNED_BESIDE.sub("", line))):
        if piece in (";", ":") and not _left_open(parts[-1]):
            parts.append("")
        else:
            parts[-1] += piece
    bare = (squeeze(re.sub(r"^\s*[-–+•]\s*", "", part)).strip(_ENDS) for part in parts)
    return [part for part in bare if part]


def addressees(main: Sequence[Block]) -> list[str]:
    """Find the addressees after "Kính gửi:" (to:) in an official letter (công văn) or a submission (tờ
    trình). Empty when there are none."""
    at = next((i for i, b in enumerate(main[:60]) if b.text.startswith("Kính gửi")), None)
    if at is None:
        return []
    lines = [re.sub(r"^Kính gửi\s*:?\s*", "", main[at].text)]
    for block in main[at + 1 : at + 20]:
        if not re.match(r"\s*[-–+•]\s", block.text):
            break
        lines.append(block.text)
    return [item for line in lines for item in _items(line)]
