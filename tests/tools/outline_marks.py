"""Mark the outline of a text by the order of its numbers, to check the reading of provisions against a second opinion.

    python -m tests.tools.outline_marks TEXT-FILE…

It imports nothing of docmgr. A line counts as a mark when its number can be the next one of its kind: after "Điều 4"
comes "Điều 5", after "2." comes "3." or a first "a)". Lines inside quotation marks and after a list of recipients are told
apart by few and simple rules, so a person reads what the two disagree about. Prints one JSON list for each file:
[offset, label, offset of the mark that holds it or -1].
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path

POINTS = "abcdđeghiklmnopqrstuvxy"
ROMANS = [a + b for a in ("", "X", "XX") for b in ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")][1:]
ARTICLE = re.compile(r"(Điều (\d+)([a-zđ]?))\s*(?:[.:]|$)")
CHAPTER = re.compile(r"((?:Chương|CHƯƠNG) ([IVX]+))(?:\s*$|[.:]|\s+[A-ZĐ])")
PART = re.compile(r"((?:Phần|PHẦN) ([IVX]+|\d+|(?:thứ|THỨ) \w+))(?:\s*$|[.:]|\s+[A-ZĐ]{2})")
GROUP = re.compile(r"((?:Mục|MỤC) (\d+))(?:\s*$|[.:]|\s+[A-ZĐ]{2})")
NUMBER = re.compile(r"(\d{1,3})([a-zđ]?)[.]\s?(?=\D|$)")
POINT = re.compile(r"([a-zđ])[).](?:\s|$)")
STEP = re.compile(r"(Bước (\d+))[:.]")
STANDARD = re.compile(r"QCVN \d+ ?: ?\d{4}/\w+$")
CONTENTS = ("MỤC LỤC", "Mục lục")
ROMAN = re.compile(r"([IVX]+)\s?[.\-–]\s")
DOTTED = re.compile(r"(\d+(?:\.\d+)+)[.)]?\s")
ANNEX = re.compile(r"((?:PHỤ LỤC|Phụ lục)(?: (?:SỐ |số )?(?:[IVX]+|\d+[A-Za-z]?|[A-H]))?)\s*(?:$|[.:(]|(?=[A-ZĐ]{2}))")
FORM = re.compile(r"((?:Mẫu|MẪU)(?: (?:số|SỐ))?:? ?\d+[A-Za-zđĐ]?(?:[./\-][\wĐđ\-]+)*)\s*(?:$|[.:(\-]|(?=[A-ZĐ]))")
# Authors leave numbers out, repeat them, and begin a list again.
SKIPPED = 3
ENDING = re.compile(r"Nơi nhận\s*:?|(?:Luật|Nghị quyết|Pháp lệnh) này (?:đã )?được .*thông qua ngày")


@dataclass
class Mark:
    """One open mark: where it begins, how deep it stands, and which number of each kind came last inside it."""

    offset: int
    depth: int
    last: dict[str, str] = field(default_factory=dict)


def follows(kind: str, number: str, before: str | None) -> bool:
    """Whether `number` comes directly after `before` (None: nothing came before) in the order of its kind."""
    if kind == "point":
        order = list(POINTS)
    elif kind in ("roman", "chapter"):
        order = ROMANS
    else:
        value, letter = re.fullmatch(r"(\d+)([a-zđ]?)", number).groups()  # type: ignore[union-attr]
        if before is None:
            return value == "1" and not letter
        held, _ = re.fullmatch(r"(\d+)([a-zđ]?)", before).groups()  # type: ignore[union-attr]
        return 0 < int(value) - int(held) <= SKIPPED or (bool(letter) and value == held) or value == "1"
    if number not in order:
        return False
    return 0 <= order.index(number) - (order.index(before) if before in order else -1) <= SKIPPED


class Marker:
    """Reads the lines of one text in order and collects its marks."""

    def __init__(self) -> None:
        self.marks: list[tuple[int, str, int]] = []
        self.stack = [Mark(-1, -1)]
        self.articles = self.ended = self.contents = False
        self.quoted = 0
        self.standards: set[str] = set()

    def add(self, offset: int, label: str, depth: int, kind: str = "", number: str = "") -> None:
        """Close what stands as deep, and open the mark."""
        while self.stack[-1].depth >= depth:
            self.stack.pop()
        holder = self.stack[-1]
        if kind:
            holder.last[kind] = number
        self.marks.append((offset, label, holder.offset))
        self.stack.append(Mark(offset, depth))

    def line(self, offset: int, text: str) -> None:
        """Look at one line."""
        opens = text.startswith("“")
        inside = self.quoted > 0
        self.quoted = max(0, self.quoted + text.count("“") - text.count("”"))
        if inside or opens:
            return
        if text in CONTENTS or self.contents:
            # The list of contents ends where the words of the text begin.
            self.contents = not text.startswith(("Lời nói đầu", "LỜI NÓI ĐẦU"))
        elif self.ended and STANDARD.match(text) and text not in self.standards:
            self.standards.add(text)
            self.stack, self.articles = [Mark(-1, -1)], False
            self.add(offset, text, 0)
        elif ENDING.match(text):
            self.end()
        elif self.ended and (found := ANNEX.match(text)) and len(text) < 250:
            self.stack, self.articles = [Mark(-1, -1)], False
            self.add(offset, found[1], 0)
        elif self.ended and (found := FORM.match(text)) and not text.endswith((";", ",", ".")):
            self.articles = False
            self.add(offset, found[1], 1)
        else:
            self.numbered(offset, text)

    def end(self) -> None:
        """The main text ends here, if it has not ended yet."""
        if not self.ended:
            self.ended, self.stack = True, [Mark(-1, -1)]

    def numbered(self, offset: int, text: str) -> None:
        """Look at a line that may begin with a number."""
        if found := PART.match(text):
            self.add(offset, found[1], 2)
        elif (found := CHAPTER.match(text)) and self.next_of("chapter", found[2], 3):
            self.add(offset, found[1], 3, "chapter", found[2])
        elif found := GROUP.match(text):
            self.add(offset, found[1], 4)
        elif (found := ARTICLE.match(text)) and self.next_article(found[2] + found[3]):
            self.articles = True
            self.add(offset, found[1], 5)
        elif not self.articles and (found := ROMAN.match(text)) and self.next_of("roman", found[1], 6):
            self.add(offset, found[1], 6, "roman", found[1])
        elif not self.articles and (found := DOTTED.match(text)):
            self.add(offset, found[1], 7 + found[1].count("."))
        elif not self.articles and (found := STEP.match(text)):
            self.add(offset, found[1], 15)
        elif (found := NUMBER.match(text)) and self.next_of("number", found[1] + found[2], 7):
            named = found[1] + found[2]
            self.add(offset, f"Khoản {named}" if self.articles else named, 7, "number", named)
        elif (found := POINT.match(text)) and self.next_of("point", found[1], 20):
            self.add(offset, f"Điểm {found[1]}", 20, "point", found[1])

    def next_of(self, kind: str, number: str, depth: int) -> bool:
        """Whether the number is the next one of its kind at its depth."""
        holder = next(mark for mark in reversed(self.stack) if mark.depth < depth)
        return follows(kind, number, holder.last.get(kind))

    def next_article(self, number: str) -> bool:
        """Whether the article is the next one of its part; chapters do not begin the count again."""
        holder = next(mark for mark in reversed(self.stack) if mark.depth < 2)
        if not follows("article", number, holder.last.get("article")):
            return False
        holder.last["article"] = number
        return True


def marks_of(text: str, cells: Container[int] = ()) -> list[tuple[int, str, int]]:
    """Mark the outline of `text`; return (offset, label, offset of the holder or -1) in order. The lines at the offsets
    `cells` are cells of tables of figures and are left out."""
    marker, offset = Marker(), 0
    for line in text.split("\n"):
        if offset not in cells:
            marker.line(offset, line)
        elif ENDING.match(line) or line.startswith(("CHỦ TỊCH QUỐC HỘI", "BỘ TRƯỞNG")):
            marker.end()
        offset += len(line) + 1
    return marker.marks


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(marks_of(Path(name).read_text(encoding="utf-8")), ensure_ascii=False))
