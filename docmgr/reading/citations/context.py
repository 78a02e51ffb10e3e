"""Read the words around a citation: who issued the cited document, and the role in which it is cited.

Only words near the citation are used. What counts as a citation is decided in `citations`.
"""

from __future__ import annotations

import re

from legaltext.letters import LOWER, UPPER, squeeze

# "điểm a, b khoản 2 và khoản 3 Điều 46 (của)" directly before the cited document. Every step begins with a space or
# comma, so that a long list can be parsed in one way only and matching takes linear time.
_UNIT = r"(?:điểm|khoản|điều|Điểm|Khoản|Điều)"
_NUMERALS = r"\d{1,3}[a-zđ]?|[a-zđ]\d?"
_POINTING = re.compile(
    rf"(?:các\s+)?{_UNIT}\s+(?:{_NUMERALS})\)?"
    rf"(?:[\s,]+(?:(?:và|hoặc|đến|của)\s+)?(?:các\s+)?(?:{_UNIT}\s+)?(?:{_NUMERALS})\)?(?!\w))*[\s,]*(?:của\s+)?$"
)

_ISSUER = re.compile(rf"^\s*,?\s*của\s+(?P<issuer>[{UPPER}][^;:.()\n]{{1,120}})")
_ISSUER_STOP = re.compile(
    r",|\s(?:về|quy định|sửa đổi|ban hành|hướng dẫn|đã|được|để|"
    r"và(?=\s(?:Nghị|Thông|Kế|Quyết|Luật|Công|Chỉ|Hướng|các|Báo|Tờ|ý|của)|$)|"
    r"phê duyệt|thành lập|triển khai|thực hiện|"
    r"điều chỉnh|bãi bỏ|thay thế|công bố|hết|có|tại|số|là|nhằm|trong|ngày|kèm|giao|cho|quyết định|"
    r"chi tiết|thí điểm|tổ chức(?=\s(?:thực|triển))|tăng cường|đối với)(?=[\s,]|$)",
    re.IGNORECASE,
)

_BEFORE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + r"\s*$", re.IGNORECASE), role)
    for pattern, role in (
        (r"kèm theo(?: các)?", "attached_to"),
        (r"(?:trả lời|phúc đáp)(?: nội dung)?", "answers"),
        (r"đính chính", "corrects"),
        (r"(?:ngưng|tạm ngưng|đình chỉ)(?: hiệu lực)?(?: thi hành)?(?: của)?", "suspends"),
        (r"hợp nhất", "consolidates"),
        (r"(?:và|này|[,;])\s*thay thế(?: cho)?(?: các)?", "replaces"),
        (r"(?:và|này|[,;])\s*bãi bỏ(?: các)?", "repeals"),
        (r"(?:triển khai|thực hiện|thi hành)(?: thực hiện)?", "implements"),
    )
)
_CLAUSE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(r"^(?:(?:Điều\s+)?[\w.]{1,4}[.)]\s*)?[-–]?\s*" + pattern), role)
    for pattern, role in (
        (r"(?:Căn cứ|CĂN CỨ)\s", "basis"),
        (
            r"(?:Thực hiện|Triển khai)\s+(?:thực hiện\s+)?(?:(?:sự\s+)?chỉ đạo|ý kiến|các\s|[A-ZĐ])",
            "implements",
        ),
        (r"(?:Phúc đáp|Trả lời)\s", "answers"),
        (r"Sửa đổi", "amends"),
        (r"Bổ sung\s", "amends"),
        (r"Bãi bỏ\s", "repeals"),
        (r"Thay thế\s", "replaces"),
        (r"Đính chính\s", "corrects"),
        (r"\(?\s*(?:Ban hành\s+)?[Kk]èm theo\s", "attached_to"),
    )
)
_GUIDES = re.compile(r"này\s+(?:quy định chi tiết|hướng dẫn)[^.;]{0,160}$")
_LAPSES = re.compile(r"^[^.;]{0,400}?(?:hết hiệu lực|chấm dứt hiệu lực)")
_SENTENCE = re.compile(r"(?<!TP\.)(?<!Tp\.)(?<=\.)\s+(?=[A-ZĐ])")
_REACH = 2_000
_ITEM = re.compile(r"(?<=;)\s+(?=[A-ZĐ])")


def issuer_after(tail: str) -> str | None:
    """Find the issuer named after a citation, as in "… của Hội đồng nhân dân tỉnh về …" (of the provincial
    council, on …). None when no issuer is named. `tail` is the line after the citation."""
    found = _ISSUER.match(tail)
    if found is None:
        return None
    name = found["issuer"]
    stop = _ISSUER_STOP.search(name)
    if stop is not None:
        name = name[: stop.start()]
    name = squeeze(name).rstrip(" -–")
    return name if re.search(rf"[{LOWER}]{{2}}|[{UPPER}]{{2}}", name) else None


def role_of(line: str, start: int, end: int) -> str:
    """Find the role in which the document named at line[start:end] is cited. Returns a code such as "basis",
    "amends" or "repeals", and "cites" when no words show a role.

    The words directly before the citation decide first, then the words with which its sentence begins. Of the
    words after it only "hết hiệu lực" (ceases to have effect) counts, as "repeals".
    """
    before = line[max(0, start - 220) : start]
    unpointed = _POINTING.sub("", before).rstrip()
    for pattern, role in _BEFORE:
        if pattern.search(unpointed):
            return role
    sentence = _opens(_SENTENCE, line, start)
    if _LAPSES.match(line[end : end + _REACH]) and start - sentence < 40:
        return "repeals"
    if _GUIDES.search(before):
        return "guides"
    for opening in (max(sentence, _opens(_ITEM, line, start)), sentence):
        for pattern, role in _CLAUSE:
            if pattern.match(line[opening : opening + _REACH]):
                return "cites" if role == "amends" and _nested(unpointed) else role
    return "cites"


def _opens(separator: re.Pattern[str], line: str, start: int) -> int:
    """Find where the piece of `line` that contains the offset `start` begins, if `line` is split at
    `separator`. Returns an offset in `line`."""
    # The search is bounded, so that a line with thousands of mentions takes linear time.
    return max(
        (found.end() for found in separator.finditer(line, max(0, start - _REACH), start + 1)), default=0
    )


def _nested(before: str) -> bool:
    """Whether the text `before` a citation ends with words such as "sửa đổi bởi" (amended by). In "Law A,
    as amended by Law B", Law B is cited only to describe Law A."""
    return bool(re.search(r"(?:sửa đổi|bổ sung)[^.;]{0,60}\s(?:bởi|theo)$", before))
