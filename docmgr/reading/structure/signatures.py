"""Find the signature that ends a document: the recipients, the authority, the office and the signer.

This module decides which lines belong to a signature, and which of several signatures ends the main text.
`facts.signature` reads the facts from it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure.heading import NATION, TITLE
from docmgr.reading.structure.lines import heading_of, section_of
from docmgr.reading.structure.openers import opener_of
from docmgr.reading.structure.person_names import NOT_PERSON, PERSON, SIGNED
from legaltext.anchors import roman_to_int
from legaltext.letters import UPPER, is_capitals

if TYPE_CHECKING:
    from docmgr.reading.types import Block

RECIPIENTS = re.compile(r"^(?:Nơi nhận|NƠI NHẬN|Nơi gửi)\s*(?::|$|\()")
AUTHORITY = re.compile(rf"^(?:(?:TM|T/M|KT|K/T|TL|T/L|TUQ)(?:\s*\.\s*|\s+)|Q\s*\.\s*)(?=[{UPPER}]{{2}})")
ADOPTED = re.compile(
    r"^(?:Luật|Bộ luật|Nghị quyết|Pháp lệnh|Hiến pháp)\s+này\s+(?:đã\s+)?được\s.{5,250}?thông qua\s+ngày",
    re.DOTALL,
)
OFFICE = re.compile(
    r"^(?:QUYỀN\s+|PHÓ\s+|THỨ\s+)?"
    r"(?:CHỦ TỊCH|BỘ TRƯỞNG|TRƯỞNG|GIÁM ĐỐC|TỔNG|THỦ TƯỚNG|HIỆU TRƯỞNG|CHÁNH|CHỦ NHIỆM|CỤC TRƯỞNG"
    r"|VỤ TRƯỞNG|BÍ THƯ|VIỆN TRƯỞNG|THỐNG ĐỐC|THỦ TRƯỞNG|ĐẠI DIỆN|NGƯỜI)(?!\w)"
)
# The chair of a meeting signs its resolution; the same words are the heads of table columns ("CHỦ TRÌ | PHỐI HỢP").
CHAIR = re.compile(r"^CHỦ (?:TRÌ|TỌA|TOẠ)(?!\w)")
# The same words in small letters, as a font of capitals gives them: "tm. chính phủ", "KT/Bộ trưởng".
SMALL_AUTHORITY = re.compile(
    r"^(?:tm|kt|tl|tuq|t/m|k/t)\s*[./]\s*(?=[^\W\d]{2})[^:;.]{3,70}$", re.IGNORECASE
)
_SIGNED_MARK = re.compile(r"^[\[(/\-–—\s]*(?:đã ký|ký|chữ ký)[^:]*$", re.IGNORECASE)
_LONGEST_SIGNATURE = 90
_SIGNATURE_ROWS = 4


def signature_range(blocks: Sequence[Block], body: int, hidden: Collection[int]) -> tuple[int, int] | None:
    """Find the signature that ends the main text: the blocks with recipients, authority and signer.

    An example of a signature inside the text is passed over, because the numbering of the text goes on behind
    it. Returns (index of the first block, index of the first block after the signature), or None when there
    is no signature. `body` is the index of the first block below the heading. `hidden` are the indexes of
    blocks in quotations and tables of contents, where no document ends.
    """
    at = body
    while True:
        first = next(
            (i for i in range(at, len(blocks)) if i not in hidden and _opens_signature(blocks, i, body)), None
        )
        if first is None:
            return None
        last = _extent(blocks, first)
        first = _table_start(blocks, first, body)
        further = _resumes(blocks, body, first, last, hidden)
        if further is None:
            return first, last
        at = further


def _table_start(blocks: Sequence[Block], first: int, body: int) -> int:
    table = blocks[first].table
    while table is not None and first > body and blocks[first - 1].table == table:
        first -= 1
    return first


def _extent(blocks: Sequence[Block], first: int) -> int:
    """Find the first block after the signature that begins in the block `first`."""
    last = first + 1
    while last < len(blocks) and last - first < _LONGEST_SIGNATURE and _goes_on(blocks, last):
        last += 1
    return last


def _resumes(
    blocks: Sequence[Block], body: int, first: int, last: int, hidden: Collection[int]
) -> int | None:
    """Find the block behind the signature in `first` to `last` in which the numbering of the main text goes
    on: the next article, or the next Roman section where there are no articles. None when the text ends with
    this signature, as it does when an appendix follows or the numbers begin again."""
    kind, number = "", 0
    for index in range(first - 1, body - 1, -1):
        found = _numbered(blocks, index) if index not in hidden else None
        if found is not None and (found[0] == "dieu" or not kind):
            kind, number = found
        if kind == "dieu":
            break
    for index in range(last, len(blocks)) if kind else ():
        if (opened := opener_of(blocks, index)) is not None and opened[0] != "mau":
            return None
        found = _numbered(blocks, index) if index not in hidden else None
        if found is not None and found[0] == kind:
            return index if found[1] == number + 1 else None
    return None


def _numbered(blocks: Sequence[Block], at: int) -> tuple[str, int] | None:
    """Recognise a line that begins an article (Điều) or a Roman section; return (kind, number). None for other
    lines and for table cells."""
    block = blocks[at]
    if block.table is not None or block.kind in ("header", "footer", "footnote"):
        return None
    if (heading := heading_of(block.text)) is not None and heading.kind == "dieu":
        return "dieu", int(re.sub(r"\D", "", heading.number))
    section = section_of(block.text) if block.text[:1] in "IVX" else None
    if section is not None and section.kind == "la_ma":
        return "la_ma", roman_to_int(section.number)
    return None


def _opens_signature(blocks: Sequence[Block], at: int, body: int) -> bool:
    block = blocks[at]
    if block.kind in ("header", "footer", "footnote"):
        return False
    text = block.text
    if RECIPIENTS.match(text) or ADOPTED.match(text):
        return True
    if AUTHORITY.match(text) and is_capitals(text[:30]):
        return True
    if SMALL_AUTHORITY.match(text):
        return True
    if CHAIR.match(text):
        return at > body + 2 and is_capitals(text) and _signed_below(blocks, at)
    if at <= body + 2 or not OFFICE.match(text) or not is_capitals(text[:12]) or len(text) > 90:
        return False
    below = blocks[at + 1].text if at + 1 < len(blocks) else ""
    signed = bool(RECIPIENTS.match(below)) or _signed_below(blocks, at)
    return (block.table is not None and (block.col or 0) > 0) or (text.isupper() and signed)


def _signed_below(blocks: Sequence[Block], at: int) -> bool:
    """Whether the name of a person comes next below the block `at`, in the same column."""
    table, col = blocks[at].table, blocks[at].col
    # Only near blocks are searched, because a file may contain thousands of offices.
    rows = {b.row for b in blocks[max(0, at - 40) : at + 40] if b.table == table}
    if table is not None and len(rows) > _SIGNATURE_ROWS:
        return False
    below = (b.text for b in blocks[at + 1 : at + 9] if (b.table, b.col) == (table, col))
    name = next((text for text in below if not _SIGNED_MARK.match(text)), "")
    name = SIGNED.sub(" ", name).strip()
    return bool(PERSON.match(name)) and not NOT_PERSON.match(name)


def _goes_on(blocks: Sequence[Block], at: int) -> bool:
    """Whether the block `at` still belongs to the signature that the blocks before it began."""
    block = blocks[at]
    if block.kind == "footnote" or opener_of(blocks, at) is not None:
        return False
    text = block.text
    if block.table is not None:
        # Another table continues the signature while its cells are short and no new heading begins in it.
        heading = any(NATION.search(b.text) for b in blocks[at : at + 12] if b.table == block.table)
        return blocks[at - 1].table == block.table or (len(text) < 120 and not heading)
    if TITLE.match(text) and blocks[at - 1].table is not None:
        return False
    if heading_of(text) is not None or NATION.search(text):
        return False
    listed = text.startswith(("-", "–", "+"))
    return (listed and len(text) < 300) or (len(text) < 70 and not re.match(r"^(?:[IVX]+|\d+)[.)]\s", text))
