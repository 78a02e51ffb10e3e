"""Describe events of the trail in words: a verb for the action, and each detail as "label: old → new".

The details are stored as codes, messages or texts of people, and older events have Vietnamese words. A detail that has
no label in words is shown under its own key.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docmgr.models import TrailEvent
from docmgr.policy import ENCODINGS, HEALTHS, RELATIONS, ROLES, WORKFLOWS
from docmgr.services import message
from docmgr.services.message import Message, Translate, Words, told, vietnamese
from docmgr.services.trail import former
from docmgr.services.trail.log import ACTION_LABELS
from legaltext import dates
from legaltext.labels import told_label

LABELS = {
    "about": "Về văn bản",
    "abbreviation": "Tên viết tắt",
    "action": "Việc",
    "actor": "Người",
    "agreed": "Ý kiến quyết định",
    "angle": "Góc xoay (độ)",
    "archived_on": "Ngày nộp lưu trữ",
    "arrived_on": "Ngày đến",
    "asked": "Theo yêu cầu",
    "author": "Người viết",
    "assigned": "Giao cho",
    "behalf": "Thay mặt",
    "bytes": "Số byte",
    "case": "Hồ sơ",
    "cases": "Các hồ sơ",
    "characters": "Số ký tự",
    "citations": "Số viện dẫn",
    "closed_on": "Ngày đóng hồ sơ",
    "columns": "Các cột",
    "comment": "Ý kiến",
    "confirmed": "Xác nhận lúc",
    "count": "Số kết quả",
    "count_people": "Số người",
    "delegate": "Người thay",
    "document": "Mã văn bản",
    "documents": "Đã hiện lời của văn bản",
    "due_on": "Thời hạn",
    "effective_from": "Hiệu lực từ",
    "effective_to": "Hiệu lực đến",
    "encodings": "Bảng mã cũ",
    "ended_by": "Hết thời hạn tính đến ngày",
    "ended_on": "Ngày kết thúc",
    "events": "Số sự kiện",
    "expires": "Hết hạn lúc",
    "facts": "Số mục thông tin đổi",
    "faults": "Số lỗi",
    "field_of_work": "Lĩnh vực",
    "file": "Tệp",
    "files": "Số tệp",
    "filter": "Bộ lọc",
    "first": "Lỗi đầu tiên",
    "form": "Hình thức",
    "format": "Dạng tệp",
    "from": "Từ",
    "from_on": "Từ ngày",
    "full_name": "Họ tên",
    "given": "Cấp quyền",
    "handover_on": "Hạn nộp lưu trữ",
    "hashes": "SHA-256 của các tệp",
    "health": "Chất lượng chữ",
    "held_by": "Người giữ",
    "holder": "Giữ cho",
    "in": "Trong",
    "inherit": "Kế thừa quyền",
    "issued_on": "Ngày ban hành",
    "issuer": "Cơ quan ban hành",
    "lacking": "Thiếu",
    "last": "Đến sự kiện số",
    "law": "Từ trong luật",
    "link": "Liên kết số",
    "maker": "Người tạo liên kết",
    "list": "Danh mục",
    "missed": "Lần đăng nhập không thành công từ lần trước",
    "missed_from": "Từ địa chỉ",
    "missed_last": "Lần cuối lúc",
    "most_openings": "Số lượt mở nhiều nhất",
    "moved": "Chỗ trỏ chuyển sang",
    "name": "Tên",
    "names": "Tên đầy đủ",
    "no": "Phiên bản số",
    "note": "Ghi chú",
    "number": "Số, ký hiệu",
    "obligations": "Số nhiệm vụ đề xuất",
    "on": "Bật",
    "one_time": "Mật khẩu dùng một lần",
    "order": "Thứ tự",
    "outcome": "Kết quả đọc",
    "page": "Trang",
    "password": "Có mật khẩu",
    "people": "Những người",
    "paper": "Giấy tờ",
    "parent": "Đơn vị cấp trên",
    "person": "Người",
    "place": "Nơi ban hành",
    "position": "Chức vụ",
    "proposal": "Đề xuất",
    "provisions": "Số điều khoản",
    "query": "Câu hỏi",
    "readers": "Người đọc được",
    "reason": "Lý do",
    "receiver": "Người nhận",
    "recipients": "Nơi nhận",
    "restored": "Khôi phục từ phiên bản số",
    "rights": "Quyền",
    "roles": "Vai trò",
    "register": "Sổ",
    "root": "Gốc của cây",
    "rows": "Số dòng",
    "sha256": "SHA-256",
    "serial": "Số",
    "series": "Dãy số",
    "shared": "Dùng chung",
    "signatures": "Số chữ ký số",
    "signer": "Người ký",
    "size": "Kích thước (byte)",
    "set_for": "Lý do tạm giữ",
    "step": "Bước",
    "subject": "Trích yếu",
    "supporting": "Phối hợp",
    "tags": "Nhãn",
    "taken_back": "Thu hồi quyền",
    "target_label": "Văn bản kia",
    "to": "Đến",
    "to_on": "Đến ngày",
    "type": "Loại",
    "undone": "Hoàn tác",
    "unit": "Đơn vị",
    "unused": "Số chưa dùng đứng trước",
    "urgency": "Độ khẩn",
    "version": "Phiên bản",
    "workflow": "Quy trình",
    "year": "Năm",
}
# A document is linked to something, whose name ends the sentence.
LINK_VERBS = {
    ("link:add", "task"): "Gắn văn bản vào nhiệm vụ",
    ("link:add", "inspection"): "Gắn văn bản vào cuộc kiểm tra",
    ("link:add", "finding"): "Gắn văn bản vào phát hiện",
    ("link:end", "task"): "Gỡ văn bản khỏi nhiệm vụ",
    ("link:end", "inspection"): "Gỡ văn bản khỏi cuộc kiểm tra",
    ("link:end", "finding"): "Gỡ văn bản khỏi phát hiện",
    ("link:restore", "task"): "Hoàn tác gỡ văn bản khỏi nhiệm vụ",
    ("link:restore", "inspection"): "Hoàn tác gỡ văn bản khỏi cuộc kiểm tra",
    ("link:restore", "finding"): "Hoàn tác gỡ văn bản khỏi phát hiện",
}
# Kinds of subjects that the program itself named where they have no number: nobody in particular, the whole trail, a
# folder that is hidden from the reader.
OWN_SUBJECTS = frozenset({"person", "trail", "folder"})
# Ids and keys that mean nothing to people.
HIDDEN = frozenset(
    {"answers", "batch", "comment_id", "key", "keys", "named", "target", "target_id", "from_id", "to_id", "from_ids", "to_ids", "in_ids", "revision"}
)
OUTCOMES = {
    "text": "Đọc được",
    "no_text": "Chưa có chữ để tìm",
    "unreadable": "Không đọc được",
    "withheld": "Không lưu nội dung mật",
}
# The first rights of a new site (folders.tree.ROOT_GRANTS).
# Rights were called "read" and "edit" before they became roles.
FIRST_RIGHTS = {
    "read staff": "Đọc: mọi người trong cơ quan", "edit role:clerk": "Sửa: văn thư",
    "reader staff": "Người xem: mọi người trong cơ quan", "editor role:clerk": "Người sửa: văn thư",
}
_WORKFLOW: dict[str, Mapping[str, str]] = {"from": WORKFLOWS, "to": WORKFLOWS}
_RELATION: dict[str, Mapping[str, str]] = {"type": {code: words for code, (words, _) in RELATIONS.items()}}
# Details that are kept as codes, by action and name; anywhere else "draft" may be what somebody typed.
CODES: dict[str, dict[str, Mapping[str, str]]] = {
    "document:publish": _WORKFLOW,
    "document:withdraw": _WORKFLOW,
    "document:draft": _WORKFLOW,
    "document:read": {"outcome": OUTCOMES, "encodings": ENCODINGS, "health": HEALTHS},
    "version:convert": {"encodings": ENCODINGS},
    "version:unconvert": {"encodings": ENCODINGS},
    "relation:add": _RELATION,
    "relation:end": _RELATION,
    "relation:restore": _RELATION,
    "folder:create": {"rights": FIRST_RIGHTS},
    "person:create": {"roles": ROLES},
    "person:edit": {"roles": ROLES},
    "site_role:edit": {"roles": ROLES},
}
PLACE, READERS = "Điều khoản", "readers"
# A separator: names of roles and units contain commas.
READERS_APART = "; "
BLANK, YES, NO = "(trống)", "Có", "Không"


@dataclass(frozen=True)
class Detail:
    """One line of an event's details. `name` is its key and `label` the key in words. `old` is the former value, None
    when nothing was changed; `new` is the present one."""

    name: str
    label: str
    old: str | None
    new: str


@dataclass(frozen=True)
class EventLine:
    """One event as a page shows it. `verb` says in words what was done."""

    event: TrailEvent
    verb: str
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Day:
    """A day in Vietnam's time zone and the events of this day."""

    date: dt.date
    lines: tuple[EventLine, ...]


