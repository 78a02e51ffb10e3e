"""Read the signers and their positions from the signature block.

The block is at the end of the text: the authority ("TM.": on behalf of, "KT.": for), the position and the name.
Source: Decree 30/2020, Annex I. structure.signatures finds the block, and `recipients` reads the list of recipients
in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from docmgr.reading.facts.readable_case import readable
from docmgr.reading.structure.person_names import NOT_PERSON, PERSON, SIGNED
from docmgr.reading.structure.signatures import ADOPTED, AUTHORITY, RECIPIENTS, SMALL_AUTHORITY
from docmgr.reading.types import Fact
from legaltext.letters import LOWER, UPPER, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_DEGREES = r"(?:GS|PGS|TSKH|TS|BS|CN|KS|NGƯT|NGND)[.,\s]"
_BRACKETS = re.compile(r"\[\s*|\([^)]*\)")
# In a copy the name of the signer may stand at the end of a recipient's line: "- Công báo, Nguyễn Văn A đã ký".
SIGNED_BESIDE = re.compile(
    rf"[,;]\s*(?P<name>(?:[{UPPER}][{LOWER}]+\s){{2,5}})đã\s+ký\s*$|;\s*(?P<bare>[{UPPER}][{LOWER}]+(?:\s[{UPPER}][{LOWER}]+){{2,3}})$"
)
_MOST_SIGNERS, _LONGEST = 6, 200
_NO_ROW = 1_000_000
_OFFICE_NAMES = (
    "CHỦ TỊCH QUỐC HỘI", "CHỦ TỊCH NƯỚC", "CHỦ TỊCH", "BỘ TRƯỞNG", "THỨ TRƯỞNG", "THỦ TƯỚNG CHÍNH PHỦ",
    "THỦ TƯỚNG", "TỔNG GIÁM ĐỐC", "GIÁM ĐỐC", "HIỆU TRƯỞNG", "HIỆU PHÓ", "CHÁNH VĂN PHÒNG",
    "CHÁNH THANH TRA", "CHÁNH ÁN", "CHỦ NHIỆM", "TỔNG CỤC TRƯỞNG", "CỤC TRƯỞNG", "VỤ TRƯỞNG",
    "VIỆN TRƯỞNG", "TRƯỞNG", "BÍ THƯ", "TỔNG THƯ KÝ", "THỐNG ĐỐC", "TỔNG KIỂM TOÁN", "TỔNG THANH TRA",
    "ỦY VIÊN THƯỜNG TRỰC", "ỦY VIÊN", "CHỦ TRÌ", "CHỦ TỌA", "CHỦ TOẠ",
)  # fmt: skip
_OFFICES = "|".join(_OFFICE_NAMES)
_OFFICE = re.compile(rf"(?<![{UPPER}])(?:QUYỀN\s+|PHÓ\s+)?(?:{_OFFICES})(?![{UPPER}])[^.]*?$")
_BARE_OFFICE = re.compile(rf"(?:QUYỀN\s+|PHÓ\s+)?(?:{_OFFICES}|TRƯỞNG BAN)")
_PREFIX = re.compile(rf"(?:^|(?<=\s))(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q)\s*[./]\s*(?=[{UPPER}])")


@dataclass(frozen=True, slots=True)
class _Signer:
    """One signer: the lines in capitals above the name, the name, and the line in which it is printed."""

    titles: tuple[str, ...]
    name: str
    line: str


def signature(signed: Sequence[Block], text: str) -> dict[str, Fact]:
    """Find the facts signer and position; a fact that is not found is left out. Where several persons sign side by
    side, all are kept, separated by semicolons, and `values` of the fact lists them. `signed` are the blocks of
    the signature in reading order, and `text` is the text of the document."""
    lines = _signing_lines(signed)
    signers, titles = _signers(lines)
    facts: dict[str, Fact] = {}
    if signers:
        names = tuple(signer.name for signer in signers)
        sure = bool(signers[0].titles)
        several = names if len(names) > 1 else ()
        facts["signer"] = Fact("signer", "; ".join(names), squeeze(signers[0].line), sure, several)
    offices = [signer.titles for signer in signers] or [tuple(titles)]
    found = [(_cased(position, text), office) for office in offices if (position := _position(office))]
    if found:
        positions = [position for position, _ in found]
        several = tuple(positions) if len(positions) > 1 else ()
        shown = "; ".join(positions if len(set(positions)) > 1 else positions[:1])
        facts["position"] = Fact("position", shown, squeeze(" ".join(found[0][1])), True, several)
    return facts


def _signers(lines: Sequence[str]) -> tuple[list[_Signer], list[str]]:
    """Find the signers in the lines of a signature. Returns (signers, the titles below which no name stands). A
    second signer needs an office or an authority of his own."""
    signers: list[_Signer] = []
    titles: list[str] = []
    for line in lines:
        capitals, name = _split_capitals(_BRACKETS.sub(" ", SIGNED.sub(" ", line)).strip(" -–—"))
        beside = SIGNED_BESIDE.search(line) if titles and not signers else None
        titles += [capitals] if capitals and not beside else []
        found = PERSON.match(name) if name and not NOT_PERSON.match(name) else None
        named = (beside["name"] or beside["bare"]) if beside else found["name"] if found else ""
        printed = squeeze(named) if not NOT_PERSON.match(named) else ""
        if not printed or not (titles or len(lines) == 1):
            continue
        taken = [*(signer.name for signer in signers), printed]
        own = not signers or _position(titles) or any(AUTHORITY.match(title) for title in titles)
        if own and len(taken) <= _MOST_SIGNERS and len("; ".join(taken)) <= _LONGEST:
            signers.append(_Signer(tuple(titles), printed, line))
        titles = []
    return signers, titles


def _signing_lines(signed: Sequence[Block]) -> list[str]:
    """List the lines of the signature block in reading order. Left out are the list of recipients, the
    signature of a meeting's secretary, and the sentence that says when a law or resolution was adopted ("…
    được thông qua ngày …")."""
    lines: list[str] = []
    # A signer may stand above the list in the same column.
    lists: dict[tuple[int | None, int | None], int] = {
        (b.table, b.col): b.row or 0 for b in signed if b.table is not None and RECIPIENTS.match(b.text)
    }
    lists |= dict.fromkeys(_secretaries(signed), 0)
    listing = listed = False
    above = ""
    for block in _by_column(signed):
        text = _in_capitals(squeeze(block.text), above)
        above = text if AUTHORITY.match(text) or is_title(text) else above
        if ADOPTED.match(text) or (block.row or 0) >= lists.get((block.table, block.col), _NO_ROW):
            continue
        if block.table is None and RECIPIENTS.match(text):
            listing = listed = True
            text = above = _in_capitals(behind_label(text), above)
            if not is_signing(text):
                continue
        beside = (block.col or 0) > 0 or SIGNED_BESIDE.search(text)
        # The list goes on behind a line of the signature where two columns ran into each other.
        item = listed and block.table is None and text.startswith(("-", "–", "+"))
        if is_signing(text) or beside or not (listing or item):
            lines.append(text)
            listing = listing and block.table is not None
    return lines


