"""Find the words that name provisions, such as "điểm a, b khoản 2 và khoản 3 Điều 46" (points a and b of
clause 2, and clause 3, of article 46), and what they name.

This module knows the grammar of such words. Which document they point into is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from docmgr.reading.citations.units import (
    LEVEL,
    THIS,
    UNITS,
    number_of,
    numbers_between,
    step_component,
    unit_of,
)

# The most provisions that one mention may name.
MOST_NAMED = 400
_WORDS = "|".join(sorted((f"[{u[0]}{u[0].upper()}]{u[1:]}" for u in UNITS), key=len, reverse=True))
_NUMBER = (
    rf"(?P<number>{THIS}|thứ\s\w+|[IVXLC]{{1,6}}(?:\.\d{{1,2}}){{0,3}}|\d{{1,3}}[a-zA-ZđĐ]?(?:\.\d{{1,2}}(?!\d)){{0,3}}(?:[/-][\w.-]{{0,30}}\w)?"
    r"|[a-zđ]\d{0,2}|[A-H])(?!\w|\.\d|[-\w]{0,20}\.(?:docx?|xlsx?|pdf))(?:(?<=\s[a-zđ])\))?"
)
_FIRST = re.compile(rf"(?<!\w)(?:(?:từ|các)\s+)?(?P<unit>{_WORDS})\s+(?:(?:số|Số)\s*:?\s*)?{_NUMBER}")
_NEXT = re.compile(
    rf"(?P<aside>\s\([^()]{{1,250}}\))?(?P<join>\s*[,;]\s*(?:và\s+|hoặc\s+)?|\s+(?:và|hoặc|và/hoặc)\s+|\s+(?:đến|tới)\s+(?:hết\s+)?|\s?[–-]\s?|\s+)"
    rf"(?:(?:của|thuộc|tại|trong)\s+)?(?:(?:các|từ)\s+)?(?:(?P<unit>{_WORDS})\s+(?:(?:số|Số)\s*:?\s*)?)?{_NUMBER}"
)
_LINK = re.compile(r"[\s,]*(?:(?:của|thuộc|tại|trong)\s+)?")
# Other words that end in the word for a unit: "thời điểm" (time), "tài khoản" (account), "danh mục" (list).
_OTHER_WORD = re.compile(
    r"(?<!\w)(?:thời|địa|quan|đặc|ưu|trọng|thí|nhược|giao|tổng|số|trừ|chấm|khuyết|cao|tài|điều|bưu|danh|hạng|chuyên"
    r"|đề|thư|tiêu|thành|cổ|một|học|hợp|hiến|huy|cấu|vài)\s+$",
    re.IGNORECASE,
)
# After a bare numeral in a list these words show that it counts something: "Điều 5, 10 ngày" (10 days).
_COUNTS = re.compile(
    r"\s*(?:%|ngày|tháng|năm|giờ|phút|người|đồng|triệu|tỷ|lần|bản|bộ|tuổi|tuần|quý|cấp|trường|cán|đơn|đại|cơ|hồ|thành|tổ"
    r"|khu|xã|phường|hội|phiếu|loại|nhóm|km|m|kg)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Target:
    """One provision or range of provisions that words name. `steps` are (unit, number) pairs from the
    outermost, such as (("điều", "46"), ("khoản", "2")). `last` is the number of the last provision when it is
    a range, otherwise None. The number "này" (this) means the provision in which the words stand. `start` and
    `end` are the offsets in the line of the words for the innermost step alone, or for the whole range."""

    steps: tuple[tuple[str, str], ...]
    start: int
    end: int
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Pointing:
    """Words of a line that name provisions: line[start:end]. `targets` are what they name, in order."""

    start: int
    end: int
    targets: tuple[Target, ...]

    @property
    def in_this(self) -> bool:
        """Whether the words end in a provision around them, as in "khoản 2 Điều này" (this article)."""
        return any(number == THIS for _, number in self.targets[-1].steps)


@dataclass(frozen=True, slots=True)
class _Step:
    """One numeral in such words. `join` is the word or mark before it, "" for the first one. `start` and `end`
    are the offsets of the numeral in the line, with its unit if that is printed."""

    unit: str
    number: str
    join: str
    start: int
    end: int


def pointings(line: str) -> Iterator[Pointing]:
    """Yield the places in a line that name provisions, in order; they do not overlap."""
    at = 0
    while first := _FIRST.search(line, at):
        at = first.end()
        unit = unit_of(first["unit"])
        number = number_of(unit, first["number"])
        if number is None or _OTHER_WORD.search(line, max(0, first.start("unit") - 10), first.start("unit")):
            at = first.start("number")
            continue
        steps = [_Step(unit, number, "", first.start("unit"), at)]
        while len(steps) < MOST_NAMED and steps[-1].number != THIS and (step := _next(line, at, steps)):
            at = step.end
            steps.append(step)
        yield Pointing(first.start(), at, tuple(_targets(_inner_first(steps))))


def leading_to(line: str) -> dict[int, Pointing]:
    """Find the places in a line that may name provisions of another document, by the offset at which its name
    would begin: after "của" (of) and the like, if such a word follows."""
    found = {}
    for pointing in pointings(line):
        if pointing.in_this:
            continue
        after = _LINK.match(line, pointing.end)
        found[after.end() if after is not None else pointing.end] = pointing
    return found


def _next(line: str, at: int, steps: list[_Step]) -> _Step | None:
    """Read the next numeral of the words at the offset `at`, with its unit or in the unit of the step before
    it. None when the words end at `at`."""
    found = _NEXT.match(line, at)
    if found is None:
        return None
    join = " ".join(found["join"].replace("hết", "").split())
    unit = unit_of(found["unit"]) if found["unit"] else steps[-1].unit
    number = number_of(unit, found["number"])
    if number is None:
        return None
    if found["unit"] is None:
        loose = number in ("o", "y", THIS) or _COUNTS.match(line, found.end()) or "/" in number
        if loose or not join or (number.isalpha() != steps[-1].number.isalpha() and unit == "điểm"):
            return None
    elif join in ("-", "–"):
        return None
    if found["aside"] and (join or LEVEL[unit] <= LEVEL[steps[-1].unit]):
        return None
    return _Step(unit, number, join, found.start("unit" if found["unit"] else "number"), found.end())


def _inner_first(steps: list[_Step]) -> list[_Step]:
    """Turn around what is named from the outside to the inside: "Điều 4 khoản 2" becomes "khoản 2 Điều 4". Its
    innermost step gets the offsets of all of it."""
    found: list[_Step] = []
    at = 0
    while at < len(steps):
        end = at + 1
        while (
            end < len(steps) and not steps[end].join and LEVEL[steps[end].unit] < LEVEL[steps[end - 1].unit]
        ):
            end += 1
        run = steps[at:end]
        if len(run) > 1:
            inner = replace(run[-1], join=run[0].join, start=run[0].start)
            run = [inner, *(replace(step, join="") for step in reversed(run[:-1]))]
        found += run
        at = end
    return found


def _targets(steps: list[_Step]) -> list[Target]:
    """Find what the steps name. A step lies in the next step to its right that has a higher level, unless
    "và" (and) begins that step: "khoản 1 và Điều 7" names two provisions."""
    found: list[Target] = []
    above: list[tuple[str, str]] = []
    for position in reversed(range(len(steps))):
        step = steps[position]
        level = LEVEL[step.unit]
        above = [outer for outer in above if LEVEL[outer[0]] > level]
        after = steps[position + 1] if position + 1 < len(steps) else None
        if after is not None and LEVEL[after.unit] > level and _listed(after.join):
            above = []
        before = steps[position - 1] if position else None
        holds = before is not None and LEVEL[before.unit] < level and not _listed(step.join)
        if not holds:
            ends = after is not None and after.unit == step.unit and _range(after.join)
            last = found.pop() if ends and found else None
            steps_here = (*above, (step.unit, step.number))
            end, number = (last.end, last.steps[-1][1]) if last is not None else (step.end, None)
            found.append(Target(steps_here, step.start, end, number))
        above = [*above, (step.unit, step.number)]
    return found[::-1]


def _listed(join: str) -> bool:
    return "và" in join or "hoặc" in join or join == ";"


def _range(join: str) -> bool:
    return join in ("đến", "tới", "-", "–")


def foreign_anchors(pointing: Pointing) -> tuple[str, ...]:
    """The anchors that the words name in another document, whose text is not known. An article (Điều) is
    found in a document without its chapter, so what lies above it is left out."""
    found: dict[str, None] = {}
    for target in pointing.targets:
        steps = target.steps
        if any(number == THIS for _, number in steps):
            continue
        article = next((i for i, (unit, _) in enumerate(steps) if unit == "điều"), 0)
        *outer, (unit, number) = steps[article:]
        head = [step_component(*step) for step in outer]
        for one in numbers_between(number, target.last) if target.last else [number]:
            found[".".join([*head, step_component(unit, one)])] = None
    return tuple(found)
