"""Recognise what proves that an obligation was met: the kinds of documents that are made, and the figure to reach."""

from __future__ import annotations

import re
from collections.abc import Callable

# Kinds of documents that prove something, as they are named in running text.
_KINDS = (
    "kế hoạch|báo cáo|nghị quyết|biên bản|quyết định|quy chế|quy định|hướng dẫn|danh sách|chương trình|đề án|phương án|tờ trình|công văn|"
    "thông báo|hồ sơ|nội quy|quy trình|bảng tổng hợp|bản đăng ký|chỉ thị|kết luận"
)
_KIND = re.compile(rf"(?<!\w)(?:{_KINDS})(?!\w)", re.IGNORECASE)
# Words that make a document; the kinds named shortly after them are expected.
_MADE = re.compile(
    rf"(?<!\w)(?:xây dựng|ban hành|lập|soạn thảo|dự thảo|hoàn thiện|trình|gửi|gởi|nộp|thông qua|(?<!luân )chuyển)(?!\w)(?:[ ,]+(?:và\s+)?[\wđĐ]+){{0,3}}?"
    rf"[ ,]+(?:(?:các|bản|dự thảo|những|và)\s+){{0,3}}(?P<kind>{_KINDS})(?!\w)(?:,? (?:và )?(?P<more>{_KINDS})(?!\w))?",
    re.IGNORECASE,
)
# Told at the beginning, or as the object of sending: "báo cáo" as one of several words is no document.
_REPORTED = re.compile(r"(?:^|(?<=, )|(?<=; )|(?<=hợp, )|(?<=độ )|(?<=và )|(?<=gửi )|(?<=xuất )|(?<=thời )|(?<=kỳ )|(?<=năm )|(?<=tháng )|(?<=quý )|(?<=lần )|(?<=cầu, ))báo cáo(?!\w)(?! viên)(?:(?![.,;]|$)|(?<=hợp, báo cáo))", re.IGNORECASE)
# After these words the document is one that the text has named before.
_KNOWN = re.compile(r"\s(?:này|trên|nêu trên|nói trên)(?!\w)", re.IGNORECASE)
_TARGET = re.compile(
    r"(?<!\w)(?:đạt\s+)?(?:(?:ít nhất|tối thiểu|không dưới|trên)(?:\s+là)?\s+)?\d{1,3}(?:[.,]\d+)?\s?%(?:\s+[\w/]+){0,5}|"
    r"(?<!\w)(?:ít nhất|tối thiểu|không dưới|tối đa|không quá)(?:\s+(?:là|có|phải)){0,3}\s+\d{1,4}(?!\s*(?:ngày|tháng|năm|giờ|/))(?:\s+[\w/]+){1,3}"
    r"|(?<!\w)từ\s+\d{1,3}\s+đến\s+\d{1,3}\s+(?!tháng|ngày|năm)\w+(?:\s+\w+)?",
    re.IGNORECASE,
)  # fmt: skip

Place = tuple[str, int, int]


def evidence(text: str, start: int, end: int, is_cited: Callable[[int], bool]) -> list[Place]:
    """Find the kinds of documents that are to be made between two offsets of `text`: (kind, start, end) for each, the kind
    with a capital. Mentions of other documents do not count."""
    found: dict[str, Place] = {}
    for made in _MADE.finditer(text, start, end):
        for group in ("kind", "more"):
            if made[group] and not is_cited(made.start(group)) and not _KNOWN.match(text, made.end(group)):
                found.setdefault(made[group].lower(), (made[group].capitalize(), made.start(group), made.end(group)))
    told = _REPORTED.search(text[start:end])
    if told and not is_cited(start + told.start()):
        found.setdefault("báo cáo", ("Báo cáo", start + told.start(), start + told.end()))
    return list(found.values())


def listed(text: str, start: int, end: int) -> list[Place]:
    """Find all kinds of documents between two offsets of `text`, as after "Kết quả:"."""
    found: dict[str, Place] = {}
    for one in _KIND.finditer(text, start, end):
        found.setdefault(one[0].lower(), (one[0].capitalize(), one.start(), one.end()))
    return list(found.values())


def target(text: str, start: int, end: int) -> Place | None:
    """Find the figure to reach ("100% hồ sơ") between two offsets of `text`, as printed. None when there is none."""
    found = _TARGET.search(text, start, end)
    return (found[0].strip(), found.start(), found.end()) if found else None
