"""Recognise when something is due: fixed days, recurring periods, days after an event, times of other documents, always, on
request.

The dates of cited documents are no due dates, so a date counts only after words such as "trước", "chậm nhất", "trong".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from docmgr.reading.types import Due
from legaltext.dates import read_period, to_iso

# No two repeats of blanks stand side by side, so that the time is linear.
_DAY = r"(?:ngày\s+)?\d{1,2}(?:\s*[/.-]\s*|\s+tháng\s+)\d{1,2}(?:\s*[/.-]\s*|,?\s+năm\s+)(?:19|20)\d{2}"
_MONTH = r"(?:tháng\s*\d{1,2}(?:\s*/\s*|\s+năm\s+)|\d{1,2}\s*/\s*)(?:19|20)\d{2}"
_QUARTER = r"qu[ýí]\s*(?:IV|I{1,3}|[1-4])\s*(?:/|-|,?\s*năm\s*)?\s*(?:(?:19|20)\d{2})?"
_YEAR = r"(?:\d{1,2}\s+)?năm\s+(?:(?:19|20)\d{2})(?:\s*-\s*(?:19|20)\d{2})?"
_POINT = rf"(?:{_DAY}|{_MONTH}|{_QUARTER}|{_YEAR})"
_HOUR = r"(?:\d{1,2}\s*(?:giờ|h)\s*(?:\d{2})?(?:\s*phút)?,?\s+)?"
# Words before a date that make it a due date.
_FIXED = re.compile(
    rf"(?:trước(?:\s+(?:và\s+trong|thời điểm))?|chậm nhất(?:\s+là)?(?:\s+(?:trong|vào|đến))?|muộn nhất(?:\s+là)?|(?:đến|tới|hết)(?:\s+hết)?|xong\s+trong|"
    rf"trong(?:\s+\d\s+năm|\s+khoảng(?:\s+thời gian)?)?|hoàn thành(?:\s+(?:trong|trước|vào))?|vào|thời hạn|dự kiến|tổ chức thực hiện|-|từ)\s+{_HOUR}(?:từ\s+)?"
    rf"(?P<last>{_POINT}(?:\s*(?:-|–|đến(?:\s+hết)?|và)\s*{_POINT})?)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:đến|tới|hết|-|từ)\s", re.IGNORECASE)
_TITLE = re.compile(r"(?<!\w)(?:Chiến lược|Chương trình|Đề án|Nghị quyết|Kế hoạch|[Gg]iai đoạn|[Tt]ừ năm)(?!\w)[^,.;]*$")
_DONE_BY = re.compile(r"(?<!\w)(?:hoàn thành|xong|trước|chậm nhất)(?!\w)", re.IGNORECASE)
# The longest stretch before a year that is looked at for a title.
_PHRASE = 160
_POINTS = re.compile(_POINT, re.IGNORECASE)
_ONLY_YEARS = re.compile(r"(?:\d{1,2}\s+)?năm", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_EVERY: Sequence[tuple[str, str, int, str]] = (
    (r"(?:h[ằà]ng|mỗi|định kỳ)\s+tuần|tuần/lần", "week", 1, "week"),
    (r"(?:h[ằà]ng|mỗi|định kỳ|báo cáo)\s+tháng|(?:01|1|một)\s+tháng\s*(?:/|một\s+|01\s+)lần", "month", 1, "month"),
    (r"(?:h[ằà]ng|mỗi|định kỳ|báo cáo)\s+quý|(?:3|03|ba)\s+tháng\s*(?:/|một\s+|01\s+)lần|quý/lần", "quarter", 3, "month"),
    (r"(?P<bare>(?:0?6|sáu)\s+tháng)(?!\s*(?:đầu\s+)?năm\s+\d)(?:\s+đầu\s+năm)?", "half-year", 6, "month"),
    (r"(?:h[ằà]ng|mỗi|từng|định kỳ|cuối|đầu)\s+học\s+kỳ|học\s+kỳ/lần|sau mỗi học kỳ", "semester", 6, "month"),
    (r"(?:h[ằà]ng|mỗi|từng|định kỳ|cuối|đầu)\s+năm\s+học(?!\s+\d)", "school-year", 1, "year"),
    (r"(?:h[ằà]ng|mỗi|định kỳ(?:\s+(?:01|1|một))?)\s+năm(?!\s+(?:học|\d))|(?P<bare>một\s+năm)(?!\s+(?:học|\d))|năm/lần|mỗi\s+năm\s+(?:một|01)\s+lần", "year", 1, "year"),
)  # fmt: skip
_RECURRING = [(re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), every, n, unit) for words, every, n, unit in _EVERY]
# A bare "06 tháng" recurs only after such words, with few words between, or before "một lần".
_EACH = re.compile(r"(?<!\w)(?:định kỳ|h[ằà]ng|mỗi|báo cáo)(?!\w)[\w\s,]{0,20}$", re.IGNORECASE)
_ONCE = re.compile(r"\s*(?:/|một\s+|01\s+)lần(?!\w)", re.IGNORECASE)
_LASTS_BEFORE = re.compile(r"(?<!\w)(?:ngày|trong|thời hạn|thời gian|vòng|sau|quá)\s+$", re.IGNORECASE)
_LASTS_AFTER = re.compile(r"\s{0,3},?\s{0,3}(?:kể từ|tính từ|\d)", re.IGNORECASE)
# The longest stretch before a bare period that is looked at.
_NEAR = 32
_PERIODICALLY = re.compile(r"(?<!\w)(?:theo\s+)?định kỳ(?!\w)", re.IGNORECASE)
# What follows as the event of a period, cut at a word.
_EVENT = r"(?P<event>[^,.;]{3,120}(?!\w))"
_COUNTS = {"một": 1, "hai": 2, "ba": 3, "sáu": 6}
# "N days before" an event has no rule.
_WITHIN = re.compile(
    r"(?<!\w)(?P<cue>trong(?:\s+(?:thời hạn|vòng|thời gian))?|(?:chậm|muộn) nhất(?:\s+(?:là|sau|trong)){0,2}|không quá|sau)\s*"
    r"(?P<n>\d{1,3}|một|hai|ba|sáu)\s*(?:\([^)]{1,20}\)\s*)?(?P<unit>ngày làm việc|ngày(?!\s+làm việc)|tháng|năm)(?!\w)(?!\s*\d)"
    rf"(?!\s+trước(?!\w))(?:\s{{0,3}},?\s{{0,3}}(?:kể từ|tính từ|từ|sau)\s+{_EVENT})?",
    re.IGNORECASE,
)
# "Sau một năm thực hiện, …": the event follows right after the period.
_DONE = re.compile(rf"\s+(?!học\s){_EVENT}(?=,)", re.IGNORECASE)
_UNITS = {"ngày làm việc": "working-day", "ngày": "day", "tháng": "month", "năm": "year"}
_AFTER = re.compile(rf"(?:^|(?<=\W))(?P<cue>ngay sau khi|ngay sau|sau khi)\s+{_EVENT.replace(',.;', ',.;:')}", re.IGNORECASE)
_LEADING = re.compile(r"sau\s+(?!đây)(?P<event>[^,.;:]{3,120})(?=[,:]|$)", re.IGNORECASE)
_INHERITED = re.compile(
    r"(?:tiến độ|thời hạn|thời gian|lộ trình|mốc thời gian)\s+(?:theo|tại|của|nêu tại|quy định tại|được quy định tại)\s+(?:đúng\s+)?"
    r"(?P<event>(?:quy định\s+(?:tại|của)\s+)?(?:Kế hoạch|Nghị quyết|Quyết định|Chương trình|Đề án|Chỉ thị|Công văn|Hướng dẫn|Luật|Nghị định|Thông tư|phần|mục|"
    r"điểm|khoản|Điều)[^,.;]{0,120})"
)
_REQUEST = re.compile(
    r"(?<!\w)(?:(?:theo|khi có|khi được)(?:\s+(?:sự|các))?\s+(?:yêu cầu|đề nghị)|khi được\s[^.;]{0,80}?(?<!\w)(?:phân công|giao|yêu cầu|ủy quyền)|theo đề nghị)(?!\w)",
    re.IGNORECASE,
)
_ALWAYS = re.compile(r"(?<!\w)(?:thường xuyên|kịp thời|liên tục|xuyên suốt|hằng ngày|hàng ngày)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class When:
    """A time in a text: what it says, and the offsets of its words."""

    due: Due
    start: int
    end: int


def when(text: str, start: int, end: int, is_cited: Callable[[int], bool] = lambda _: False, given: bool = False) -> When | None:
    """Find when what stands between two offsets of `text` is due. `is_cited` says whether an offset lies in the mention of
    another document. `given` says that the words are a time by themselves, as after "Thời gian:". None when no time is
    named; of several kinds the most definite counts."""
    part = text[start:end]
    for rule in (_fixed_or_given if given else _fixed, _recurring, _after, _inherited, _request, _always):
        found = rule(part, lambda at: is_cited(start + at))
        if found is not None:
            return When(found[0], start + found[1], start + found[2])
    return None


_Found = tuple[Due, int, int]


def _fixed(part: str, is_cited: Callable[[int], bool]) -> _Found | None:
    first: _Found | None = None
    others: list[str] = []
    for found in _FIXED.finditer(part):
        last = _last_day(found["last"])
        if last is None or is_cited(found.start("last")):
            continue
        if found[0].lower().startswith(("-", "từ")) and len(_POINTS.findall(found["last"])) < 2:
            if found.start() > 0 or part[found.end() : found.end() + 1] != ":":
                continue
        if _ONLY_YEARS.match(found["last"]) and _is_of_a_title(part, found):
            continue
        if first is None:
            first = Due("fixed", on=last), found.start(), found.end()
        elif last != first[0].on:
            others.append(found[0])
    return (replace(first[0], event="; ".join(others)), *first[1:]) if first and others else first


def _is_of_a_title(part: str, found: re.Match[str]) -> bool:
    """Whether a year after "đến" belongs to a title or a period ("Chiến lược … đến năm 2030") or no act is to be done by it."""
    if not _UNTIL.match(found[0]):
        return False
    before = part[max(0, found.start() - _PHRASE) : found.start()]
    return _TITLE.search(before) is not None or _DONE_BY.search(part) is None


def _fixed_or_given(part: str, is_cited: Callable[[int], bool]) -> _Found | None:
    points = [(found, day) for found in _POINTS.finditer(part) if (day := _last_day(found[0])) is not None]
    if not points:
        return None
    return Due("fixed", on=max(day for _, day in points)), points[0][0].start(), points[-1][0].end()


def _last_day(words: str) -> str | None:
    """The last day of the last date in `words`, in ISO 8601. None when it has no year."""
    points = _POINTS.findall(words)
    return max(filter(None, map(_day_of, points)), default=None)


def _day_of(point: str) -> str | None:
    numbers = [int(one) for one in _NUMBER.findall(point)]
    if not numbers or numbers[-1] < 1900:
        return None
    if re.match(r"qu[ýí]", point, re.IGNORECASE):
        roman = re.search(r"(?<=\s)(IV|I{1,3})(?!\w)", " " + point[3:])
        quarter = _ROMAN[roman[1]] if roman else numbers[0]
        return _end_of(f"{quarter * 3}/{numbers[-1]}")
    if _ONLY_YEARS.match(point):
        return _end_of(str(numbers[-1]))
    if len(numbers) == 3:
        return to_iso(*numbers)
    return _end_of("/".join(map(str, numbers)))


def _end_of(period: str) -> str | None:
    read = read_period(period)
    return read[1].isoformat() if read else None


def _recurring(part: str, is_cited: Callable[[int], bool]) -> _Found | None:
    several = [
        (found, every, n, unit) for pattern, every, n, unit in _RECURRING
        if (found := next((one for one in pattern.finditer(part) if _recurs(part, one)), None)) and not is_cited(found.start())
    ]  # fmt: skip
    if several:
        found, every, n, unit = several[0]
        others = [one[0] for one, *_ in several[1:]]
        asked = _REQUEST.search(part)
        event = "; ".join([*others, *([asked[0]] if asked else [])]) or None
        return Due("recurring", every=every, n=n, unit=unit, event=event), found.start(), found.end()
    bare = _PERIODICALLY.search(part)
    return (Due("recurring"), bare.start(), bare.end()) if bare else None


def _recurs(part: str, found: re.Match[str]) -> bool:
    """Whether the words are a period that comes again. A bare "06 tháng" may be how long something lasts, or a date."""
    if not found.groupdict().get("bare"):
        return True
    before = part[max(0, found.start() - _NEAR) : found.start()]
    if _LASTS_BEFORE.search(before) or _LASTS_AFTER.match(part, found.end()):
        return False
    return _EACH.search(before) is not None or _ONCE.match(part, found.end()) is not None


def _after(part: str, is_cited: Callable[[int], bool]) -> _Found | None:
    for within in _WITHIN.finditer(part):
        cue, event, end = within["cue"].lower(), within["event"], within.end()
        if event is None and cue == "sau" and (done := _DONE.match(part, end)):
            event, end = done["event"], done.end()
        if event is None and cue.startswith(("trong", "không quá", "sau")):
            continue  # how long it lasts, not when it is due
        n = _COUNTS.get(within["n"].lower()) or int(within["n"])
        return Due("after", n=n, unit=_UNITS[within["unit"].lower()], event=event and event.strip()), within.start(), end
    after = _AFTER.search(part) or _LEADING.match(part)
    if after is None:
        return None
    return Due("after", n=0, unit="day", event=after["event"].strip()), after.start(), after.end()


def _inherited(part: str, is_cited: Callable[[int], bool]) -> _Found | None:
    found = _INHERITED.search(part)
    return (Due("inherited", event=found["event"].strip()), found.start(), found.end()) if found else None


def _request(part: str, is_cited: Callable[[int], bool]) -> _Found | None:
    found = _REQUEST.search(part)
    return (Due("request", event=found[0]), found.start(), found.end()) if found else None


def _always(part: str, is_cited: Callable[[int], bool]) -> _Found | None:
    found = _ALWAYS.search(part)
    return (Due("continuous", event=found[0]), found.start(), found.end()) if found else None
