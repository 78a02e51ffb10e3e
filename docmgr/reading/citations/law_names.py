"""Find where the name of a law ends in running text.

Laws are cited by name, without a number, and nothing marks the end of the name. If a known name stands at
that place, its end is the end, unless a date or a number follows a longer name. Known names are those that the
text prints in full elsewhere, and those in `known_laws`. Otherwise the name ends before the first word that
cannot belong to a name. A name in small letters ("Luật bầu cử …") must be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docmgr.reading.citations.known_laws import NAMES
from legaltext.letters import LOWER, UPPER, squeeze

OPENS = re.compile(
    rf"(?<!\w)(?P<word>[Bb]ộ luật|Luật|Pháp lệnh|Hiến pháp)\s+(?=[{UPPER}]|s[ửữ]a? đổi|nước|năm \d|\d{{4}}(?!\w)|(?P<small>[{LOWER}]))"
)
_STOP = re.compile(
    r"""[;:.()“”"\[\]/]|,
    |\s(?:ngày|số|năm|đã|được|về|quy\s+định|này|có|hiện\s+hành|thì|là|trong|theo|tại|do|để|gồm|bao\s+gồm|phải|như|với|từ
        |không|nếu|trừ|hoặc|cho|trên|khi|sau|trước|vào|bởi|bằng|nhằm|hướng\s+dẫn|ban\s+hành|thông\s+qua|khóa|đối\s+với|sửa\s+đổi
        |chậm\s+nhất|sẽ|vẫn|cũng|nhưng|mà|bị|hết\s+hiệu\s+lực|chưa|căn\s+cứ|làm|giao|thuộc|chỉ|được|xác\s+định|nêu)(?=[\s:;,.]|$)
    |\s(?:và|hay)\s+(?:các|những|văn\s+bản|quy\s+định|pháp\s+luật|Luật|Bộ\s+luật|Pháp\s+lệnh|Nghị|Thông|Quyết|Chỉ\s+thị|hướng|điều|khoản|Điều|tổ\s+chức\s+thực)
    |\s(?:của)\s+(?:Quốc\s+hội(?!\s+và\s+H)|Ủy\s+ban|Chính\s+phủ|Nước|nước)
    """,
    re.VERBOSE,
)
# How many levels of "a law that amends a law" are read as one name; deeper ones are names of their own.
DEEPEST = 3
# How many further laws one amending law may name after the first.
MOST_AMENDED = 40
_LINK = re.compile(r"(?:,|\s+và)\s+")
_AMENDING = re.compile(r"s[ửữ]a? đổi,?\s+bổ sung một số điều của\s+")
LONGEST_NAME = 160


class TaughtNames:
    """A set of known names of laws, which finds the names with which a piece of text begins."""

    def __init__(self, names: Iterable[str]) -> None:
        by_length: dict[int, set[str]] = {}
        for name in names:
            by_length.setdefault(len(name), set()).add(name)
        self._by_length = sorted(by_length.items(), reverse=True)

    def beginning(self, window: str) -> Iterator[int]:
        """Find the known names with which the text `window` begins, and return their lengths in characters,
        the longest first. Empty when it begins with none."""
        return (length for length, names in self._by_length if window[:length] in names)


_KNOWN = TaughtNames(NAMES)
_FORMAL = re.compile(r"\s*,?\s*(?:ngày|số)\s+\d")


def learn(lines: Iterable[str]) -> TaughtNames:
    """Collect the names of laws that the lines print in full with a clear end, as in "Căn cứ Luật X ngày …;"
    (pursuant to the Law X of …). Only names with a comma are kept, because `name_at` finds the end of any
    other name by itself."""
    found: set[str] = set()
    for line in lines:
        for match in re.finditer(
            rf"Căn cứ\s+(?:Luật|Pháp lệnh)\s+(?P<name>[{UPPER}][^;.:()“”\n]{{3,120}}?)\s+(?:ngày\s+\d|số\s+\d)",
            line,
        ):
            name = squeeze(match["name"])
            if "," in name and not re.search(r"(?:Luật|Nghị định|Thông tư|Pháp lệnh|,\s*Bộ)\s", name):
                found.add(name)
    return TaughtNames(found)


def name_at(text: str, start: int, learnt: TaughtNames, depth: int = 0, small: bool = False) -> int:
    """Find where the name of a law ends in `text`. The name begins at the offset `start`, after the word
    "Luật" (law). Returns the offset of the end, or `start` when no name is found. `learnt` are names found by
    `learn`. With `small` the name begins with a small letter and must be known.

    The name of an amending law contains the names of the laws that it amends. `depth` counts this nesting;
    callers in other modules leave it at 0.
    """
    amending = _AMENDING.match(text, start) if depth < DEEPEST else None
    if amending is not None:
        return _amended_names(text, amending.end(), learnt, depth + 1) or start
    window = text[start : start + LONGEST_NAME]
    lengths = (*learnt.beginning(window), *_KNOWN.beginning(window.lower()))
    known = max((length for length in lengths if not re.match(r"[^\W\d_]", window[length:])), default=0)
    if small:
        return start + known
    stop = _STOP.search(window)
    end = stop.start() if stop is not None else len(window)
    # A known name may be the beginning of a longer one, but only a date or a number shows where that ends.
    if known and (end <= known or not _FORMAL.match(window, end)):
        return start + known
    # The number of a footnote can follow the last word without a space: "Bộ luật Dân sự3".
    name = re.sub(r"(?<=[^\W\d_])\d{1,2}$|\s(?:19|20)\d\d$", "", window[:end].rstrip(" ,-–"))
    return start + len(name)


def _amended_names(text: str, start: int, learnt: TaughtNames, depth: int) -> int | None:
    """Find the end of the list of laws in the name of an amending law. The list, such as "Luật A, Luật B và
    Luật C" (laws A, B and C), begins at the offset `start`. Returns an offset in `text`, or None when no law
    begins at `start`. `learnt` and `depth` are as in `name_at`.

    If a date or a number follows the list, the whole list counts, otherwise only its first law.
    """
    opened = OPENS.match(text, start)
    if opened is None:
        return None
    first = end = name_at(text, opened.end(), learnt, depth)
    for _ in range(MOST_AMENDED):
        link = _LINK.match(text, end)
        more = OPENS.match(text, link.end()) if link is not None else None
        if more is None:
            break
        # Names in a list are not searched for further lists: each would include all the rest of the list.
        end = name_at(text, more.end(), learnt, DEEPEST)
    return end if _FORMAL.match(text, end) else first
