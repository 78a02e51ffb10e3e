"""Find text that only looks like provisions of a document: quotations of other laws, and tables of contents.

An amending document quotes new text for another law: "… sửa đổi, bổ sung như sau: “Điều 5. …”" (is amended as
follows). The quoted Điều 5 is no article of the amending document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure.lines import clause_of, heading_of

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_INTRODUCES = re.compile(r"(?:như sau|sau đây|bằng|cụm từ|thành|là)\s*:?\s*$|như sau\s*:", re.IGNORECASE)
# A clause that amends and in which the quoted provision begins: "Bổ sung khoản 3: “3. …".
_CHANGED = re.compile(r"(?i:sửa đổi|bổ sung|thay thế).*[“\"]\s*(?:Điều\s|Chương\s|Mục\s|\d+[a-zđ]?[.)]|[a-zđ]\))")
_NEXT_CHANGE = re.compile(
    r"^(?:\d{1,2}[a-zđ]?[.)]|[a-zđ][.)]|Điều\s+\d+[a-z]?\.)\s*(?:Sửa đổi|Bổ sung|Bãi bỏ|Thay thế|Thay cụm từ)"
)
_LONGEST_CONTENTS = 400
_MOST_CONTENTS = 20
_LONGEST_QUOTATION = 300


def quoted_blocks(blocks: Sequence[Block], own: range) -> set[int]:
    """Find the blocks inside quotations that an amending document introduces, and return their indexes. Only
    the blocks with indexes in `own` are searched. A quotation that is never closed ends where the amending
    document goes on with its own numbering; without such a line it is ignored."""
    hidden: set[int] = set()
    at, article = own.start, 0
    while at < own.stop:
        article = _article_number(blocks[at].text) or article
        end = _quotation_end(blocks, at, own, article)
        if end is None:
            at += 1
            continue
        opens = _opens(blocks[at].text)
        hidden.update(range(at if opens else at + 1, end + 1))
        at = end + 1
    return hidden


def _opens(line: str) -> bool:
    return line.lstrip().startswith(("“", '"'))


def _article_number(line: str) -> int:
    """The number of the article (Điều) that a line begins; 0 for other lines."""
    heading = heading_of(line) if line[:1] == "Đ" else None
    return int(re.sub(r"\D", "", heading.number)) if heading is not None and heading.kind == "dieu" else 0


def _quotation_end(blocks: Sequence[Block], at: int, own: range, article: int) -> int | None:
    """Find the end of the quotation that begins in the block `at`, and return the index of its last block.
    None when no quotation begins there, or its end is not found within the blocks `own`. `article` is the
    number of the article in which it stands, or 0."""
    text = blocks[at].text
    opens = _opens(text)
    curly = "“" in text
    if opens:
        before = blocks[at - 1].text if at > own.start else ""
        introduced = bool(_INTRODUCES.search(before)) or _quotes_provision(text)
    else:
        left_open = text.count("“") > text.count("”") if curly else text.count('"') % 2 == 1
        introduced = ("như sau" in text and (curly or '"' in text)) or (
            left_open and bool(_CHANGED.search(text))
        )
    if not introduced:
        return None
    depth = 0
    for index in range(at, min(own.stop, at + _LONGEST_QUOTATION)):
        line = blocks[index].text
        depth += line.count("“") - line.count("”") if curly else line.count('"')
        if depth <= 0 if curly else depth % 2 == 0:
            return index
    return _lost_end(blocks, at, own, article)


def _quotes_provision(text: str) -> bool:
    """Whether a line that begins with a quotation mark quotes a provision: "“Điều 5. …", "“2. …", "“a) …"."""
    bare = text.lstrip().lstrip("“\" ")
    return heading_of(bare) is not None or clause_of(bare) is not None


def _lost_end(blocks: Sequence[Block], at: int, own: range, article: int) -> int | None:
    """Find the last block of a quotation that begins in the block `at` and is never closed. It ends before the
    next clause that amends something, or before the article after `article`. None when there is no such
    line."""
    for index in range(at + 1, min(own.stop, at + _LONGEST_QUOTATION)):
        line = blocks[index].text
        if _NEXT_CHANGE.match(line) or (article and _article_number(line) == article + 1):
            return index - 1
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
