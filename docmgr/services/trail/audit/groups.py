"""The verbs of the trail in groups, several of which can be chosen at once in its filter."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from docmgr.services.trail.log import ACTION_LABELS, READINGS

GROUPS: dict[str, str] = {
    "read": "Đọc, tìm, xuất",
    "edit": "Tạo, sửa",
    "approve": "Duyệt, ban hành",
    "rights": "Quyền, chia sẻ",
    "task": "Nhiệm vụ, minh chứng",
    "inspect": "Kiểm tra",
    "keep": "Lưu giữ, xóa, hủy",
    "system": "Hệ thống",
}
# What an action acts on → its group, unless ACTIONS has another for the action.
NOUNS: dict[str, str] = {
    "document": "edit", "version": "edit", "file": "edit", "comment": "edit", "relation": "edit", "folder": "edit", "checkout": "edit",
    "obligation": "task", "plan": "task", "task": "task", "occurrence": "task", "link": "task",
    "precondition": "task", "extension": "task", "conference": "task",
    "inspection": "inspect", "finding": "inspect", "recommendation": "inspect", "check": "inspect", "checklist": "inspect", "planned_inspection": "inspect",
    "register": "approve", "workflow": "approve", "delegation": "approve",
    "receipt": "read", "search": "read",
    "share_link": "rights", "publication": "rights", "consultation": "edit", "local_role": "rights", "site_role": "rights", "group": "rights",
    "case": "keep", "disposal": "keep", "handover": "keep",
    "series": "system", "term": "system", "field": "system", "session": "system", "person": "system", "unit": "system", "agency": "system",
    "calendar": "system", "paper_template": "system", "feed": "system", "start": "system", "abbreviation": "system", "everyday": "system", "trail": "system", "site": "system", "index": "system",
}  # fmt: skip
_KEPT = ("hold", "release", "delete", "restore", "purge", "destroy")
ACTIONS: dict[str, str] = {
    **dict.fromkeys(READINGS, "read"),
    **dict.fromkeys(("register:export", "register:slip", "register:report", "plan:report", "plan:draft", "plan:matrix", "task:export", "inspection:paper", "index:judge"), "read"),
    **dict.fromkeys(("document:confirm", "document:publish", "document:withdraw", "document:draft", "version:accept"), "approve"),
    **dict.fromkeys(("document:share", "folder:share"), "rights"),
    **dict.fromkeys((f"document:{verb}" for verb in _KEPT), "keep"),
    **dict.fromkeys(("folder:delete", "folder:restore", "folder:purge"), "keep"),
    **dict.fromkeys(("publication:rule", "publication:form", "publication:switch", "conference:rule", "consultation:rule"), "system"),
    **dict.fromkeys(("workflow:create", "workflow:edit", "workflow:rule", "workflow:unrule"), "system"),
}


def group_of(action: str) -> str:
    """The key of the group of an action, by the action itself or else by what it acts on. Raises KeyError for an unknown one."""
    return ACTIONS.get(action) or NOUNS[action.partition(":")[0]]


def actions_of(chosen: Collection[str]) -> tuple[str, ...]:
    """The actions of the groups with these keys; unknown keys have none. Empty when all groups or no known one is chosen, which is the same."""
    known = set(chosen) & GROUPS.keys()
    if not known or known == GROUPS.keys():
        return ()
    return tuple(action for action in ACTION_LABELS if group_of(action) in known)


def words(actions: Iterable[str]) -> str:
    """Name the groups to which these actions belong, in Vietnamese and in the order of GROUPS."""
    found = {group_of(action) for action in actions}
    return ", ".join(label for key, label in GROUPS.items() if key in found)
