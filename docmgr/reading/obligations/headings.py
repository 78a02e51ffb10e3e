"""Tables of headings and labels: which sections oblige nobody, and what a labelled line ("Thời gian: …") says of the task
above it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

# Titles of sections that say why, of whom, with what money or in which words, and oblige nobody by themselves.
IDLE = re.compile(
    r"^(?:mục đích|mục tiêu|yêu cầu|căn cứ|cơ sở pháp lý|sự cần thiết|quan điểm|nguyên tắc|đối tượng|phạm vi|thành phần|số lượng|"
    r"khẩu hiệu|tình hình|đặc điểm|thực trạng|kết quả|đánh giá|kiểm điểm|những kết quả|những mặt|ưu điểm|nhược điểm|tồn tại|"
    r"hạn chế|nguyên nhân|bài học|giải thích từ ngữ|hiệu lực|điều khoản thi hành|kinh phí|nguồn kinh phí|địa điểm|"
    r"định nghĩa|nơi nhận)\b",
    re.IGNORECASE,
)
# Sections of requirements: only words that name who must do it oblige there.
REQUIREMENTS = re.compile(r"^(?:(?:mục đích|mục tiêu)[ ,và]+)?yêu cầu\b", re.IGNORECASE)

# Titles under which a name with an act, or "phải", still obliges.
ABOUT = re.compile(r"^(?:đối tượng|phạm vi|thành phần|số lượng|nguyên tắc|kinh phí|địa điểm)\b", re.IGNORECASE)

# What a label says of the line: when, lead, support, outcome; text (read on after it); idle (says nothing to do).
_LABELS: Mapping[str, str] = MappingProxyType({
    r"(?:thời gian|thời hạn|tiến độ)(?: (?:hoàn thành|thực hiện|tổ chức|triển khai|dự kiến|tiến hành))*": "when",
    r"(?:đơn vị|cơ quan|bộ phận|người|phòng)?(?: được giao)? ?(?:chủ trì|thực hiện|phụ trách)(?: thực hiện)?": "lead",
    r"(?:đơn vị|cơ quan|bộ phận)?(?: thực hiện)? ?phối hợp(?: thực hiện)?": "support",
    r"(?:kết quả|sản phẩm|minh chứng|hồ sơ)(?: (?:đầu ra|thực hiện|cần đạt|hoàn thành))*": "outcome",
    r"nội dung(?: (?:công việc|thực hiện|nhiệm vụ))?": "text",
    r"thành phần[^:]{0,40}|địa điểm[^:]{0,40}|kinh phí[^:]{0,40}|nguyên tắc[^:]{0,40}|tài liệu[^:]{0,40}|hình thức|phương pháp|"
    r"đối tượng[^:]{0,30}|số lượng[^:]{0,40}|khách mời|biểu mẫu[^:]{0,20}|mục đích|yêu cầu|lưu ý|ghi chú|kết quả [^:]{0,40}|"
    r"về [^:]{0,40}|phạm vi[^:]{0,30}|mức chi|nội dung chi[^:]{0,20}|quy mô": "idle",
})  # fmt: skip
_LABEL = [(re.compile(rf"^(?:{pattern})\s*:\s*", re.IGNORECASE), kind) for pattern, kind in _LABELS.items()]


def label_of(line: str) -> tuple[str, int] | None:
    """Read the label at the beginning of a line: (what it says of the line, where the words after it begin). None when the
    line has none of the table."""
    if ":" not in line[:80]:
        return None
    for pattern, kind in _LABEL:
        found = pattern.match(line)
        if found:
            return kind, found.end()
    return None
