"""Recognise who acts: the names of bodies and posts as they are printed, also by their short forms.

The name begins with a word of the table and goes on to the first verb. Which unit of the site is meant is for the services
to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from docmgr.reading.obligations.verbs import AFTER_NAME, BARE, NOUN_BEFORE, STRONG
from legaltext.letters import LOWER, UPPER

_BEFORE = (
    r"(?:(?:các|tất cả|tất cả các|mỗi|những|toàn thể|từng|cả)\s+)?(?:(?:các\s+)?(?:đồng chí|đ/c|ông|bà|lãnh đạo|đại diện|tập thể)\s+)?(?:các\s+)?"
)
_HEADS = (
    r"ban(?= (?:thường|chấp|công|chỉ|giám|quản|kiểm|lãnh|tổ chức|tuyên|xây|biên|dân|thanh|đại|liên|chủ|bầu|điều|nghiên|bảo|văn|pháp|kinh|bí)|,)|"
    r"ủy ban|uỷ ban|hội đồng|hội(?! nghị| thảo| họp| đủ)|sở|phòng(?!,? (?:chống|ngừa))|đảng (?:ủy|uỷ|bộ)|chi bộ|chi (?:ủy|uỷ)|cấp (?:ủy|uỷ|phó|trên)|"
    r"(?:phó |quyền )?(?:giám đốc|tổng giám đốc|chủ tịch|chủ nhiệm|hiệu trưởng|trưởng|viện trưởng|cục trưởng|vụ trưởng|bí thư|đội trưởng|tổ trưởng)|phó "
    r"|chánh (?:văn phòng|thanh tra)|thủ trưởng|người đứng đầu|người phụ trách|cấp phó|cơ quan|đơn vị|tổ chức(?= (?:thành viên|chính trị|đảng|cơ sở|xã hội))"
    r"|thành viên|ủy viên|uỷ viên|cán bộ|công chức|viên chức|chuyên viên|giáo viên|nhà giáo|nhân viên|nhà trường|trường(?! hợp)|bộ phận|bộ(?! máy| phận| tiêu)"
    r"|thường trực|tổ(?! chức| quốc)|đoàn(?! viên| kết)|đội|tiểu ban|trung tâm|công an|quân sự|ban chỉ huy|ngân hàng|kho bạc|chi cục|cục|tổng cục|vụ(?! việc)|"
    r"viện|đài|báo(?! cáo| chí)|văn phòng|thanh tra|tòa án|kiểm toán|ubnd|hđnd|mttq|ubmttq|ubbc|btt|bch|mặt trận|công đoàn|liên đoàn|kế toán|"
    r"văn thư|ngành(?=[, ])|sở, ban|xã|phường|thôn|quận|huyện|địa phương|cơ sở giáo dục|doanh nghiệp|hợp tác xã|chính phủ|thủ tướng|quốc hội(?=\s)|ủy ban"
)
# A person by name: "Đồng chí Nguyễn Văn A".
_PERSON = rf"(?i:(?:các )?đồng chí|đ/c|ông|bà)\s+(?:[{UPPER}][{LOWER}]*\s+){{2}}"
HEAD = re.compile(rf"(?i:{_BEFORE})(?i:{_HEADS})(?!\w)|{_PERSON}")
# Words that stand in no name.
_NO_NAME = re.compile(r"(?<!\w)(?:để|nhằm|(?<!giúp )việc|quyết định|thì|mà|nếu|khi|trong đó|đã|là|nhất là|bao gồm|gồm)(?!\w)")
# Names are shorter than this; the bound keeps the time linear.
REACH = 320
# No obligation has more helpers.
HELPERS = 20
_END = re.compile(r"[:;.](?:\s|$)|\s\(")
_STOPS = re.compile(r"[;:.]")
_ALL_OF_IT = re.compile(r"[;.]")
# Where a row of names is cut: at a semicolon, and before a word that begins another name.
_ONE_MORE = (
    "các |Chủ tịch|Giám đốc|Thủ trưởng|Hiệu trưởng|Trưởng|Chánh|Sở|Phòng|Ban|UBND|Ủy ban|thành viên|Công an|Văn phòng"
)
_AND_ONE = "các đơn vị|các cơ quan|Ban |Sở |Phòng |UBND|Ủy ban|Trưởng|Thủ trưởng|Hiệu trưởng"
_PARTED = re.compile(rf"(?:;|, (?=(?:{_ONE_MORE}))|(?<=\s)và (?=(?:{_AND_ONE})))\s*")
_SUPPORT = re.compile(r"(?<!\w)(?:phối hợp (?:chặt chẽ )?(?:với|cùng)|cùng với|phối hợp cùng)\s+(?:cùng\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ActorName:
    """A name in a text: its offsets, and where the words after it begin."""

    start: int
    end: int
    after: int


def named(text: str, at: int, end: int) -> ActorName | None:
    """Find the name of who acts that begins at offset `at` of `text` and is followed by a verb before `end`. None when no
    name begins there, or nothing that they do follows."""
    head = HEAD.match(text, at, end)
    if head is None:
        return None
    stop = min(end, at + REACH)
    bound = _ALL_OF_IT.search(text, head.end(), stop)
    colon = text.find(":", head.end(), stop)
    limit = min(stop, bound.start() if bound else stop, colon if colon >= 0 else stop)
    strong = STRONG.search(text, head.end(), limit)
    verb = strong or _verb(text, head.end(), limit)
    if verb is not None:
        last = _trimmed(text, at, verb.start())
        return None if strong is None and _NO_NAME.search(text, at, last) else ActorName(at, last, verb.start())
    if colon >= 0 and limit == colon and BARE.match(text, colon + 2, end) and not _NO_NAME.search(text, at, colon):
        return ActorName(at, colon, colon + 2)
    return None


def _verb(text: str, at: int, end: int) -> re.Match[str] | None:
    for found in AFTER_NAME.finditer(text, at, end):
        if found[0] == "tổ chức" and NOUN_BEFORE.search(text, max(0, found.start() - 12), found.start()):
            continue
        if text.count("(", at, found.start()) > text.count(")", at, found.start()):
            continue
        return found
    return None


def title_name(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Find the name that a title consists of ("2. Các tổ chức thành viên"), as its offsets. None when the title is no name."""
    for skip in ("trách nhiệm của ", "nhiệm vụ của ", "đối với "):
        if text[at:end].lower().startswith(skip):
            at += len(skip)
            break
    if HEAD.match(text, at, end) is None:
        return None
    last = min(end, at + REACH)
    stop = _END.search(text, at, last)
    return at, stop.start() if stop else last


def _trimmed(text: str, start: int, end: int) -> int:
    words = text[start:end].rstrip(" ,:-–")
    return start + len(words)


def names_in(text: str) -> tuple[str, ...]:
    """Cut a row of names ("Giám đốc Sở Nội vụ, Chủ tịch UBND các huyện") into the single names, as printed."""
    return tuple(filter(None, (one.strip(" ,.;:") for one in _PARTED.split(text))))


def supporting(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Find those who help ("phối hợp với …") between two offsets of `text`, as offsets of their names. The names do not
    overlap, and there are at most `HELPERS`."""
    found = []
    cues = list(islice(_SUPPORT.finditer(text, start, end), HELPERS + 1))
    for place, cue in enumerate(cues[:HELPERS]):
        following = cues[place + 1].start() if place + 1 < len(cues) else end
        stop = min(following, cue.end() + REACH)
        bound = _STOPS.search(text, cue.end(), stop)
        limit = bound.start() if bound else stop
        verb = _verb(text, cue.end(), limit)
        last = _trimmed(text, cue.end(), verb.start() if verb else limit)
        if last > cue.end():
            found.append((cue.end(), last))
    return found
