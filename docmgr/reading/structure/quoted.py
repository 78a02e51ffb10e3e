"""Find text that only looks like provisions of a document: quotations of other laws, and tables of contents.

An amending document quotes new text for another law: "… sửa đổi, bổ sung như sau: “Điều 5. …”" (is amended as
follows). The quoted Điều 5 is no article of the amending document.
"""

from __future__ import annotations

import re
from bisect import bisect_right
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
# Dots that lead to the number of a page, behind words: "I. Mục đích ........ 1".
_LEADER = re.compile(r"\w[^.…]*(?:\s*[.…]){4,}\s*(\d{1,4})\s*$")
_LEAST_LEADERS, _LONGEST_LEADER = 3, 400
_LONGEST_CONTENTS = 400
_MOST_CONTENTS = 20
_LONGEST_QUOTATION = 300
# Beyond this many quotations without an end mark a text is no amending document, and none is looked for any more.
_MOST_UNCLOSED = 500


def quoted_blocks(blocks: Sequence[Block], own: range) -> set[int]:
    """Find the blocks of quotations in an amending document, and return their indexes. Only blocks with
    indexes in `own` are searched. A quotation without an end mark ends where the amending document goes on with
    its own numbering; without such a line it is ignored."""
    hidden: set[int] = set()
    quotations = _Quotations(blocks, own)
    at, article = own.start, 0
    while at < own.stop:
        article = _article_number(blocks[at].text) or article
        end = quotations.end(at, article)
        if end is None:
            at += 1
            continue
        hidden.update(range(at if _opens(blocks[at].text) else at + 1, end + 1))
        at = end + 1
    return hidden


class _Quotations:
    """Finds where quotations end. What each line counts for is found once, because a file may contain thousands
    of quotations."""

    def __init__(self, blocks: Sequence[Block], own: range) -> None:
        self.blocks, self.own, self.unclosed = blocks, own, 0
        self.curly = [blocks[i].text.count("“") - blocks[i].text.count("”") for i in own]
        self.straight = [blocks[i].text.count('"') for i in own]
        self.changes = [i for i in own if _NEXT_CHANGE.match(blocks[i].text)]
        self.articles: dict[int, list[int]] = {}
        for i in own:
            if number := _article_number(blocks[i].text):
                self.articles.setdefault(number, []).append(i)

    def end(self, at: int, article: int) -> int | None:
        """Find the last block of the quotation that begins in the block `at`, and return its index. None when
        there is no complete quotation. `article` is the number of the article in which it stands, or 0."""
        if self.unclosed > _MOST_UNCLOSED or not self._introduced(at):
            return None
        curly = "“" in self.blocks[at].text
        depth, first = 0, self.own.start
        for index in range(at, min(self.own.stop, at + _LONGEST_QUOTATION)):
            depth += self.curly[index - first] if curly else self.straight[index - first]
            if depth <= 0 if curly else depth % 2 == 0:
                return index
        self.unclosed += 1
        return self._lost_end(at, article)

    def _introduced(self, at: int) -> bool:
        text = self.blocks[at].text
        if _opens(text):
            before = self.blocks[at - 1].text if at > self.own.start else ""
            return bool(_INTRODUCES.search(before)) or _quotes_provision(text)
        place = at - self.own.start
        left_open = self.curly[place] > 0 if "“" in text else self.straight[place] % 2 == 1
        said = "như sau" in text and ("“" in text or '"' in text)
        return said or (left_open and bool(_CHANGED.search(text)))

    def _lost_end(self, at: int, article: int) -> int | None:
        """Find the last block of a quotation that begins in the block `at` and is never closed. It ends before
        the next clause that amends something, or before the article after `article`. None when there is no
        such line."""
        articles = self.articles.get(article + 1, []) if article else []
        later = [
            found[place]
            for found in (self.changes, articles)
            if (place := bisect_right(found, at)) < len(found) and found[place] < at + _LONGEST_QUOTATION
        ]
        return min(later) - 1 if later else None


def _opens(line: str) -> bool:
    return line.lstrip().startswith(("“", '"'))


def _article_number(line: str) -> int:
    """The number of the article (Điều) that a line begins; 0 for other lines."""
    heading = heading_of(line) if line[:1] == "Đ" else None
    return int(re.sub(r"\D", "", heading.number)) if heading is not None and heading.kind == "dieu" else 0


def _quotes_provision(text: str) -> bool:
    """Whether a line that begins with a quotation mark quotes a provision: "“Điều 5. …", "“2. …", "“a) …"."""
    bare = text.lstrip().lstrip("“\" ")
    return heading_of(bare) is not None or clause_of(bare) is not None


def table_of_contents(blocks: Sequence[Block]) -> set[int]:
    """Find the blocks in tables of contents, and return their indexes. A table of contents begins at a line
    "MỤC LỤC" (contents). It ends before the first heading of the text itself. Without this line, it is several lines one
    after the other that end with dots and the number of a page."""
    hidden = _with_leaders(blocks)
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


def _with_leaders(blocks: Sequence[Block]) -> set[int]:
    """Find at least _LEAST_LEADERS lines one after the other that end with dots and a page number, and return their indexes.
    The page numbers never fall, unlike the figures in the blanks of a form."""
    hidden: set[int] = set()
    run: list[int] = []
    page = 0
    for index, block in enumerate(blocks):
        # Only the end of a line is searched, and a line without a page number is not, so that long lines cost nothing.
        end = block.text.rstrip()[-_LONGEST_LEADER:]
        found = _LEADER.search(end) if end[-1:].isdigit() else None
        if found is None or int(found[1]) < page:
            run = []
        page = int(found[1]) if found else 0
        if found:
            run.append(index)
        if len(run) >= _LEAST_LEADERS:
            hidden.update(run)
    return hidden


def _bare(line: str) -> str:
    """Reduce a line of a table of contents to lower case without its page number and dots, to compare it with
    headings."""
    return re.sub(r"[\s.…]*\d*\s*$", "", line).casefold()
