"""Who may do what: roles, actions and access keys, as tables that a non-programmer can read.

Two questions are answered here and nowhere else: may this role do this kind of thing at all (`may`), and which keys
does this person hold (`Actor.keys`). Whether a certain document is readable or editable is a meeting of key sets:
here in Python (`meets`), in SQL by services.access, in the index by the access list's id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROLES = {
    "administrator": "Quản trị",
    "clerk": "Văn thư",
    "staff": "Chuyên viên",
    "leader": "Lãnh đạo",
    "auditor": "Thanh tra, kiểm toán",
}

# The key of those who read every document and see every folder.
SEES_ALL = "role:auditor"
_ALL = frozenset(ROLES)
# An auditor reads all and changes nothing; an administrator keeps the system, not the documents.
_WORKERS = frozenset({"clerk", "staff", "leader"})
_READERS = frozenset({"clerk", "staff", "leader", "auditor"})

# Action → roles that may do it at all. For documents and folders a right on the thing itself is needed as well.
ACTIONS: dict[str, frozenset[str]] = {
    "account:own": _ALL,
    "search:find": _READERS,
    "search:save": _READERS,
    "search:export": _READERS,
    "document:read": _READERS,
    "document:upload": _WORKERS,
    "document:edit": _WORKERS,
    "document:share": _WORKERS,
    "document:delete": _WORKERS,
    "document:restore": _WORKERS,
    "folder:read": _READERS,
    "folder:edit": _WORKERS,
    "plan:read": _READERS,
    "plan:edit": _WORKERS,
    "inspection:read": _READERS,
    "inspection:edit": _WORKERS,
    "link:edit": _WORKERS,
    # An auditor sees all of the trail; an administrator what concerns people and the site, and what else they may read.
    "trail:read": frozenset({"auditor", "administrator"}),
    "trail:read_all": frozenset({"auditor"}),
    "people:manage": frozenset({"administrator"}),
    "abbreviation:manage": frozenset({"administrator"}),
    "health:read": frozenset({"administrator"}),
}

# Relation type → Vietnamese from the source's side, from the target's side.
RELATIONS: dict[str, tuple[str, str]] = {
    "based_on": ("Căn cứ", "Làm căn cứ cho"),
    "cites": ("Dẫn chiếu", "Được dẫn chiếu bởi"),
    "amends": ("Sửa đổi, bổ sung", "Được sửa đổi, bổ sung bởi"),
    "replaces": ("Thay thế", "Được thay thế bởi"),
    "repeals": ("Bãi bỏ", "Bị bãi bỏ bởi"),
    "guides": ("Hướng dẫn", "Được hướng dẫn bởi"),
    "implements": ("Triển khai", "Được triển khai bởi"),
    "answers": ("Trả lời", "Được trả lời bởi"),
    "attached_to": ("Kèm theo", "Có kèm theo"),
    "corrects": ("Đính chính", "Được đính chính bởi"),
    "suspends": ("Ngưng hiệu lực", "Bị ngưng hiệu lực bởi"),
    "consolidates": ("Hợp nhất", "Được hợp nhất bởi"),
}

LINK_ROLES = {
    "basis": "Căn cứ",
    "evidence": "Minh chứng",
    "result": "Kết quả",
    "checked_against": "Đối chiếu",
}

WORKFLOWS = {"draft": "Dự thảo", "published": "Đã công bố", "withdrawn": "Đã thu hồi"}

STATES = {
    "waiting": "Chờ đọc",
    "reading": "Đang đọc",
    "indexing": "Đang đưa vào chỉ mục",
    "findable": "Đã tìm kiếm được",
    "no_text": "Chưa có chữ để tìm",
    "unreadable": "Không đọc được",
    "withheld": "Không lưu nội dung mật",
}


@dataclass(frozen=True)
class Actor:
    """Who acts. `keys` decide what is readable; `everything` is the system itself (worker, command line)."""

    user_id: int | None
    label: str
    via: str = "web"
    unit_id: int | None = None
    unit_label: str | None = None
    roles: frozenset[str] = frozenset()
    everything: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Access keys held: staff, the person's own, the unit's and the roles'; a visitor holds none."""
        if self.user_id is None:
            return frozenset()
        keys = {"staff", f"user:{self.user_id}"}
        if self.unit_id is not None:
            keys.add(f"unit:{self.unit_id}")
        return frozenset(keys | {f"role:{role}" for role in self.roles})


WORKER = Actor(user_id=None, label="Tiến trình nền", via="worker", everything=True)
COMMAND_LINE = Actor(user_id=None, label="Dòng lệnh", via="cli", everything=True)


class Denied(Exception):
    """The actor may not do this. Web code answers like a missing page."""


def may(actor: Actor, action: str) -> bool:
    """Whether one of the actor's roles allows the action. Raises KeyError for an action without a rule."""
    return actor.everything or bool(ACTIONS[action] & actor.roles)


def require(actor: Actor, action: str) -> None:
    """Raise Denied unless `may`."""
    if not may(actor, action):
        raise Denied(action)


def meets(actor: Actor, keys: Iterable[str]) -> bool:
    """The read rule in Python: do the actor's keys and these meet?"""
    return actor.everything or not actor.keys.isdisjoint(keys)


def covers(wider: frozenset[str], narrower: frozenset[str]) -> bool:
    """Whether everyone who holds one of the narrower keys surely holds one of the wider ones, whatever units and roles
    people are given: whoever holds any key holds `staff` as well."""
    return "staff" in wider or narrower <= wider


def list_keys(
    workflow: str, readers: frozenset[str], editors: frozenset[str], folder_editors: frozenset[str], uploader: int | None
) -> tuple[frozenset[str], frozenset[str]]:
    """Keys that may read and keys that may edit a document in this state (design: States).

    Draft: its uploader, those who may edit the folder, auditors. Published: all who were given a right.
    Withdrawn: editors and auditors.
    """
    edit = editors | folder_editors
    if workflow == "draft" and uploader is not None:
        edit = edit | {f"user:{uploader}"}
    read = edit | {SEES_ALL}
    if workflow == "published":
        read = read | readers
    return read, edit
