"""Read facts from the signature block: signer, position and recipients.

The block is at the end of the text: the authority ("TM.": on behalf of, "KT.": for), the position, the name,
and next to them the list "Nơi nhận" (recipients). Source: Decree 30/2020, Annex I. structure.signatures finds the
block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from docmgr.reading.facts.readable_case import readable
from docmgr.reading.structure.person_names import NOT_PERSON, PERSON
from docmgr.reading.structure.signatures import ADOPTED, AUTHORITY, RECIPIENTS
from docmgr.reading.types import Fact
from legaltext.letters import UPPER, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_DEGREES = r"(?:GS|PGS|TSKH|TS|BS|CN|KS|NGƯT|NGND)[.,\s]"
_SIGNED = re.compile(
    r"[\[(]\s*(?:đã\s+ký|ký|chữ\s+ký)[^\])]*[\])]?|^/?\s*đã\s+ký\s*/?$|\[\s*|\([^)]*\)", re.IGNORECASE
)
# The archive copy, the dots of a form, and an authority that the reader joined from the other column.
_NO_RECIPIENT = re.compile(r"Lưu(?:\s|:|$)|[\s.…]*$|(?i:(?:tm|kt|tl|tuq)\s*[./]\s*\w)")
_OFFICE_NAMES = (
    "CHỦ TỊCH QUỐC HỘI", "CHỦ TỊCH NƯỚC", "CHỦ TỊCH", "BỘ TRƯỞNG", "THỨ TRƯỞNG", "THỦ TƯỚNG CHÍNH PHỦ",
    "THỦ TƯỚNG", "TỔNG GIÁM ĐỐC", "GIÁM ĐỐC", "HIỆU TRƯỞNG", "HIỆU PHÓ", "CHÁNH VĂN PHÒNG",
    "CHÁNH THANH TRA", "CHÁNH ÁN", "CHỦ NHIỆM", "TỔNG CỤC TRƯỞNG", "CỤC TRƯỞNG", "VỤ TRƯỞNG",
    "VIỆN TRƯỞNG", "TRƯỞNG", "BÍ THƯ", "TỔNG THƯ KÝ", "THỐNG ĐỐC", "TỔNG KIỂM TOÁN", "TỔNG THANH TRA",
    "ỦY VIÊN THƯỜNG TRỰC", "ỦY VIÊN", "CHỦ TRÌ", "CHỦ TỌA", "CHỦ TOẠ",
)  # fmt: skip
_OFFICES = "|".join(_OFFICE_NAMES)
_OFFICE = re.compile(rf"(?<![{UPPER}])(?:QUYỀN\s+|PHÓ\s+)?(?:{_OFFICES})(?![{UPPER}])[^.]*?$")
_PREFIX = re.compile(rf"(?:^|(?<=\s))(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q)\s*\.\s*(?=[{UPPER}])")


def signature(signed: Sequence[Block], text: str) -> dict[str, Fact]:
    """Find the facts signer and position in the first signature; a fact that is not found is left out.
    `signed` are the blocks of the signature in reading order, and `text` is the text of the document."""
    lines = _signing_lines(signed)
    facts: dict[str, Fact] = {}
    titles: list[str] = []
    for line in lines:
        capitals, name = _split_capitals(_SIGNED.sub(" ", line).strip())
        titles += [capitals] if capitals else []
        found = PERSON.match(name) if name and not NOT_PERSON.match(name) else None
        if found and (titles or len(lines) == 1):
            facts["signer"] = Fact("signer", squeeze(found["name"]), squeeze(line), sure=bool(titles))
            break
    position = _position(titles)
    if position:
        facts["position"] = Fact("position", _cased(position, text), squeeze(" ".join(titles)), sure=True)
    return facts


def _signing_lines(signed: Sequence[Block]) -> list[str]:
    """List the lines of the signature block in reading order. Left out are the list of recipients, the
    signature of a meeting's secretary, and the sentence that says when a law or resolution was adopted ("…
    được thông qua ngày …")."""
    lines: list[str] = []
    lists = {(b.table, b.col) for b in signed if b.table is not None and RECIPIENTS.match(b.text)}
    lists |= _secretaries(signed)
    listing = False
    for block in _by_column(signed):
        text = squeeze(block.text)
        if ADOPTED.match(text) or (block.table, block.col) in lists:
            continue
        if block.table is None and RECIPIENTS.match(text):
            listing = True
            continue
        if _signs(text) or not listing or (block.col or 0) > 0:
            lines.append(text)
            listing = listing and block.table is not None
    return lines


def _by_column(signed: Sequence[Block]) -> list[Block]:
    """Order the blocks so that each table is read column by column. Then a name comes directly after the
    office above it."""
    runs = groupby(signed, key=lambda block: block.table)
    return [b for _, run in runs for b in sorted(run, key=lambda block: block.col or 0)]


