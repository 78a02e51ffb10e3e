"""Find the heading of a document and cut it into lines with kinds, whatever the layout of the file.

The heading is everything above the body: national title, motto, issuer, number, place and date, type and
subject (Decree 30/2020, Annex I). This module decides which lines belong to it, and splits lines that were
joined. `facts.heading` reads the facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmgr.reading.structure.received import received_box
from legaltext import doctypes
from legaltext.letters import LOWER, UPPER, is_capitals, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

MAX_HEADING = 45
_MARKS = " -–—_.…*"
# Words before a number that show that it belongs to another document.
_PARENT = re.compile(r"\(|kèm theo|ban hành|căn cứ|theo\s|biểu|mẫu", re.IGNORECASE)
# Bars and braces that are left of a heading that was laid out as a table.
_FRAME = re.compile(r"[|{}¦]+")
_NATION = r"(?i:c[ộo]ng\s+h(?:òa|oà)\s+xã\s+hội\s+chủ\s+ngh(?:ĩa|iã)\s+việt\s+nam)"
NATION = re.compile(_NATION)
_MOTTO = r"(?i:độc\s+lập\s*[-–—]?\s*tự\s+do\s*[-–—]?\s*hạnh\s+phúc)"
_PARTY = r"ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM"
_RULE = r"[-_–—─═=*~.]{3,}|_{2,}|^[-–—\s]+$"
_KINDS = "Luật|Bộ luật|Pháp lệnh|Nghị quyết|Lệnh|Nghị định|Quyết định|Thông tư"
# The Party's form prints "Số 12-NQ/TU" without a colon; after a word on the line it is another document's number.
_PARTY_LABEL = r"(?<!\w\s)(?:Số|SỐ)(?=\s+\d{1,5}\s?[-–]\s?[A-ZĐ][A-Za-zĐđ]{0,5}\s?/\s?[A-ZĐ])"
# So do some offices, on a line of its own.
_BARE_LABEL = r"^(?:Số|SỐ)(?=\s+\d{1,5}(?:/\d{4})?/[A-ZĐ][A-ZĐa-zđ]{0,7}(?:-[\w&-]{1,20})?\s*$)"
NUMBER_LABEL = rf"(?:(?:(?:{_KINDS})\s+số|Số|SỐ)\s*:|{_PARTY_LABEL}|{_BARE_LABEL})"
_CAP = rf"[{UPPER}][{LOWER}'’\-]+(?:(?<=-)[{UPPER}][{LOWER}]+)?"
_PLACE = (
    rf"(?:(?<![\w/\-–])(?:TP\.?\s?)?{_CAP}(?:\s(?:[{UPPER}{LOWER}][{LOWER}'’\-]*|\d{{1,2}})){{0,5}}"
    rf"|^[{UPPER}][{UPPER}\s]{{1,30}}|[.…_]{{2,}})"
)
_GAP = r"[\s._…/\-]*"
_DAY = rf"[Nn]gày{_GAP}(?:\d{{1,2}})?{_GAP}(?:tháng)?{_GAP}(?:\d{{1,2}})?{_GAP}(?:năm)?[\s._…]*\d{{0,4}}"
_PLACE_DATE = rf"(?:(?P<place>{_PLACE})\s*,\s*)?{_DAY}"
ABOUT = re.compile(r"(?<!\w)(?:V/v|Về\s+việc)\s*:?\s*", re.IGNORECASE)
_CUT = re.compile(
    rf"(?P<nation>{_NATION}|{_PARTY})|(?P<motto>{_MOTTO})|(?P<rule>{_RULE})|(?P<number>(?<!\w){NUMBER_LABEL})"
    rf"|(?P<date>{_PLACE_DATE})"
)
_TITLE_NAMES = "|".join(re.escape(name.upper()) for name in doctypes.NAMES if name != "Công văn")
# Two type names are also spelt with the tone on the other vowel ("THOẢ" for "THỎA").
TITLE = re.compile(rf"^(?:BẢN\s+(?=QUY |ĐIỀU LỆ|NỘI QUY))?(?P<name>{_TITLE_NAMES}|BẢN THOẢ THUẬN|GIẤY UỶ QUYỀN)(?!\w)(?P<rest>.*)$", re.DOTALL)
_NUMBERED_TITLE = re.compile(r"CỦA\s+[^,;:.\d]{5,90}?\s+SỐ\s*:?\s*\d")
BODY = re.compile(
    r"^(?:[-–+•]?\s*(?:Căn\s+cứ|CĂN\s+CỨ)\s|Xét\s|Theo\s+đề\s+nghị|Thực\s+hiện\s|Kính\s+gửi|Chương\s+[IVX\d]|CHƯƠNG\s+[IVX\d]"
    r"|Phần\s+(?:[IVX\d]|thứ|[A-H](?!\w))|PHẦN\s+(?:[IVX\d]|THỨ|[A-H](?!\w))|B(?:ước|ƯỚC)\s+(?:\d|MỘT)|Điều\s+1[.:\s]|[IVX]{1,4}\s?[.)\-–]\s|[A-D]\.\s|1[.)]\s"
    r"|QUYẾT\s+(?:ĐỊNH|NGHỊ)\s*:|MỤC\s+LỤC)"
)
APPENDIX = re.compile(
    r"^(?:PHỤ\s+LỤC|Phụ\s+lục)(?:\s+(?:số\s+|SỐ\s+)?(?P<no>[IVXLC]+|\d+[a-zA-Z]?|[A-H]))?\s*[.:]?$"
)


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """One line of the heading, or a part of a line that contained several things. `kind` is nation (the
    national title), motto, number, date, title, appendix, body or text. `block` is the index of the block
    that contains the line. `table` and `col` are the table and column in which the line is, None outside
    tables."""

    kind: str
    text: str
    block: int
    col: int | None
    table: int | None
    bold: bool
    centered: bool


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """Split one line of the heading into (kind, text) pieces. The kinds are nation (the national title),
    motto, number, date, and text for all other words. Rows of dashes or dots are left out."""
    matches = [m for m in _CUT.finditer(text) if _is_cut(m, text)]
    at = 0
    for position, match in enumerate(matches):
        if text[at : match.start()].strip(" ."):
            yield "text", text[at : match.start()]
        kind, end = str(match.lastgroup), match.end()
        if kind == "number":
            later = [m.start() for m in matches[position + 1 :] if m.lastgroup != "rule"]
            end = later[0] if later else len(text)
        if kind != "rule" and match.start() >= at:
            yield kind, text[match.start() : end]
        at = max(at, end)
    if text[at:].strip(" ."):
        yield "text", text[at:]


def _is_cut(match: re.Match[str], text: str) -> bool:
    """Whether `match`, a match of _CUT in the line `text`, becomes a piece of its own. False for the
    number or date of another document, as in "(Kèm theo … số: …)" (attached to … No. …)."""
    before = text[: match.start()]
    if match["number"] is not None:
        return not _PARENT.search(before)
    if match["date"] is None or match["place"] is not None:
        return True
    return not before.strip(_MARKS) and not text[match.end() :].strip(_MARKS)


def heading_pieces(blocks: Sequence[Block]) -> list[HeadingLine]:
    """Cut the heading into lines, in reading order. `blocks` are all blocks of the document. If the body
    is found, its first line is the last item, with the kind "body"."""
    pieces: list[HeadingLine] = []
    titled = False
    for index, text in _whole_lines(blocks[:MAX_HEADING]):
        block = blocks[index]
        if BODY.match(text) and block.kind != "heading" and not _may_be_subject(text, pieces):
            pieces.append(_piece("body", text, index, block))
            return pieces
        headed = pieces and pieces[-1].kind in ("nation", "motto", "number", "date")
        whole = _whole(text, titled, block, first=index == 0 or bool(headed))
        for kind, part in [whole] if whole else list(_cuts(text)):
            pieces.append(_piece(kind, part, index, block))
            titled = titled or kind in ("title", "appendix")
    return pieces


def _whole_lines(blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """Yield (block index, line) pairs. When the national title, the motto or the number is broken over two
    lines, these are joined."""
    skip, received = -1, received_box(blocks)
    for index, block in enumerate(blocks):
        if index == skip or index in received or block.kind in ("header", "footer", "footnote"):
            continue
        text = _unspaced(squeeze(_FRAME.sub(" ", block.text)))
        if not text:
            continue
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        if below is not None and (below.table, below.row, below.col) == (block.table, block.row, block.col):
            joined = squeeze(f"{text} {_FRAME.sub(' ', below.text)}")
            # The line below a symbol that was left open may be the title: "Số: 03/2017/TT-", "THÔNG TƯ".
            other = TITLE.match(squeeze(below.text).upper()) or NATION.match(below.text)
            number_broken = re.match(NUMBER_LABEL, text) and re.search(r"(?<!-)[-/]$", text) and not other
            broken = re.fullmatch(f"{_NATION}|{_MOTTO}", joined) and not re.search(
                f"{_NATION}|{_MOTTO}", text
            )
            if number_broken or broken:
                skip, text = index + 1, joined
        yield index, text


def _may_be_subject(text: str, pieces: Sequence[HeadingLine]) -> bool:
    """Whether a line such as "Thực hiện …" (carrying out …), which could begin the body, is the subject of
    the document. It is the subject directly below a title line with only the type. `pieces` are the
    heading lines so far."""
    below_title = bool(pieces) and pieces[-1].kind == "title" and TITLE.match(pieces[-1].text.upper())
    if not below_title or not text.startswith(("Thực hiện ", "Theo ", "Xét ")):
        return False
    bare = below_title and not below_title["rest"].strip(" :.-–—_")
    return bool(bare) and len(text) < 300 and not text.endswith((":", ",", ";", "."))


def _whole(text: str, titled: bool, block: Block, first: bool) -> tuple[str, str] | None:
    """Recognise a line that must not be split: a title, the first line of an appendix, or any line below the
    title (`titled`). Returns (kind, text), or None for other lines. `block` is the block that contains the
    line; `first` says that it is the first of the document or follows the national title, the number or the
    date; such a line may begin "Báo cáo về …" (report on)."""
    if titled:
        return "text", text
    if APPENDIX.match(text):
        return "appendix", text
    if block.col not in (None, 0) and not is_capitals(text):
        return None
    marked = block.kind == "heading" or (block.bold and block.centered)
    title = TITLE.match(text.upper())
    if title is None or not _is_title_rest(title["rest"]):
        return None
    rest = title["rest"].strip(_MARKS)
    # In mixed case a title is recognised only when it is the whole line ("Thông tư", "Nghị định của Chính phủ").
    alone = (not rest or rest.startswith("CỦA ")) and (len(text) < 90 or bool(_NUMBERED_TITLE.match(rest)))
    alone = alone or (first and rest.startswith("VỀ ") and len(text) < 200)
    # A font of capitals that was read as text leaves a title in small letters, which no sentence begins with.
    alone = alone or (first and text[0].islower() and len(text) < 150 and not text.endswith((".", ";", ",", ":")))
    return ("title", text) if TITLE.match(text) or marked or alone else None


def _is_title_rest(rest: str) -> bool:
    """Whether a line that begins with a document type can be a title line. `rest` are the words after the
    type. The answer is False when they begin with "số" (No.) or a comma."""
    words = rest.strip(" :.-–_—")
    return not re.match(r"(?:số|SỐ)\b|[:;,]", words)


def _unspaced(text: str) -> str:
    """Join letters that are printed with spaces between them: "N G H Ị Q U Y Ế T" gives "NGHỊ QUYẾT". Other
    texts stay unchanged."""
    if len(text) < 7 or not re.fullmatch(r"(?:\S )+\S", text) or not text.isupper():
        return text
    solid = text.replace(" ", "")
    names = {name.upper().replace(" ", ""): name.upper() for name in doctypes.NAMES}
    return names.get(solid, text)


def _piece(kind: str, text: str, index: int, block: Block) -> HeadingLine:
    return HeadingLine(kind, squeeze(text), index, block.col, block.table, block.bold, block.centered)
