"""Turn the Vietnamese words in older events into messages, so that they can be translated.

Older events store these words as plain text and cannot be rewritten, because their hashes cover the text. Newer
events store messages (services.message), so nothing is ever added to the tables of this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docmgr.services.message import Message, Words


def _table(*words: str, **changed: str) -> dict[str, Message]:
    """Make a dict from stored words to messages. Each of `words` becomes a message with the same text. In `changed`,
    an old word is replaced: Vừa="Trung bình" turns "Vừa" into the message "Trung bình"."""
    return {**{one: Message(one) for one in words}, **{old: Message(new) for old, new in changed.items()}}


_RIGHTS = _table("Đọc", "Sửa")
_YES_NO = _table("Có", "Không")
_ROLES = ("Quản trị", "Văn thư", "Chuyên viên", "Lãnh đạo", "Thanh tra, kiểm toán")
# By the name of the detail; no text of a person was ever kept under one of these.
DETAILS: dict[str, dict[str, Message]] = {
    "given": _RIGHTS,
    "taken_back": _RIGHTS,
    "Trạng thái": _table(
        "Chưa thực hiện", "Đang thực hiện", "Đã hoàn thành", "Không thực hiện",
        "Sắp tiến hành", "Đang tiến hành", "Đã kết luận",
        "Chưa khắc phục", "Đang khắc phục", "Đã khắc phục",
    ),
    "Loại thời hạn": _table(
        "Có thời hạn cụ thể", "Định kỳ", "Theo sự kiện", "Theo văn bản khác", "Thường xuyên", "Theo yêu cầu"
    ),
    "Công bố khi đến": _YES_NO,
    "Vai trò": _table("Căn cứ", "Minh chứng", "Kết quả", "Đối chiếu"),
    "Mức độ": _table("Nhẹ", "Trung bình", "Nghiêm trọng", Vừa="Trung bình"),
    "Lời trích": _table("đã sửa"),
}
# Roles and everyone among the holders of rights.
HOLDERS: dict[str, Message] = {
    **_table("Mọi người trong cơ quan"),
    **{f"Vai trò {role}": Message("Vai trò %(role)s", role=Message(role)) for role in _ROLES},
}
# What the program itself is called as the subject of an event.
SUBJECTS = {"Dấu vết": "Nhật ký"}


def words(action: str, details: Mapping[str, Any], name: str, value: str) -> Sequence[Words]:
    """Turn `value`, a text in an older event, into messages. `action` and `details` belong to the event, and
    `name` is the key of `value` in `details`. Returns one Message if the program wrote the text, or the same
    text if a person did. In an event such as "folder:restore", the value of "readers" is a list, and gives one
    item per reader."""
    if action.endswith(":restore") and name == "readers":
        return [HOLDERS.get(one, one) for one in value.split("; ")]
    if action.endswith(":share") and name in ("to", "from"):
        # The key tells whether it was a role or somebody who is called like one.
        own = str(details.get("key")).startswith(("role:", "staff"))
        return [HOLDERS.get(value, value) if own else value]
    return [DETAILS.get(name, {}).get(value, value)]
