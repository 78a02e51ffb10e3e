"""Divide a document into parts: its main text, the signature block, and what is attached after it.

This module decides where the main text ends and where appendices (`phu-luc-1`), attached documents
(`kem-theo-1`) and forms (`mau-01`) begin. `provisions` finds the provisions inside a part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmgr.reading.structure.heading import NATION, TITLE
from docmgr.reading.structure.person_names import NOT_PERSON, PERSON
from legaltext.anchors import Registry, ordinal, spell
from legaltext.labels import SIGNATURE
from legaltext.letters import UPPER, is_capitals, squeeze

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
_SIGNED_MARK = re.compile(r"^[\[(/]?\s*(?:đã ký|ký|chữ ký)", re.IGNORECASE)
_APPENDIX = re.compile(
    r"^(?:PHỤ LỤC|Phụ lục)(?:\s+(?:(?:số|SỐ)\s*:?\s*)?(?P<no>[IVXLC]+|\d+[a-zA-Z]?|[A-H]))?"
    rf"(?=\s*$|\s*[.:\-–(]|\s+[{UPPER}]{{2}})"
)
_FORM = re.compile(
    r"^(?:Mẫu|MẪU|Biểu mẫu|BIỂU MẪU|Biểu|BIỂU)\s*(?:số|SỐ|Số)?\s*:?\s*"
    r"(?P<no>\d+[a-zđ]?(?:[./\-][\w\-]+)*)(?=\s*$|\s*[.:(\-–]|\s)"
)
_STANDARD = re.compile(r"^QCVN\s+\d+\s*:")
_ATTACHED = re.compile(r"^\(?\s*(?:Ban\s+hành\s+)?[Kk]èm\s+theo\s", re.IGNORECASE)
_LONGEST_SIGNATURE = 90
_SIGNATURE_ROWS = 4


@dataclass(frozen=True, slots=True)
class TextPart:
    """One part of a document: the blocks from index `first` up to but not including `last`. `kind` is main,
    signature, phu_luc (appendix), kem_theo (attached document) or mau (form). The anchors in the part begin
    with `prefix`. `parent` is the anchor of the part to which it belongs, or None."""

    kind: str
    prefix: str
    parent: str | None
    label: str
    first: int
    last: int


def find_parts(
    blocks: Sequence[Block], body: int, contents: Collection[int], is_appendix: bool
) -> list[TextPart]:
    """Divide the blocks into parts. The parts are in order and together cover all blocks.

    `body` is the index of the first block below the heading. `contents` are the indexes of blocks in tables
    of contents. A file that is itself an appendix (`is_appendix`) gets no signature part.
    """
    signature = None if is_appendix else signature_range(blocks, body)
    if signature is None:
        starts = _openers(blocks, max(body, 1), contents, attached=False)
        return [
            TextPart("main", "", None, "", 0, starts[0][0] if starts else len(blocks)),
            *_parts(starts, len(blocks)),
        ]
    first, last = signature
    starts = _openers(blocks, last, contents, attached=True)
    end = starts[0][0] if starts else len(blocks)
    main = [TextPart("main", "", None, "", 0, first), TextPart("signature", "", None, SIGNATURE, first, end)]
    return [*main, *_parts(starts, len(blocks))]


def signature_range(blocks: Sequence[Block], body: int) -> tuple[int, int] | None:
    """Find the signature of the main text: the blocks with recipients, authority and signer. Returns (index
    of its first block, index of the first block after it), or None when there is no signature. `body` is the
    index of the first block below the heading."""
    first = next((i for i in range(body, len(blocks)) if _opens_signature(blocks, i, body)), None)
    if first is None:
        return None
    table = blocks[first].table
    while table is not None and first > body and blocks[first - 1].table == table:
        first -= 1
    last = first + 1
    while last < len(blocks) and last - first < _LONGEST_SIGNATURE and _goes_on(blocks, last):
        last += 1
    return first, last


def _opens_signature(blocks: Sequence[Block], at: int, body: int) -> bool:
    block = blocks[at]
    if block.kind in ("header", "footer", "footnote"):
        return False
    text = block.text
    if RECIPIENTS.match(text) or ADOPTED.match(text):
        return True
    if AUTHORITY.match(text):
        return is_capitals(text[:30])
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
    listed = text.startswith(("-", "–", "+"))
    return (listed and len(text) < 300) or (len(text) < 70 and not re.match(r"^(?:[IVX]+|\d+)[.)]\s", text))


def opener_of(blocks: Sequence[Block], at: int) -> tuple[str, str, str] | None:
    """Recognise the beginning of an appendix, a form, a technical standard (QCVN) or another attached
    document at the block `at`. Returns (kind, numeral, label): the kind as in TextPart, the numeral or "",
    and the label as printed. None when none begins there."""
    block = blocks[at]
    if block.table is not None or block.kind in ("header", "footer", "footnote"):
        return None
    text = squeeze(block.text)
    appendix = _APPENDIX.match(text)
    if appendix and (text.isupper() or len(text) < 25 or block.bold or block.centered) and len(text) < 300:
        return (
            "phu_luc",
            ordinal(appendix["no"]) if appendix["no"] else "",
            appendix.group(0).rstrip(" .:-–("),
        )
    form = _FORM.match(text)
    if form and len(text) < 400 and not text.endswith((";", ",")):
        return "mau", spell(form["no"]), form.group(0)
    if _STANDARD.match(text) and len(text) < 40:
        return "kem_theo", "", text
    if TITLE.match(text) and len(text) < 200 and _is_attached(blocks, at):
        return "kem_theo", "", text if len(text) < 60 else text[:60]
    return None


def _is_attached(blocks: Sequence[Block], at: int) -> bool:
    """Whether the title in the block `at` is the heading of an attached document: "(Ban hành kèm theo …)"
    (issued together with …) follows it."""
    return any(_ATTACHED.match(b.text) for b in blocks[at + 1 : at + 7])


def _openers(
    blocks: Sequence[Block], start: int, contents: Collection[int], attached: bool
) -> list[tuple[int, str, str, str]]:
    """Find where appendices, forms and attached documents begin, from the block `start` on. Returns (block
    index, kind, numeral, label) for each. Set `attached` when a signature ends before `start`. `contents` are
    the indexes of blocks in tables of contents."""
    found: list[tuple[int, str, str, str]] = []
    standards: set[str] = set()
    for at in range(start, len(blocks)):
        opened = opener_of(blocks, at) if at not in contents else None
        if opened is None or (not attached and opened[0] != "phu_luc"):
            continue
        kind, number, label = opened
        if _STANDARD.match(label):
            if label in standards:
                continue
            standards.add(label)
        if found and {found[-1][1], kind} == {"phu_luc", "kem_theo"} and found[-1][0] >= at - 3:
            continue
        found.append((at, kind, number, label))
    rest = [i for i in range(start, len(blocks)) if blocks[i].kind != "footnote"]
    if attached and rest and (not found or found[0][0] > rest[0]):
        found.insert(0, (rest[0], "kem_theo", "", blocks[rest[0]].text[:60]))
    return found


def _parts(starts: Sequence[tuple[int, str, str, str]], total: int) -> list[TextPart]:
    """Build the parts of a document from `starts`: (block index, kind, numeral, label) for each part. `total`
    is the number of blocks."""
    registry = Registry()
    counts = {"phu_luc": 0, "kem_theo": 0}
    parts: list[TextPart] = []
    holder: str | None = None
    for position, (at, kind, number, label) in enumerate(starts):
        last = starts[position + 1][0] if position + 1 < len(starts) else total
        if kind == "mau":
            prefix = registry.unique(f"{holder}.mau-{number}" if holder else f"kem-theo-mau-{number}")
            parts.append(TextPart(kind, prefix, holder, label, at, last))
            continue
        counts[kind] += 1
        holder = registry.unique(f"{kind.replace('_', '-')}-{number or counts[kind]}")
        parts.append(TextPart(kind, holder, None, label, at, last))
    return parts
