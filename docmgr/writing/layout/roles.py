"""What each line of a document is for: the heading, the type and the subject, the body, the signature and the recipients. A line is known
by its words and its place, never by its format alone, because the format is what is checked.
"""

from __future__ import annotations

import re
from itertools import pairwise

from docmgr.writing.layout.body_roles import fill_body
from docmgr.writing.layout.end_roles import fill_end
from docmgr.writing.layout.parts.annex_roles import fill_annexes, fill_reference, is_reference
from docmgr.writing.layout.parts.form_roles import NO_SUBJECT, SLIP, fill_form
from docmgr.writing.layout.sheet import LaidLine, LaidRun, LaidSheet, is_bold
from legaltext import doctypes
from legaltext.letters import is_capitals
from legaltext.text import fold

# The heading stands in so many lines; a later "Số:" belongs to the body.
_HEADING = 40
_STATE = re.compile(r"cong hoa xa hoi chu nghia viet nam")
_MOTTO = re.compile(r"doc lap\W+tu do\W+hanh phuc")
_NUMBER = re.compile(r"(?:luật |pháp lệnh |nghị quyết )?(?:số\s*[:.]?\s*[\d….…_/ ]*\s*(?:/|$)|số\s*:)", re.IGNORECASE)
_DATE = re.compile(r"\bngày\b.{0,14}\btháng\b.{0,12}\bnăm\b", re.IGNORECASE)
_LETTER = re.compile(r"v\s*/\s*v\b", re.IGNORECASE)
_ORGAN = re.compile(
    r"(?:ỦY BAN|UỶ BAN|UBND|HỘI ĐỒNG|HĐND|SỞ|PHÒNG|TRƯỜNG|CỤC|CHI CỤC|TỔNG CỤC|VỤ|BAN|TRUNG TÂM|VĂN PHÒNG|THANH TRA|VIỆN|HỌC VIỆN|BỘ|ĐẢNG ỦY|CÔNG ĐOÀN)\b"
)
# Organs that have boards (ban) below them.
_SUPERIOR = re.compile(r"(?:ỦY BAN|UỶ BAN|UBND|HỘI ĐỒNG|HĐND|BỘ|SỞ|TỔNG CỤC|CỤC|TỈNH ỦY|THÀNH ỦY|HUYỆN ỦY|ĐẢNG ỦY|ĐẢNG BỘ|TỔNG CÔNG TY|TẬP ĐOÀN|ĐẠI HỌC)\b")
_TYPES = {fold(name) for name in doctypes.NAMES} - {"phu luc", "danh sach"} | {"quy trinh", "quy tac ung xu"}
_BEGINS_BODY = re.compile(r"(?:căn cứ|kính gửi|theo đề nghị|điều\s+\d|chương\s+[ivx\d]|phần\s|[ivx]+\s*[.\-/]|\d+\s*[.)/])", re.IGNORECASE)
# The symbols of legislation, whose number alone has the year in it.
LAW_SYMBOL = r"(?:NĐ-CP|TT-|TTLT|QH\d|UBTVQH|NQ-HĐND|NQ-HĐTP|NQLT|QĐ-UBND|QĐ-TTg|PL\b|L\b)"
_LAW_NUMBER = re.compile(rf"/\s?(?:19|20)\d\d\s?/\s?{LAW_SYMBOL}")
_ATTACHED = re.compile(r"(?:phụ lục|mẫu số)\b", re.IGNORECASE)
# What a signing program writes on the first page of an attached file.
STAMP = re.compile(r"(?:số\s*:|[^;]{1,60};).*(?:\b\d{1,2}:\d{2}|giờ\s*:\s*phút)", re.IGNORECASE)
# The marks of urgency, secrecy and circulation, which are red and stand where there is room.
_MARK = re.compile(r"(?:hỏa tốc|hoả tốc|thượng khẩn|khẩn|tuyệt mật|tối mật|mật|lưu hành nội bộ|xem xong trả lại|dự thảo.{0,30})", re.IGNORECASE)


def assign(sheet: LaidSheet) -> None:
    """Give every line of the sheet its role, and fill what else is known of the document: `by_role`, `lacks`, `law`, `attached`."""
    sheet.attached = _is_annex(sheet.lines)
    if sheet.attached:
        for line in sheet.lines:
            line.role = "stamp" if STAMP.match(line.words) else "annex"
        fill_annexes(sheet.lines)
    else:
        _assign(sheet)
    for line in sheet.lines:
        sheet.by_role.setdefault(line.role, []).append(line)
    fill_form(sheet)