def _secretaries(signed: Sequence[Block]) -> set[tuple[int, int | None]]:
    """Find the table columns in which the secretary of a meeting signs next to its chair. Such a secretary is
    not the signer of the document. Returns (table number, column) pairs; empty when there are none."""
    clerks = {(b.table, b.col) for b in signed if b.table is not None and b.text.startswith("THƯ KÝ")}
    leading = [(b.table, b.col) for b in signed if _is_title(b.text) or AUTHORITY.match(b.text)]
    return {(t, c) for t, c in clerks if any(table == t and col != c for table, col in leading)}


def _is_title(text: str) -> bool:
    return text.isupper() and len(text) < 80 and bool(_OFFICE.search(text))


def _split_capitals(line: str) -> tuple[str, str]:
    """Split a line after the words in capitals at its beginning; return (these words, the rest). "BỘ TRƯỞNG
    Đại tướng …" (Minister, General …) gives ("BỘ TRƯỞNG", "Đại tướng …"). Either may be ""."""
    found = re.match(rf"^((?:(?!{_DEGREES})[{UPPER}/]{{2,}}[.,]?\s*|Q\.\s*|[-–&]\s*)*)(.*)$", line, re.DOTALL)
    if found is None:
        return "", line
    return found.group(1).strip(), found.group(2).strip(" .-–")


def _position(titles: Sequence[str]) -> str | None:
    """Find the signer's own position in `titles`, the lines in capitals above the name. "KT. THỦ TƯỚNG PHÓ
    THỦ TƯỚNG" (deputy prime minister, for the prime minister) gives "PHÓ THỦ TƯỚNG". None when they contain
    no position."""
    joined = squeeze(" ".join(titles))
    if not joined:
        return None
    # "TM. ĐOÀN CHỦ TỊCH" means that the signer acts for the presidium of a meeting; it is no office of the signer.
    last = re.sub(r"^ĐOÀN CHỦ TỊCH(?: HỘI NGHỊ)?", "", _PREFIX.split(joined)[-1].strip()).strip()
    deputy = re.search(rf"(?<=\s)(?:PHÓ|THỨ)\s+[{UPPER}].*$", last)
    if deputy:
        return deputy.group(0)
    offices = [
        m for m in re.finditer(rf"(?<![{UPPER}])(?:QUYỀN\s+|PHÓ\s+)?(?:{_OFFICES})(?![{UPPER}])", last)
    ]
    if not offices:
        return None
    return last[offices[-1].start() :]


def _cased(position: str, text: str) -> str:
    """Write a position in normal case: "PHÓ THỦ TƯỚNG" gives "Phó Thủ tướng", and "CHỦ TỊCH" gives "Chủ
    tịch". `text` is the text of the document, in which the spelling is looked up."""
    deputy = re.match(r"(PHÓ|QUYỀN)\s+(.+)$", position)
    if deputy:
        head = deputy.group(1).capitalize()
        return f"{head} {readable(deputy.group(2), '')}"
    return readable(position, "" if len(position) < 15 else text)


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
    lines = [re.sub(r"^(?:Nơi nhận|NƠI NHẬN|Nơi gửi)\s*:?\s*", "", head.text)]
    for block in signed[at + 1 :]:
        if _beside(block, head) or _signs(block.text):
            continue
        lines.append(block.text)
        if re.match(r"[-–]?\s*Lưu(?:\s|:)", block.text) and not block.text.endswith((";", ",")):
            break
    return [line for line in lines if line.strip()]


def _beside(block: Block, head: Block) -> bool:
    """Whether a block is in another column than `head`, the first block of the list of recipients."""
    if block.table is None:
        return False
    column = head.col if block.table == head.table else 0
    return block.col != column


def _signs(text: str) -> bool:
    """Whether a line belongs to the signature: an authority, an office or the name of a person."""
    return bool(
        AUTHORITY.match(text) or _is_title(text) or (PERSON.match(text) and not NOT_PERSON.match(text))
    )


def _joined(lines: Sequence[str]) -> list[str]:
    """Join lines to items of the list of recipients; return one string for each item. A new item begins at a
    line with a dash or bullet, and after a semicolon."""
    out: list[str] = []
    for line in lines:
        if out and not re.match(r"\s*[-–+•]", line) and not out[-1].rstrip().endswith(";"):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
    return out


def _items(line: str) -> list[str]:
    """Split one line into the recipients that it contains; several are separated by "; -"."""
    parts = re.split(r"[;:]\s*[-–]\s*", re.sub(r"^\s*[-–+•]\s*", "", line))
    return [squeeze(part).strip(" ;.") for part in parts if part.strip(" ;.")]


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
