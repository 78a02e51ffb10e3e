"""Events of the trail in words: verbs, and their details as "label: old → new", for pages and exports alike.

Details are kept as each service wrote them; unknown ones are shown under their own name rather than left out.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docmgr.models import TrailEvent
from docmgr.policy import RELATIONS, ROLES, WORKFLOWS
from docmgr.services.trail.log import ACTION_LABELS
from legaltext import dates

LABELS = {
    "about": "Về văn bản",
    "abbreviation": "Tên viết tắt",
    "action": "Việc",
    "actor": "Người",
    "bytes": "Số byte",
    "columns": "Các cột",
    "count": "Số kết quả",
    "document": "Mã văn bản",
    "documents": "Đã hiện lời của văn bản",
    "effective_from": "Hiệu lực từ",
    "effective_to": "Hiệu lực đến",
    "events": "Số sự kiện",
    "faults": "Số lỗi",
    "file": "Tệp",
    "files": "Số tệp",
    "filter": "Bộ lọc",
    "first": "Lỗi đầu tiên",
    "format": "Dạng tệp",
    "from": "Từ",
    "full_name": "Họ tên",
    "given": "Cấp quyền",
    "in": "Trong",
    "inherit": "Kế thừa quyền",
    "issued_on": "Ngày ban hành",
    "issuer": "Cơ quan ban hành",
    "lacking": "Thiếu",
    "last": "Đến sự kiện số",
    "missed": "Lần đăng nhập không thành công từ lần trước",
    "missed_from": "Từ địa chỉ",
    "missed_last": "Lần cuối lúc",
    "name": "Tên",
    "names": "Tên đầy đủ",
    "no": "Phiên bản số",
    "note": "Ghi chú",
    "number": "Số, ký hiệu",
    "one_time": "Mật khẩu dùng một lần",
    "outcome": "Kết quả đọc",
    "parent": "Đơn vị cấp trên",
    "place": "Nơi ban hành",
    "position": "Chức vụ",
    "query": "Câu hỏi",
    "readers": "Người đọc được",
    "reason": "Lý do",
    "recipients": "Nơi nhận",
    "rights": "Quyền",
    "roles": "Vai trò",
    "root": "Gốc của cây",
    "rows": "Số dòng",
    "sha256": "SHA-256",
    "shared": "Dùng chung",
    "signer": "Người ký",
    "size": "Kích thước (byte)",
    "subject": "Trích yếu",
    "taken_back": "Thu hồi quyền",
    "target_label": "Văn bản kia",
    "to": "Đến",
    "type": "Loại",
    "unit": "Đơn vị",
    "urgency": "Độ khẩn",
    "version": "Phiên bản",
}
# A document is tied to something; the sentence goes on with its name.
LINK_VERBS = {
    ("link:add", "task"): "Gắn văn bản vào nhiệm vụ",
    ("link:add", "inspection"): "Gắn văn bản vào cuộc kiểm tra",
    ("link:add", "finding"): "Gắn văn bản vào phát hiện",
    ("link:end", "task"): "Gỡ văn bản khỏi nhiệm vụ",
    ("link:end", "inspection"): "Gỡ văn bản khỏi cuộc kiểm tra",
    ("link:end", "finding"): "Gỡ văn bản khỏi phát hiện",
}
# Numbers and keys that mean nothing to people.
HIDDEN = frozenset(
    {"batch", "key", "target", "target_id", "from_id", "to_id", "from_ids", "to_ids", "in_ids", "revision"}
)
OUTCOMES = {
    "text": "Đọc được",
    "no_text": "Chưa có chữ để tìm",
    "unreadable": "Không đọc được",
    "withheld": "Không lưu nội dung mật",
}
# The first rights of a new site (folders.ROOT_GRANTS).
FIRST_RIGHTS = {"read staff": "Đọc: mọi người trong cơ quan", "edit role:clerk": "Sửa: văn thư"}
VALUES = WORKFLOWS | ROLES | OUTCOMES | FIRST_RIGHTS | {code: words for code, (words, _) in RELATIONS.items()}
# Only in these places is a word a code; elsewhere "draft" may be what somebody typed.
CODED = frozenset({"from", "to", "roles", "rights", "type", "outcome"})


@dataclass(frozen=True)
class Detail:
    """One line of details: its label, what it was (where it changed), what it is."""

    label: str
    old: str | None
    new: str


@dataclass(frozen=True)
class EventLine:
    """One event as a page shows it."""

    event: TrailEvent
    verb: str
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Day:
    """A day in Vietnam and what happened on it."""

    date: dt.date
    lines: tuple[EventLine, ...]


def by_day(events: Iterable[TrailEvent]) -> list[Day]:
    """Events under the days on which they happened, in the order given."""
    groups = itertools.groupby(events, key=lambda event: dates.day_of(event.at))
    return [Day(date, tuple(EventLine(e, verb(e), details(e)) for e in group)) for date, group in groups]


def verb(event: TrailEvent) -> str:
    """What was done, in words."""
    tied = LINK_VERBS.get((event.action, event.subject_type))
    return tied or ACTION_LABELS.get(event.action, event.action)


def details(event: TrailEvent) -> tuple[Detail, ...]:
    """The event's details, changes first."""
    changes = {**_mapping(event.details, "changes"), **_mapping(event.details, "changed")}
    edited = event.action.endswith(":edit")
    rest = {k: v for k, v in event.details.items() if k not in {"changes", "changed"} and k not in HIDDEN}
    return (
        *(_detail(name, value, changed=True) for name, value in changes.items()),
        *(_detail(name, value, changed=edited) for name, value in rest.items() if value is not None),
    )


def one_line(event: TrailEvent) -> str:
    """All details in one text, for a cell of a table."""
    return "; ".join(
        f"{d.label}: {d.new}" if d.old is None else f"{d.label}: {d.old} → {d.new}" for d in details(event)
    )


def _mapping(source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = source.get(name)
    return value if isinstance(value, Mapping) else {}


def _detail(name: str, value: Any, *, changed: bool) -> Detail:
    label = LABELS.get(name, name)
    if changed and isinstance(value, list) and len(value) == 2:
        return Detail(label, _words(name, value[0]) or "(trống)", _words(name, value[1]) or "(trống)")
    return Detail(label, None, _words(name, value))


def _words(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, list):
        return ", ".join(_words(name, one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(_pairs(value))
    return VALUES.get(value, value) if name in CODED and isinstance(value, str) else str(value)


def _pairs(value: Mapping[str, Any]) -> Iterator[str]:
    return (f"{LABELS.get(name, name)}: {_words(name, one)}" for name, one in value.items())