def _is_annex(lines: list[LaidLine]) -> bool:
    """Whether the file is an annex by itself. A form says its number above a heading of its own; an annex says to which document it belongs
    before it has a heading in one of its forms."""
    first = next((line for line in lines if line.words and not line.boxed and not STAMP.match(line.words)), None)
    if first is None or not _ATTACHED.match(first.words):
        return False
    top = lines[:_HEADING]
    state = next((place for place, line in enumerate(top) if _STATE.search(fold(line.words)) and len(line.words) < 60), None)
    if state is None:
        return True
    if any(line.words.startswith("(") and is_reference(line) for line in top[:state]):
        return True
    first.role = "annex"
    return False


def _assign(sheet: LaidSheet) -> None:
    sheet.lines[:_HEADING] = [part for line in sheet.lines[:_HEADING] for part in _across(line)]
    title = _heading(sheet.lines)
    after = _subject(sheet, title) if title is not None else _letter_end(sheet.lines)
    end = fill_end(sheet.lines, after)
    sheet.law = any(line.role == "number" and _LAW_NUMBER.search(line.words) for line in sheet.lines)
    fill_body(sheet.lines[after:end], letter=any(line.role == "letter" for line in sheet.lines), law=sheet.law)


def _across(line: LaidLine) -> list[LaidLine]:
    """Split a line whose heading is set with tabs and no table: "BỘ NỘI VỤ→CỘNG HÒA …". The parts get cells in a row of their own."""
    tabbed = "".join(run.text for run in line.runs)
    if line.cell is not None or "\t" not in tabbed.strip() or not _is_right_side(fold(line.words)):
        return [line]
    parts: list[list[LaidRun]] = [[]]
    for run in line.runs:
        for place, text in enumerate(re.split(r"\t+", run.text)):
            if place:
                parts.append([])
            if text.strip():
                parts[-1].append(LaidRun(text, run.look))
    full = [part for part in parts if part]
    words = [" ".join("".join(run.text for run in part).split()) for part in full]
    return [
        LaidLine(line.paragraph, said, tuple(part), line.look, (-1, line.paragraph, place), line.ruled, line.drawn, composed=line.composed)
        for place, (said, part) in enumerate(zip(words, full, strict=True))
    ]


def _is_right_side(folded: str) -> bool:
    return bool(_STATE.search(folded) or _MOTTO.search(folded) or re.search(r"ngay.{0,14}thang.{0,12}nam", folded))


def _heading(lines: list[LaidLine]) -> int | None:
    """Give the lines of the heading their roles. Returns the place of the line with the type; None for a letter (công văn)."""
    title = _type_place(lines)
    zone = lines[: title if title is not None else _HEADING]
    for line in zone:
        folded = fold(line.words)
        if _MARK.fullmatch(line.words):
            line.role = "mark"
        elif _STATE.search(folded) and len(folded) < 60:
            line.role = "state"
        elif _MOTTO.search(folded) and len(folded) < 40:
            line.role = "motto"
        elif STAMP.match(line.words):
            line.role = "stamp"
        elif len(line.words) < 60 and _NUMBER.match(line.words) and not _DATE.search(line.words):
            line.role = line.role or "number"
        elif len(line.words) < 90 and _DATE.search(line.words) and not line.words.startswith(("(", "Căn cứ")):
            line.role = line.role or "date"
        elif _LETTER.match(line.words):
            line.role = "letter"
    _only_first(zone)
    _agency(zone)
    _letter_subject(zone)
    if title is not None:
        lines[title].role = "type"
    return title


def _type_place(lines: list[LaidLine]) -> int | None:
    for place, line in enumerate(lines[:_HEADING]):
        folded = fold(line.words).strip(" .:")
        if _LETTER.match(line.words) or folded.startswith("kinh gui"):
            return None
        if folded in _TYPES and folded != "cong van" or folded == SLIP:
            return place
    return _unknown_type(lines[:_HEADING])


def _unknown_type(zone: list[LaidLine]) -> int | None:
    """The place of a type that is not among those known, in what is issued with a decision: the first line in capitals below the heading,
    with "(Kèm theo …)" below it."""
    reference = next((place for place, line in enumerate(zone) if line.words.startswith("(") and is_reference(line)), 0)
    top = max((place for place, line in enumerate(zone[:reference]) if _MOTTO.search(fold(line.words)) or _STATE.search(fold(line.words))), default=0)
    below = (place for place in range(top + 1, reference) if zone[place].cell is None and not zone[place].boxed and is_capitals(zone[place].shown))
    return next(below, None)


