"""Recognise what a single line begins: a chapter, an article, a clause, a numbered section, a bullet.

Only the line itself is looked at. `provisions` decides whether it counts where it is (inside a quotation, in
a table, at this level). A word such as "Chương" (chapter) or "Mục" (section) must be followed by a numeral.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from legaltext.letters import LOWER, UPPER, is_capitals

_ROMAN = r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
_ORDINALS = "NHẤT|HAI|BA|TƯ|NĂM|SÁU|BẢY|TÁM|CHÍN|MƯỜI"
_COUNTS = f"MỘT|BỐN|{_ORDINALS}"
# After the numeral comes nothing, a punctuation mark, or a title in capitals; "Phần I Phụ lục này" is a wrapped
# sentence.
_HEAD_TAIL = rf"(?=\s*$|\s*[.:\-–]|\s+[“\"]?[{UPPER}]{{2}})"
_SENTENCE = r".*(?:\snày|\scủa\s|\svà\s+Chương|\s(?:Luật|Nghị định|Thông tư)\s)"
_CHAPTER_TAIL = rf"(?=\s*$|\s*[.:\-–]|\s+[“\"]?[{UPPER}](?!{_SENTENCE}))"
_PHAN = re.compile(
    rf"^(?:Phần|PHẦN)\s+(?:thứ\s+|THỨ\s+)?(?P<no>{_ROMAN}|\d{{1,2}}|[A-H](?!\w)|(?i:{_ORDINALS})){_HEAD_TAIL}"
)
# A step of a procedure. In mixed case words may follow without a mark ("Bước 1 Tiếp nhận"), but no sentence does.
_BUOC = re.compile(
    rf"^(?:Bước|BƯỚC)\s+(?P<no>\d{{1,2}}|(?i:{_COUNTS})(?!\w))(?=\s*$|\s*[.:)\-–]|\s+[{UPPER}])"
)
_CHUONG = re.compile(rf"^(?:Chương|CHƯƠNG)\s+(?P<no>{_ROMAN}|\d{{1,2}}){_CHAPTER_TAIL}")
_MUC = re.compile(rf"^(?P<word>Tiểu\s+mục|TIỂU\s+MỤC|Mục|MỤC)\s+(?P<no>\d{{1,2}}|{_ROMAN}){_HEAD_TAIL}")
_DIEU = re.compile(r"^(?:Điều|ĐIỀU)\s+(?P<no>\d{1,3}[a-zđ]?)(?=\s*$|\s*[.:])")
# Older texts print "1- Nội dung"; before a digit the hyphen is that of a range.
_KHOAN = re.compile(
    rf"^(?P<no>\d{{1,3}}[a-zđ]?)(?:\s*(?P<mark>[.)])(?=\s|$)(?!\s*\d{{1,2}}\.\d{{4}})|\s?[-–](?=\s+[{UPPER}]))"
)
_DOTTED = re.compile(
    rf"^(?P<no>(?:[1-9]\d?|(?P<lead>{_ROMAN}|[A-HK]))(?:\.[1-9]\d?){{1,5}})(?P<mark>[.)]?)(?=\s)"
)
_DIEM = re.compile(r"^(?P<no>[a-zđ]\d?)\s*(?P<mark>[.)])(?=\s|$)")
_LA_MA = re.compile(rf"^(?P<no>{_ROMAN})\s*(?P<mark>[.)/\-–])(?=\s|$)")
_CHU_CAI = re.compile(rf"^(?P<no>[A-HK])\s*(?P<mark>[.)/\-–])\s+(?P<rest>[{UPPER}].*)$")
_GACH = re.compile(r"^(?P<mark>[-–—•·*▪‣●○])\s*(?=[^\s\-–—_.*])")
_CONG = re.compile(r"^(?P<mark>\+)\s*(?=\S)")
_ORDINAL_VALUE = {word: str(i) for i, word in enumerate(_ORDINALS.lower().split("|"), start=1)} | {
    "một": "1", "bốn": "4",
}  # fmt: skip

# A heading that a format reader left at the end of the sentence before it ("…thi hành./.Điều 44. Hiệu lực"). After a
# bare word this is so only without a space: "tại Điều 5. Việc …" is a sentence, "thi hànhĐiều 5. Việc …" is not.
GLUED = re.compile(
    rf"(?:(?<=[.;/”\")])\s*|(?<=[{LOWER}]))"
    rf"(?=(?:Điều\s+\d{{1,3}}[a-zđ]?\.\s*[{UPPER}\d]|Chương\s+{_ROMAN}\s+[{UPPER}]{{2}}))"
)

# A step ("Bước 2") and an article among sections have no level of their own: they stand BELOW what is open.
LEVELS = {
    "phan": 0, "chuong": 10, "muc": 20, "tieu_muc": 30, "dieu": 40, "chu_cai": 40, "la_ma": 50, "khoan": 60,
    "so": 60, "dotted": 70, "so_ngoac": 130, "diem": 140, "gach": 150, "cong": 160, "doan": 170,
}  # fmt: skip
BELOW = 5


@dataclass(frozen=True, slots=True)
class Opening:
    """The beginning of a provision, as recognised from one line alone. `number` is its numeral, `level` its
    depth (0 is the outermost), `end` the offset in the line where the numeral ends, and `printed` the word
    and numeral as printed."""

    kind: str
    number: str
    level: int
    end: int
    printed: str


def pieces_of(line: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, text) pieces of a line. The line is split before a heading that was joined to the
    sentence before it."""
    at = 0
    for match in GLUED.finditer(line):
        if match.start() > at:
            yield at, line[at : match.start()]
            at = match.end()
    yield at, line[at:]