def by_day(events: Iterable[TrailEvent], translate: Translate | None = None) -> list[Day]:
    """Group events, which must be sorted by time, by the day in Vietnam on which they happened; their order is kept.
    `translate` translates the words of the program in the details; None means Vietnamese."""
    groups = itertools.groupby(events, key=lambda event: dates.day_of(event.at))
    return [Day(date, tuple(EventLine(e, verb(e), details(e, translate)) for e in group)) for date, group in groups]


def verb(event: TrailEvent) -> str:
    """Say in Vietnamese words what was done. An unknown action is returned as it is."""
    tied = LINK_VERBS.get((event.action, event.subject_type))
    return tied or ACTION_LABELS.get(event.action, event.action)


def subject(event: TrailEvent) -> Words:
    """The name of the thing that the event is about, as it was at that time. It is a Message when the program itself
    gave this name, so that it can be translated."""
    if event.action.startswith("link:"):
        # The verb has said already what it is (LINK_VERBS): "Nhiệm vụ: …".
        return f"“{event.subject_label.partition(': ')[2] or event.subject_label}”"
    named = event.subject_id is not None or not (
        event.subject_type in OWN_SUBJECTS or event.action.startswith(("trail:", "index:"))
    )
    return event.subject_label if named else Message(former.SUBJECTS.get(event.subject_label, event.subject_label))


