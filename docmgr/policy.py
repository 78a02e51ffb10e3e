"""Who may do what, as tables that a non-programmer can read: roles, actions and access keys.

This module answers two questions: whether a role allows an action (`may`), and which access keys a person has
(`Actor.keys`). A person can read a document when one of the person's keys is in the document's access list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

ROLES = {
    "administrator": "Quản trị",
    "clerk": "Văn thư",
    "staff": "Chuyên viên",
    "leader": "Lãnh đạo",
    "auditor": "Thanh tra, kiểm toán",
}

# The local roles that are given on folders and documents, from little to much, and what each may do there (LOCAL_RIGHTS).
LOCAL_ROLES = {
    "reader": "Người xem",
    "contributor": "Người đóng góp",
    "editor": "Người sửa",
    "reviewer": "Người duyệt",
    "manager": "Người quản lý",
}
# Who uploaded a document has this local role on it while it is a draft. Nobody is given it.
OWNER = "owner"
LOCAL_RIGHTS = {
    "read": "Đọc văn bản đã công bố",
    "draft": "Đọc cả dự thảo và văn bản đã thu hồi",
    "add": "Thêm văn bản vào thư mục",
    "edit": "Sửa",
    "approve": "Công bố, thu hồi, duyệt",
    "share": "Chia sẻ",
    "delete": "Xóa",
}
# A local right → the local right that it is nothing without.
NEEDS = {"draft": "read", "add": "read", "edit": "draft", "approve": "draft", "share": "edit", "delete": "edit"}
_EVERYTHING = frozenset(LOCAL_RIGHTS)
# Local role → the rights that it always holds, and those that administrators may let it hold.
BOUNDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "reader": (frozenset({"read"}), frozenset({"read", "draft"})),
    "contributor": (frozenset({"read", "add"}), frozenset({"read", "draft", "add"})),
    "editor": (frozenset({"read", "draft", "edit"}), _EVERYTHING),
    "reviewer": (frozenset({"read", "draft", "approve"}), frozenset({"read", "draft", "add", "approve"})),
    "manager": (frozenset({"read", "draft", "add", "edit", "share"}), _EVERYTHING),
    OWNER: (frozenset({"read", "draft", "edit"}), _EVERYTHING - {"add"}),
}
# What the local roles hold on a new site, and after an upgrade: whoever edited before keeps all they could do. Who only
# uploaded does not share, or one could give oneself a role that outlasts the draft.
DELIVERED: dict[str, frozenset[str]] = {
    "reader": BOUNDS["reader"][0],
    "contributor": BOUNDS["contributor"][0],
    "editor": _EVERYTHING,
    "reviewer": BOUNDS["reviewer"][0],
    "manager": _EVERYTHING,
    OWNER: _EVERYTHING - {"add", "share"},
}

# The access key of the roles that read every document and see every folder.
SEES_ALL = "role:auditor"
# The roles in a workflow of those for whom a document waits.
HOLDING = ("lead", "support")
_ALL = frozenset(ROLES)
# An auditor reads everything and changes nothing. An administrator manages the site, not the documents.
_WORKERS = frozenset({"clerk", "staff", "leader"})
_READERS = frozenset({"clerk", "staff", "leader", "auditor"})

# Action → the roles that may do it at all. Documents and folders also need a right on the document or folder itself.
ACTIONS: dict[str, frozenset[str]] = {
    "account:own": _ALL,
    "search:find": _READERS,
    "search:save": _READERS,
    "search:export": _READERS,
    "document:read": _READERS,
    "document:upload": _WORKERS,
    "document:edit": _WORKERS,
    "document:share": _WORKERS,
    # To publish and withdraw.
    "document:publish": _WORKERS,
    # Administrators see all share links of the site, but not what they show; they withdraw them and switch them off.
    "share_link:list": _WORKERS | {"administrator"},
    "share_link:manage": frozenset({"administrator"}),
    "document:delete": _WORKERS,
    "document:restore": _WORKERS,
    # Comments on documents that one may read.
    "comment:write": _WORKERS,
    "folder:read": _READERS,
    "folder:edit": _WORKERS,
    "plan:read": _READERS,
    "plan:edit": _WORKERS,
    # To move all open work of a person to somebody else.
    "work:move": frozenset({"clerk", "leader"}),
    "inspection:read": _READERS,
    "inspection:edit": _WORKERS,
    # To change how severe a finding is that was recorded. A clerk records it, and does not judge it anew.
    "finding:grade": frozenset({"staff", "leader"}),
    "link:edit": _WORKERS,
    # An auditor sees the whole trail. An administrator sees events about people and the site, and about what they may
    # read.
    "trail:read": frozenset({"auditor", "administrator"}),
    "trail:read_all": frozenset({"auditor"}),
    # The registers of outgoing and incoming documents. Lines of documents that one may not read show number and day.
    "register:read": frozenset({"clerk", "leader", "auditor"}),
    "register:edit": frozenset({"clerk"}),
    "series:manage": frozenset({"clerk", "administrator"}),
    # The steps of workflows; who may make which one is in the workflow itself.
    "workflow:move": _WORKERS,
    "workflow:manage": frozenset({"administrator"}),
    # Which workflow documents of a type and folder begin with.
    "workflow:choose": frozenset({"clerk", "administrator"}),
    # Codes and titles of case files are for all who read documents; what is in them follows the rights of each document.
    "case:read": _READERS,
    "case:edit": _WORKERS,
    # Who may forbid that something is deleted for good. It must be something that the person may read.
    "hold:set": frozenset({"administrator", "auditor"}),
    # Who may take away a document from whoever has taken it to edit it; the right to edit it is needed as well.
    "checkout:withdraw": frozenset({"clerk", "administrator"}),
    "tombstone:read": frozenset({"auditor"}),
    # Lists of case files whose period has ended. Who makes or proposes one never decides about it; others than clerks list the
    # case files that they may edit.
    "disposal:read": _READERS,
    "disposal:propose": frozenset({"clerk", "staff"}),
    "disposal:decide": frozenset({"leader"}),
    "disposal:execute": frozenset({"clerk"}),
    # Packages for the archive, of case files that the person may edit. They are sent to those who may read all that is in them.
    "handover:read": _READERS,
    "handover:make": _WORKERS,
    # The vocabulary of tags and fields of work.
    "term:manage": frozenset({"administrator"}),
    # The fields that documents of a type have beside the usual facts.
    "field:manage": frozenset({"administrator"}),
    "people:manage": frozenset({"administrator"}),
    # What each local role may do, and the groups to which rights are given.
    "right:manage": frozenset({"administrator"}),
    # What another person may read. Documents are named only to those who may read them.
    "right:look": frozenset({"administrator", "auditor"}),
    "agency:manage": frozenset({"administrator"}),
    **dict.fromkeys(("abbreviation:manage", "health:read"), frozenset({"administrator"})),
    "paper_template:manage": frozenset({"administrator", "leader"}),
}

# Action → (the roles that always may, those that administrators may let do it). Administrators change these actions alone
# (services.people.site_roles): what a role reads at all, who reads the trail, who decides about disposal and who manages people stays
# as it is. Auditors, who read all and the trail, change no document, and administrators get no work with documents that they do not read.
_NOBODY: frozenset[str] = frozenset()
_MANAGERS = frozenset({"administrator"}), _WORKERS | {"administrator"}
SITE_BOUNDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(("search:save", "search:export"), (_NOBODY, _READERS)),
    **dict.fromkeys(("document:upload", "document:edit", "document:publish", "document:restore"), (frozenset({"clerk"}), _WORKERS)),
    **dict.fromkeys(("document:share", "document:delete", "folder:edit", "case:edit"), (frozenset({"clerk"}), _WORKERS)),
    **dict.fromkeys(("comment:write", "plan:edit", "inspection:edit", "link:edit", "handover:make"), (_NOBODY, _WORKERS)),
    "finding:grade": (frozenset({"leader"}), frozenset({"staff", "leader"})),
    "checkout:withdraw": (_NOBODY, _WORKERS | {"administrator"}),
    "hold:set": (_NOBODY, frozenset({"administrator", "auditor", "leader"})),
    "disposal:propose": (frozenset({"clerk"}), frozenset({"clerk", "staff"})),
    "right:look": (_NOBODY, frozenset({"administrator", "auditor", "leader"})),
    **dict.fromkeys(("series:manage", "workflow:choose", "term:manage", "field:manage", "abbreviation:manage"), _MANAGERS),
}
# An action → the action without which the pages offer it in vain.
SITE_NEEDS = {
    **dict.fromkeys(("document:upload", "document:publish", "document:share", "document:delete"), "document:edit"),
    "document:restore": "document:delete",
}  # fmt: skip

# Relation type → its Vietnamese name seen from the source document, and from the target document.
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
    "recognising": "Đang nhận dạng chữ",
    "indexing": "Đang đưa vào chỉ mục",
    "findable": "Đã tìm kiếm được",
    "no_text": "Chưa có chữ để tìm",
    "unreadable": "Không đọc được",
    "withheld": "Không lưu nội dung mật",
}

# The old encodings of Vietnamese (docmgr.reading.letters.encodings) by their names.
ENCODINGS = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI", "viscii": "VISCII", "vps": "VPS"}

# How far the text of a version can be trusted (docmgr.reading.repair.health).
HEALTHS = {
    "good": "Chữ tốt",
    "converted": "Chữ đã chuyển mã",
    "ocr": "Chữ nhận dạng từ ảnh",
    "doubtful": "Chữ đáng ngờ",
    "none": "Không có chữ",
}


@dataclass(frozen=True)
class Lent:
    """What a share link lends to those who open it: one document, or what is published in one case file; one of the two ids is
    set. The access keys `keys` are those of its maker, who must have the right to edit the document, or to read
    those of the case file (services.access.lending). With `made_public` it is the public page that lends instead: all that is
    published for everybody, as far as `keys` may read it."""

    keys: frozenset[str]
    document_id: int | None = None
    case_id: int | None = None
    made_public: bool = False


@dataclass(frozen=True)
class Actor:
    """The person or program that acts. `via` is web, cli or worker. `unit_id` is the person's organisational
    unit. `everything` is true for the worker and the command line, which may read and do all; for others the
    roles and `keys` decide. `stands_for` are the ids of absent persons for whom the person does what is assigned to
    them, and `groups` the ids of the groups of which the person is a member. `lent` is what a visitor reads through a share link, who has neither roles nor keys; None for all others."""

    user_id: int | None
    label: str
    via: str = "web"
    unit_id: int | None = None
    unit_label: str | None = None
    roles: frozenset[str] = frozenset()
    everything: bool = False
    stands_for: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    lent: Lent | None = None

    @cached_property
    def keys(self) -> frozenset[str]:
        """The access keys of a person: "staff", the person's own (such as user:3), the key of their unit (such
        as unit:7), those of their groups (such as group:2) and roles, and the desks (such as desk:5) of absent persons for whom the person stands in. A
        visitor, the worker and the command line have none."""
        if self.user_id is None:
            return frozenset()
        keys = {"staff", f"user:{self.user_id}"}
        if self.unit_id is not None:
            keys.add(f"unit:{self.unit_id}")
        keys |= {f"group:{group_id}" for group_id in self.groups}
        keys |= {f"desk:{user_id}" for user_id in self.stands_for}
        return frozenset(keys | {f"role:{role}" for role in self.roles})


WORKER = Actor(user_id=None, label="Tiến trình nền", via="worker", everything=True)
COMMAND_LINE = Actor(user_id=None, label="Dòng lệnh", via="cli", everything=True)


class Denied(Exception):
    """Raised when the actor may not do something. The web pages answer as if the page did not exist."""


# How the running site finds what its administrators changed: the roles that may do an action, by action of SITE_BOUNDS.
changes: ContextVar[Callable[[], Mapping[str, frozenset[str]]]] = ContextVar("docmgr_policy_changes", default=dict)


def changed(rows: Iterable[tuple[str, str, bool]]) -> dict[str, frozenset[str]]:
    """Find who may do the actions of which `rows` (action, role, whether the role may) change something, by action. What is out
    of SITE_BOUNDS has no effect."""
    found: dict[str, frozenset[str]] = {}
    for action, role, allowed in rows:
        if action in SITE_BOUNDS:
            had = found.get(action, ACTIONS[action])
            found[action] = had | {role} if allowed else had - {role}
    return {action: roles & SITE_BOUNDS[action][1] | SITE_BOUNDS[action][0] for action, roles in found.items()}


def may(actor: Actor, action: str) -> bool:
    """Whether one of the actor's roles allows `action`, as delivered or as administrators changed it. Raises KeyError when
    ACTIONS does not contain the action."""
    allowed = ACTIONS[action]
    if actor.roles and action in SITE_BOUNDS and not actor.everything:
        allowed = changes.get()().get(action, allowed)
    return actor.everything or bool(allowed & actor.roles)


def require(actor: Actor, action: str) -> None:
    """Raise Denied unless one of the actor's roles allows `action` (see `may`)."""
    if not may(actor, action):
        raise Denied(action)


