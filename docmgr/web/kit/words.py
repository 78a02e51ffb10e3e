"""What services and the trail say, in the reader's language.

Services speak Vietnamese and know of no other language. Whole sentences stand in the catalogue as they are; those
that carry a value are recognised by the patterns below. Names that people gave are never looked up.
"""

from __future__ import annotations

import re

from flask import Flask
from flask_babel import gettext

from docmgr import policy
from docmgr.models import TrailEvent
from docmgr.services.documents.landing import READERS_APART
from docmgr.services.folders import sharing
from docmgr.services.inspection import lists
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning import tasks
from docmgr.services.trail import history
from docmgr.services.trail import words as trail_words
from docmgr.services.trail.words import LABELS
from legaltext import labels

# Sentences with a value in them, as services make them; each is a msgid of the catalogue.
PATTERNS = (
    "Tệp lớn hơn %(limit)s MB.",
    "Đã tìm kiếm được; cần xác nhận %(count)s mục.",
    "Nội dung dài quá %(limit)s ký tự; hãy rút gọn.",
    "%(field)s dài quá %(limit)s ký tự.",
    "%(field)s: ngày không hợp lệ (viết như 05/02/2024).",
    "Ở đây đã có thư mục “%(name)s”.",
    "Năm phải từ %(first)s đến %(last)s.",
    "Có %(total)s sự kiện, nhiều hơn %(most)s dòng của một tệp. Hãy chọn khoảng thời gian ngắn hơn.",
    "Mỗi người lưu được %(most)s tìm kiếm; hãy xóa bớt tìm kiếm cũ.",
    "Vai trò %(role)s",
    "Văn bản có dấu chỉ độ mật: hệ thống không giữ tệp và nội dung. (%(level)s)",
    "Văn bản có dấu chỉ độ mật: hệ thống không giữ tệp và nội dung. (%(level)s) Tệp và chữ đã được gỡ khỏi hệ thống. "
    "Xin bảo quản bản giấy theo quy định về bí mật nhà nước.",
)
# Values that are this program's own words too; all others are numbers or what people wrote.
OWN_VALUES = frozenset({"field", "role", "level"})

# What rows and events say in words of an earlier version → how pages say it now. Events cannot be rewritten: their hashes
# are taken over these words.
FORMER = {"Chưa có lớp văn bản": "Bản quét, chưa có chữ", "Dấu vết": "Nhật ký", "Vừa": "Trung bình"}

# Details of the trail whose values are chosen from a table, by the label they have on screen.
CODED_LABELS = frozenset(
    {
        LABELS[code]
        for code in (*trail_words.CODED, "given", "taken_back", "inherit", "one_time", "shared", "target_label")
    }
    | {"Trạng thái", "Loại thời hạn", "Mức độ", "Công bố khi đến", "Lời trích"}
)
# The detail that names a provision, and the one that lists who may read.
PLACE, READERS = "Điều khoản", LABELS["readers"]
BLANK = "(trống)"
OWN_HOLDERS = frozenset(
    {*sharing.EVERYONE.values(), *(f"Vai trò {role}" for role in policy.ROLES.values()), history.HIDDEN_HOLDERS}
)
VALUES = (
    *trail_words.VALUES.values(),
    *policy.LINK_ROLES.values(),
    *sharing.RIGHTS.values(),
    *sharing.EVERYONE.values(),
    *task_lists.STATES.values(),
    *task_lists.DUE_RULES.values(),
    *lists.STATES.values(),
    *lists.SEVERITIES.values(),
    *lists.FINDING_STATES.values(),
    "Có",
    "Không",
    history.HIDDEN_DOCUMENT,
    history.HIDDEN_FOLDER,
    history.HIDDEN_HOLDERS,
    tasks.QUOTE_CHANGED,
)
_VALUE = "|".join(re.escape(words) for words in sorted({*VALUES, *FORMER}, key=len, reverse=True))
_VALUES = re.compile(f"(?:{_VALUE})(?:, (?:{_VALUE}))*")


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(
        re.sub(r"%\((\w+)\)s", r"(?P<\1>.+?)", re.escape(pattern).replace(r"%\(", "%(").replace(r"\)s", ")s"))
    )


_REGEXES = tuple((pattern, _regex(pattern)) for pattern in PATTERNS)


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(said=said, subject=subject, valued=valued, place_label=place_label)


def pattern_of(sentence: str) -> tuple[str, dict[str, str]] | None:
    """The pattern that a service's sentence was made by, and its values."""
    for pattern, regex in _REGEXES:
        if found := regex.fullmatch(sentence):
            return pattern, found.groupdict()
    return None


def said(sentence: str) -> str:
    """A service's sentence in the reader's language."""
    made = pattern_of(sentence)
    if made is None:
        return gettext(FORMER.get(sentence, sentence))
    pattern, values = made
    return gettext(pattern, **{name: gettext(v) if name in OWN_VALUES else v for name, v in values.items()})


def place_label(label: str) -> str:
    """A provision's label in the reader's language, as far as it is this program's own words."""
    return labels.told_label(label, gettext)


def subject(event: TrailEvent) -> str:
    """What an event is about: the name it had then; only what this program itself called it is translated."""
    if event.action.startswith("link:"):
        # The verb has said already what it is (trail_words.LINK_VERBS): "Nhiệm vụ: …".
        return f"“{event.subject_label.partition(': ')[2] or event.subject_label}”"
    own = event.subject_id is None and event.subject_type in ("person", "trail")
    return said(event.subject_label) if own else event.subject_label


def holder(name: str) -> str:
    """Whom a right was given to, in the reader's language: roles and everyone; units and people as they are called."""
    return said(name) if name in OWN_HOLDERS else name


def valued(value: str, label: str) -> str:
    """A value of the trail's details: translated where it is the program's own, else as it was written."""
    if value == BLANK:
        return gettext(value)
    if label == PLACE:
        return place_label(value)
    if label == READERS:
        return READERS_APART.join(map(holder, value.split(READERS_APART)))
    if label not in CODED_LABELS:
        return value
    if _VALUES.fullmatch(value):
        return re.sub(_VALUE, lambda found: gettext(FORMER.get(found[0], found[0])), value)
    return said(value) if pattern_of(value) else value
