"""Find where the heading of a document ends and its body begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmgr.reading.structure.heading import TITLE, HeadingLine
from docmgr.reading.types import Block
from legaltext import doctypes
from legaltext.letters import is_capitals, squeeze

RULES = " _-–—─*"
# Lines in capitals between the subject and the body that name who decides, not what it is about.
_AUTHORITY_HEADS = (
    "QUỐC HỘI", "CHÍNH PHỦ", "ỦY BAN", "UỶ BAN", "HỘI ĐỒNG", "BỘ TRƯỞNG", "CHỦ TỊCH", "THỦ TƯỚNG",
    "GIÁM ĐỐC", "HIỆU TRƯỞNG", "CHÁNH ", "TRƯỞNG ", "TỔNG GIÁM ĐỐC", "TỔNG CỤC TRƯỞNG", "TỔNG BÍ THƯ",
    "CỤC TRƯỞNG", "BAN CHẤP HÀNH", "BAN THƯỜNG VỤ",
)  # fmt: skip
_AUTHORITY = re.compile(rf"^(?:{'|'.join(_AUTHORITY_HEADS)})(?!\w)")
# A conference that decides is printed in capitals below a subject in small letters; above it is the subject.
_MEETING = re.compile(r"^(?:HỘI NGHỊ|ĐẠI HỘI)(?!\w)")
# Words at the end of a line that an office or a body on the next line continues.
_OPEN_ENDS = (
    ",", "-", " VÀ", " CỦA", " CHO", " VỚI", " GIỮA", " BẦU", " BỔ NHIỆM", " MIỄN NHIỆM", " CHỨC VỤ",
    " CHỨC DANH",
)  # fmt: skip
# Older texts name issuer, number and day between the type and the subject: "của Chính phủ số 29/1998/NĐ-CP ngày …".
PREFACE = re.compile(
    r"của\s+[^,;:.\d]{5,90}?(?:\s+số\s*:?\s*\d+\s?[/\-]\s?[\w/\-]+)?"
    r"(?:,?\s*ngày\s+\d+(?:\s+tháng\s+|[/\-.])\d+(?:\s+năm\s+|[/\-.])\d{4})?",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"(?:[,\-–]|(?<!\w)(?:ngày|tháng|năm|số|của|về|và|với|cho|theo|điều|khoản))$", re.IGNORECASE)
_OPENERS = re.compile(
    r"^(?:\(|Căn cứ|(?i:lời nói đầu)(?!\w)|Thực hiện|Theo |Xét |Để |Nhằm |Trên cơ sở|Sau khi|Kính gửi|Hôm nay|Ngày |Trong |Năm \d"
    r"|Thời gian|Quốc hội ban hành|Chính phủ ban hành|Bộ trưởng )"
)

# A label with what is said of a meeting: who comes, when and where. What a paper is about ends before it.
_LABEL = re.compile(
    r"^(?:Thành phần|Thời gian|Địa điểm|Chủ trì|Chủ tọa|Thư ký|(?:Trân trọng )?kính mời)(?:\s(?!về)[^:.;\d]{1,40})?\s*:", re.IGNORECASE
)


def split_title(line: str) -> tuple[str, str]:
    """Split a title line into the document type and the words after it: "KẾ HOẠCH Triển khai …" gives ("Kế
    hoạch", "Triển khai …"). A line without a type gives (line, "")."""
    found = TITLE.match(line.upper())
    if found is None:
        return line, ""
    name = found["name"].replace("THOẢ", "THỎA").replace("UỶ", "ỦY").lower()
    printed = next(n for n in doctypes.NAMES if n.lower() == name)
    return printed, line[found.end("name") :].strip(" :.-–—_")


def subject_pieces(pieces: Sequence[HeadingLine], at: int, rest: str) -> list[HeadingLine]:
    """Find the heading lines below the title `pieces[at]` that belong to the subject; empty when there are
    none. `rest` are the words after the type on the title line, with which the subject begins; they are not
    in the result."""
    named = PREFACE.fullmatch(rest) is not None
    lines, preface = ([], [rest]) if named else ([rest] if rest else [], [])
    taken: list[HeadingLine] = []
    own: list[HeadingLine] = []
    for piece in pieces[at + 1 :]:
        clean = piece.text.strip(RULES)
        if piece.kind == "text" and not lines and _goes_before(preface, clean):
            preface.append(clean)
            taken.append(piece)
            continue
        if piece.kind != "text" or (
            clean and _ends_subject(clean, lines, piece, own[0] if own else None)
        ):
            break
        if clean:
            taken.append(piece)
            own.append(piece)
            lines.append(clean)
        elif lines:
            break
    return taken


def _goes_before(preface: Sequence[str], line: str) -> bool:
    """Whether `line` names the issuer, the number or the day of the document and stands before the subject.
    `preface` are such words above it."""
    opens = r"(?:số\s*:?\s*\d|,?\s*ngày\s+\d)" if preface else r"của\s"
    joined = squeeze(" ".join([*preface, line]))
    return bool(re.match(opens, line, re.IGNORECASE)) and PREFACE.fullmatch(joined) is not None


def body_start(pieces: Sequence[HeadingLine]) -> int:
    """Find where the body begins: the index of the first block below the heading; 0 when no heading was
    recognised."""
    for at, piece in enumerate(pieces):
        if piece.kind in ("title", "appendix"):
            rest = split_title(piece.text)[1] if piece.kind == "title" else ""
            return [piece, *subject_pieces(pieces, at, rest)][-1].block + 1
    body = next((p.block for p in pieces if p.kind == "body"), None)
    known = [p.block for p in pieces if p.kind in ("nation", "motto", "number", "date")]
    if not known:
        return 0
    return body if body is not None else known[-1] + 1


def after_addressees(blocks: Sequence[Block], body: int) -> int:
    """Find the end of the list of addressees, "Kính gửi: …" (to: …), in an official letter. Returns the
    index of the first block after the list. `body` is the index of the block at which the list may begin.
    It is returned when there is no list."""
    if body >= len(blocks) or not blocks[body].text.startswith("Kính gửi"):
        return body
    end = body + 1
    while end < len(blocks) and blocks[end].text.startswith(("-", "–", "+")):
        end += 1
    return end


def _ends_subject(line: str, lines: Sequence[str], piece: HeadingLine, first: HeadingLine | None) -> bool:
    """Whether the subject ends before `line`, the text of the heading line `piece`. `lines` are the lines
    of the subject so far. `first` is the first line of the subject below the title, or None."""
    if _LABEL.match(line):
        return True
    if not lines and re.match(r"Thực hiện |Theo |Xét |Năm \d|Trong |Thời gian ", line):
        return line.endswith((":", ",", ";", ".")) or len(line) > 300
    if _OPENERS.match(line) or re.match(r"(?:Số|SỐ)\s*:", line):
        return True
    if not lines:
        return is_capitals(line) and bool(_AUTHORITY.match(line)) and len(line) < 40
    # This is checked before the look of the line, because the authority is bold and centred like the subject above it.
    decides = _AUTHORITY.match(line) or (_MEETING.match(line) and not is_capitals(lines[-1]))
    if is_capitals(line) and decides and not lines[-1].endswith(_OPEN_ENDS):
        return True
    both_centered = first is not None and first.centered and piece.centered
    if is_capitals(lines[-1]) != is_capitals(line) and len(line) > 25:
        return not (piece.bold or both_centered)
    if is_capitals(line) and is_capitals(lines[-1]):
        return lines[-1].endswith((".", ":"))
    # A subject may change its weight in the middle, but not its place on the page.
    if first is not None and first.bold != piece.bold and not both_centered:
        return True
    if _AUTHORITY.match(line.upper()) and len(line) < 60:
        return True
    # Without any layout (plain text), short lines that end no sentence continue the subject.
    bare = first is not None and not (first.bold or first.centered or piece.bold or piece.centered)
    unended = bare and len(line) < 90 and len(lines[-1]) < 90 and not line.endswith((".", ";", ":", ","))
    carries_on = unended or line[0].islower() or bool(_UNFINISHED.search(lines[-1]))
    bold_run = first is not None and first.bold and piece.bold
    return lines[-1].endswith((".", ":")) or not (carries_on or both_centered or bold_run)