def _only_first(zone: list[LaidLine]) -> None:
    """A heading has one number and one date; the next ones belong to something else."""
    for role in ("state", "motto", "number", "date"):
        for line in [line for line in zone if line.role == role][1:]:
            line.role = ""


def _agency(zone: list[LaidLine]) -> None:
    """The lines beside the name of the State name the agency and the superior one."""
    state = next((line for line in zone if line.role == "state"), None)
    if state is None:
        names = [line for line in zone if not line.role and line.words and is_capitals(line.words)]
    elif state.cell is not None:
        names = _beside(zone, state)
    else:
        first = next((place for place, line in enumerate(zone) if line.role in ("number", "date", "letter")), len(zone))
        names = [line for line in zone[:first] if not line.role and line.words]
    names = [line for line in names if line.words and not line.role and not _is_drawn(line)]
    split = _split(names)
    for place, line in enumerate(names):
        line.role = "superior" if place < split else "agency"


def _beside(zone: list[LaidLine], state: LaidLine) -> list[LaidLine]:
    table, row, column = state.cell or (0, 0, 0)
    same_table = [line for line in zone if line.cell is not None and line.cell[0] == table and line.cell[2] != column]
    if table == -1:
        same_table = [line for line in zone if line.cell is not None and line.cell[0] == -1 and line.cell[2] == 0]
    numbered = next((place for place, line in enumerate(same_table) if line.role in ("number", "date", "letter")), len(same_table))
    return [line for line in same_table[:numbered] if line.cell is not None and (table == -1 or line.cell[1] >= row)]


def _is_drawn(line: LaidLine) -> bool:
    return not any(character.isalnum() for character in line.words)


def _split(names: list[LaidLine]) -> int:
    """How many of the lines name the superior agency: those before the first in bold; where all are alike, those before the last line
    that begins like the name of an organ."""
    weights = [is_bold(line) for line in names]
    if any(weights) and not weights[0]:
        return weights.index(True)
    starts = [line.shown.strip().upper() for line in names]
    begins = [place for place in range(1, len(starts)) if _ORGAN.match(starts[place]) and not _goes_on(starts[:place], starts[place])]
    return begins[-1] if begins else 0


def _goes_on(before: list[str], start: str) -> bool:
    """Whether a line that begins with "BAN" goes on with the name in the lines before: "ỦY | BAN NHÂN DÂN", "TỔ GIÚP VIỆC | BAN CHỈ ĐẠO".
    It names an agency of its own below a whole name: that of a superior organ with its place or its field."""
    if not start.startswith("BAN "):
        return False
    name = " ".join(before)
    whole = _SUPERIOR.match(name) is not None and len(name.split()) >= (2 if name.startswith(("UBND", "HĐND")) else 3)
    return not whole or name.endswith((" ỦY", " UỶ", " TIỂU", " TRƯỞNG"))


def _letter_subject(zone: list[LaidLine]) -> None:
    """The subject of a letter may take several lines, in the same cell."""
    for before, line in pairwise(zone):
        if before.role == "letter" and not line.role and line.words and line.cell is not None and line.cell == before.cell and not _is_drawn(line):
            line.role = "letter"


def _letter_end(lines: list[LaidLine]) -> int:
    """Where the body of a letter begins: after the last line of its heading."""
    named = [place for place, line in enumerate(lines[:_HEADING]) if line.role]
    return named[-1] + 1 if named else 0


def _subject(sheet: LaidSheet, title: int) -> int:
    """Give the lines below the type the role subject. Returns the place where the body begins."""
    lines = sheet.lines
    place, seen = title + 1, 0
    if fold(lines[title].words).strip(" .:") in NO_SUBJECT:
        return place
    while place < len(lines) and place <= title + 8:
        line = lines[place]
        if line.words.startswith("(") and is_reference(line):
            sheet.issued_with = True
            return fill_reference(lines, place)
        if line.boxed:
            line.role = line.role or "box"
        elif line.words and not _is_drawn(line):
            if _BEGINS_BODY.match(line.words) or (seen and not (line.look.align == "center" and is_bold(line))):
                break
            if seen and is_capitals(line.shown):
                break  # The person who decides: "GIÁM ĐỐC SỞ …".
            line.role, seen = "subject", seen + 1
        else:
            line.role = "rule" if line.ruled else "blank"
        place += 1
    return place