def details(event: TrailEvent, translate: Translate | None = None) -> tuple[Detail, ...]:
    """Describe the details of the event, one line each, changed values first. `translate` translates the words of the
    program. When `translate` is None, these words are Vietnamese."""
    changes = {**_mapping(event.details, "changes"), **_mapping(event.details, "changed")}
    edited = event.action.endswith(":edit")
    rest = {k: v for k, v in event.details.items() if k not in {"changes", "changed"} and k not in HIDDEN}
    telling = _Telling(event, translate or vietnamese, as_stored=translate is None)
    return (
        *(telling.detail(name, value, changed=True) for name, value in changes.items()),
        *(telling.detail(name, value, changed=edited) for name, value in rest.items() if value is not None),
    )


def one_line(event: TrailEvent) -> str:
    """Write all details of the event as one Vietnamese text, for a cell of a table. Empty when there are none."""
    return "; ".join(
        f"{d.label}: {d.new}" if d.old is None else f"{d.label}: {d.old} → {d.new}" for d in details(event)
    )


def _mapping(source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = source.get(name)
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True)
class _Telling:
    """Puts details of `event` into words with `translate`. If `as_stored` is false, the Vietnamese words stored in
    older events are translated too."""

    event: TrailEvent
    translate: Translate
    as_stored: bool

    def detail(self, name: str, value: Any, *, changed: bool) -> Detail:
        label = self._label(name)
        if changed and isinstance(value, list) and len(value) == 2:
            return Detail(name, label, *(self._words(name, one) or self.translate(BLANK) for one in value))
        return Detail(name, label, None, self._words(name, value))

    def _label(self, name: str) -> str:
        return self.translate(LABELS.get(name, name))

    def _words(self, name: str, value: Any) -> str:
        value = message.restored(value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.translate(YES if value else NO)
        if isinstance(value, list):
            if name == READERS:
                return READERS_APART.join(told(message.restored(one), self.translate) for one in value)
            return ", ".join(self._words(name, one) for one in value)
        if isinstance(value, Mapping):
            return ", ".join(f"{self._label(key)}: {self._words(key, one)}" for key, one in value.items())
        return self._text(name, value) if isinstance(value, str) else told(value, self.translate)

    def _text(self, name: str, value: str) -> str:
        if name == PLACE:
            return told_label(value, self.translate)
        coded = CODES.get(self.event.action, {}).get(name, {})
        if value in coded:
            return self.translate(coded[value])
        if self.as_stored:
            return value
        return READERS_APART.join(
            told(one, self.translate) for one in former.words(self.event.action, self.event.details, name, value)
        )
