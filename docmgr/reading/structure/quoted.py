"""Find text that only looks like provisions of a document: quotations of other laws, and tables of contents.

An amending document quotes new text for another law: "… sửa đổi, bổ sung như sau: “Điều 5. …”" (is amended as
follows). The quoted Điều 5 is no article of the amending document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_INTRODUCES = re.compile(r"(?:như sau|sau đây|bằng|cụm từ|thành|là)\s*:?\s*$|như sau\s*:", re.IGNORECASE)
_LONGEST_CONTENTS = 400
_MOST_CONTENTS = 20
_LONGEST_QUOTATION = 300


def quoted_blocks(blocks: Sequence[Block], own: range) -> set[int]:
    """Find the blocks of quotations in an amending document, and return their indexes. Only blocks with
    indexes in `own` are searched. A quotation without an end mark is ignored."""
    hidden: set[int] = set()
    at = own.start
    while at < own.stop:
        end = _quotation_end(blocks, at, own)
        if end is None:
            at += 1
            continue
        opens = blocks[at].text.lstrip().startswith(("“", '"'))
        hidden.update(range(at if opens else at + 1, end + 1))
        at = end + 1
    return hidden


def _quotation_end(blocks: Sequence[Block], at: int, own: range) -> int | None:
    """Find the last block of the quotation that begins in the block `at`, and return its index. None when
    there is no complete quotation."""
    text = blocks[at].text
    opens = text.lstrip().startswith(("“", '"'))
    before = blocks[at - 1].text if at > own.start else ""
    introduced = (
        bool(_INTRODUCES.search(before)) if opens else "như sau" in text and ("“" in text or '"' in text)
    )
    if not introduced:
        return None
    curly = "“" in text
    depth = 0
    for index in range(at, min(own.stop, at + _LONGEST_QUOTATION)):
        line = blocks[index].text
        depth += line.count("“") - line.count("”") if curly else line.count('"')
        if depth <= 0 if curly else depth % 2 == 0:
            return index
    return None


def table_of_contents(blocks: Sequence[Block]) -> set[int]:
    """Find the blocks in tables of contents, and return their indexes. A table of contents begins at a line
    "MỤC LỤC" (contents). It ends before the first heading of the text itself."""
    hidden: set[int] = set()
    heads = [i for i, block in enumerate(blocks) if block.text.strip().upper() in ("MỤC LỤC", "M Ụ C L Ụ C")]
    for at in heads[:_MOST_CONTENTS]:
        entries = [
            i for i in range(at + 1, min(at + 6, len(blocks))) if re.match(r"\S+[.)]?\s", blocks[i].text)
        ]
        for entry in entries:
            wanted = _bare(blocks[entry].text)
            ahead = range(entry + 1, min(entry + _LONGEST_CONTENTS, len(blocks)))
            again = next((i for i in ahead if _bare(blocks[i].text) == wanted), None)
            if again is not None:
                hidden.update(range(at, again))
                break
    return hidden


def _bare(line: str) -> str:
    """Reduce a line of a table of contents to lower case without its page number and dots, to compare it with
    headings."""
    return re.sub(r"[\s.…]*\d*\s*$", "", line).casefold()