def heading_of(line: str) -> Opening | None:
    """Recognise a line that is the heading of a part, chapter, section, sub-section or article (phần, chương,
    mục, tiểu mục, Điều). None for other lines."""
    first = line[:1]
    if first in "Pp" and (found := _PHAN.match(line)):
        number = _ORDINAL_VALUE.get(found["no"].lower(), found["no"])
        return Opening("phan", number, LEVELS["phan"], found.end(), found.group(0))
    if first == "C" and (found := _CHUONG.match(line)):
        return Opening("chuong", found["no"], LEVELS["chuong"], found.end(), found.group(0))
    if first in "MT" and (found := _MUC.match(line)):
        kind = "muc" if found["word"].lower() == "mục" else "tieu_muc"
        return Opening(kind, found["no"], LEVELS[kind], found.end(), found.group(0))
    if first == "Đ" and (found := _DIEU.match(line)):
        return Opening("dieu", found["no"], LEVELS["dieu"], found.end(), found.group(0))
    return None


def clause_of(line: str) -> Opening | None:
    """Recognise a line that begins a clause (khoản: "1.", "1a.") or a point (điểm: "a)", "đ)") within an
    article. None for other lines."""
    if found := _KHOAN.match(line):
        return Opening("khoan", found["no"], LEVELS["khoan"], found.end(), found["no"])
    if found := _DIEM.match(line):
        return Opening("diem", found["no"], LEVELS["diem"], found.end(), found["no"])
    return None


def section_of(line: str) -> Opening | None:
    """Recognise a line that begins a section ("I.", "1.", "1.1."), a letter ("a)") or a bullet ("-", "+") in
    a text without articles. None for other lines."""
    if (found := _LA_MA.match(line)) and len(line) > found.end():
        return Opening("la_ma", found["no"], LEVELS["la_ma"], found.end(), found["no"])
    if (found := _CHU_CAI.match(line)) and is_capitals(found["rest"]):
        return Opening("chu_cai", found["no"], LEVELS["chu_cai"], found.start("rest"), found["no"])
    if found := _DOTTED.match(line):
        depth = found["no"].count(".")
        level = LEVELS["so"] + 10 * depth
        if found["lead"] is not None:
            # "II.1." stands directly below "II.", and a list "1.", "2." may stand below it.
            level = LEVELS["la_ma" if found["lead"][0] in "IVX" else "chu_cai"] + 2 * depth
        return Opening("so", found["no"], level, found.end(), found["no"])
    if found := _KHOAN.match(line):
        level = LEVELS["so_ngoac"] if found["mark"] == ")" else LEVELS["so"]
        return Opening("so", found["no"], level, found.end(), found["no"])
    if found := _DIEM.match(line):
        return Opening("diem", found["no"], LEVELS["diem"], found.end(), found["no"])
    return _bullet(line)


def step_of(line: str) -> Opening | None:
    """Recognise a line that begins a step of a procedure ("Bước 2:", "BƯỚC HAI"). None for other lines. The
    level of the opening is that of a bullet; where the step stands decides its real level."""
    found = _BUOC.match(line) if line[:1] == "B" else None
    if found is None:
        return None
    number = _ORDINAL_VALUE.get(found["no"].lower(), found["no"])
    return Opening("buoc", number, LEVELS["gach"], found.end(), found.group(0))


def _bullet(line: str) -> Opening | None:
    if found := _CONG.match(line):
        return Opening("cong", "", LEVELS["cong"], found.end(), "+")
    if (found := _GACH.match(line)) and not line.startswith(("**", "---")):
        return Opening("gach", "", LEVELS["gach"], found.end(), found["mark"])
    return None