def meets(actor: Actor, keys: Iterable[str]) -> bool:
    """Whether the actor may read a document whose access list has these keys: one of the actor's keys must
    be among them, or the actor must be allowed everything."""
    return actor.everything or not actor.keys.isdisjoint(keys)


def covers(wider: frozenset[str], narrower: frozenset[str]) -> bool:
    """Whether everyone with a key in `narrower` always has a key in `wider` too. This is so if `wider`
    contains all keys of `narrower`. It is also so if `wider` contains "staff", because everyone with any
    key has that one."""
    return "staff" in wider or narrower <= wider


def list_keys(
    workflow: str,
    readers: frozenset[str],
    editors: frozenset[str],
    folder_editors: frozenset[str],
    uploader: int | None,
    assigned: frozenset[str] = frozenset(),
) -> tuple[frozenset[str], frozenset[str]]:
    """Compute who may read and edit a document. Returns (keys that may read, keys that may edit).

    `workflow` is the workflow state of the document. `readers` and `editors` are the keys with a right on the
    document. `folder_editors` are the keys that may edit its folder. `uploader` is the id of the person who
    uploaded it, None for the command line. `assigned` are keys that may read it in every state: those that a local role
    lets read drafts, and those that `assigned_keys` gives for what a workflow assigned.

    `editors` and `folder_editors` may always read and edit, and auditors may always read. The uploader may
    read and edit a draft. `readers` may read a published document. Who has the document assigned may read it in every
    state, and so may who stands in for that person.
    """
    edit = editors | folder_editors
    if workflow == "draft" and uploader is not None:
        edit = edit | {f"user:{uploader}"}
    read = edit | {SEES_ALL} | assigned
    if workflow == "published":
        read = read | readers
    return read, edit


def assigned_keys(key: str, role: str) -> frozenset[str]:
    """Return the keys that may read a document of which `key` has an open assignment with this role: the key, and for a
    person for whom the document waits (lead or support) the desk, which those have who stand in. What a person only
    passed on ("sent") is nothing that somebody else has to do."""
    if role in HOLDING and key.startswith("user:"):
        return frozenset({key, key.replace("user:", "desk:", 1)})
    return frozenset({key})