def _in_capitals(line: str, above: str) -> str:
    """Write an authority ("tm. chính phủ") in capitals, as it is meant, and an office below such a line. Small
    letters occur here when a font of capitals was read as text. Other lines stay unchanged."""
    office = is_title(line.upper(), whole=True) and (AUTHORITY.match(above) or is_title(above))
    return line.upper() if SMALL_AUTHORITY.match(line) or office else line


def _by_column(signed: Sequence[Block]) -> list[Block]:
    """Order the blocks so that each table is read column by column. Then a name comes directly after the
    office above it. Tables that follow one another are read as one."""
    runs = groupby(signed, key=lambda block: block.table is not None)
    return [b for _, run in runs for b in sorted(run, key=lambda block: block.col or 0)]


def _secretaries(signed: Sequence[Block]) -> set[tuple[int, int | None]]:
    """Find the table columns in which the secretary of a meeting signs next to its chair. Such a secretary is
    not the signer of the document. Returns (table number, column) pairs; empty when there are none."""
    clerks = {(b.table, b.col) for b in signed if b.table is not None and b.text.startswith("THƯ KÝ")}
    leading = [(b.table, b.col) for b in signed if is_title(b.text) or AUTHORITY.match(b.text)]
    return {(t, c) for t, c in clerks if any(table == t and col != c for table, col in leading)}


def is_title(text: str, *, whole: bool = False) -> bool:
    """Whether a line in capitals is the title of an office, such as "KT. GIÁM ĐỐC". With `whole` it must be the
    bare name of an office, such as "PHÓ CHỦ TỊCH"."""
    if whole:
        return _BARE_OFFICE.fullmatch(text) is not None
    return text.isupper() and len(text) < 80 and bool(_OFFICE.search(text))


def behind_label(line: str) -> str:
    """The words behind "Nơi nhận:" (recipients) in the first line of the list; "" where the label stands alone."""
    return re.sub(r"^(?:Nơi nhận|NƠI NHẬN|Nơi gửi)\s*:?\s*", "", line)


def is_signing(text: str) -> bool:
    """Whether a line belongs to the signature: an authority, an office or the name of a person."""
    name = SIGNED.sub(" ", text).strip()
    return bool(
        AUTHORITY.match(text)
        or SMALL_AUTHORITY.match(text)
        or is_title(text)
        or (PERSON.match(name) and not NOT_PERSON.match(name))
    )


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
    # After "KT. GIÁM ĐỐC" (for the director) alone, the signer's own office is not printed.
    if not offices or (len(offices) == 1 and offices[0].start() == 0 and _for_another(joined)):
        return None
    return last[offices[-1].start() :]


def _for_another(titles: str) -> bool:
    """Whether the last authority in the titles names the office of another person, for whom the signer signs."""
    authorities = [found for found in _PREFIX.finditer(titles)]
    return bool(authorities) and authorities[-1].group(0).strip(" ./").replace("/", "") in ("KT", "TL", "TUQ")


def _cased(position: str, text: str) -> str:
    """Write a position in normal case: "PHÓ THỦ TƯỚNG" gives "Phó Thủ tướng", and "CHỦ TỊCH" gives "Chủ
    tịch". `text` is the text of the document, in which the spelling is looked up."""
    deputy = re.match(r"(PHÓ|QUYỀN)\s+(.+)$", position)
    if deputy:
        head = deputy.group(1).capitalize()
        return f"{head} {readable(deputy.group(2), '')}"
    return readable(position, "" if len(position) < 15 else text)
