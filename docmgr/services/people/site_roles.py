"""What each role of the site may do (policy.ACTIONS), which administrators change within the bounds of policy.SITE_BOUNDS."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import SitePolicy, SiteRight
from docmgr.policy import ACTIONS, ROLES, SITE_BOUNDS, SITE_NEEDS, Actor, changed, require
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log

# The actions in the groups and the order of the page, with their names.
GROUPS: dict[str, dict[str, str]] = {
    "Tra cứu": {
        "account:own": "Dùng tài khoản của mình", "search:find": "Tìm kiếm", "search:save": "Lưu câu tìm", "search:export": "Xuất kết quả và danh sách",
        "document:read": "Đọc văn bản được chia sẻ", "folder:read": "Xem thư mục được chia sẻ",
    },
    "Văn bản": {
        "document:upload": "Tải văn bản lên", "document:edit": "Sửa văn bản", "document:publish": "Công bố, thu hồi văn bản",
        "document:share": "Chia sẻ", "document:delete": "Xóa, chuyển khỏi thư mục", "document:restore": "Khôi phục từ thùng rác",
        "folder:edit": "Tạo, sửa thư mục", "comment:write": "Viết bình luận", "checkout:withdraw": "Thu lại văn bản người khác giữ để sửa",
        "share_link:list": "Xem liên kết chia sẻ", "share_link:manage": "Quản lý liên kết chia sẻ",
    },
    "Sổ và quy trình": {
        "register:read": "Xem sổ văn bản", "register:edit": "Ghi sổ, cấp số", "series:manage": "Quản lý dãy số", "workflow:move": "Xử lý theo quy trình",
        "workflow:choose": "Chọn quy trình cho loại văn bản, thư mục", "workflow:manage": "Sửa quy trình",
    },
    "Hồ sơ, lưu trữ": {
        "case:read": "Xem danh mục hồ sơ", "case:edit": "Lập, sửa hồ sơ", "hold:set": "Cấm tiêu hủy", "disposal:read": "Xem danh mục hết thời hạn",
        "disposal:propose": "Lập, đề nghị danh mục hết thời hạn", "disposal:decide": "Quyết định tiêu hủy", "disposal:execute": "Thực hiện tiêu hủy",
        "handover:read": "Xem gói giao nộp", "handover:make": "Lập gói giao nộp", "tombstone:read": "Xem vết của văn bản đã xóa hẳn",
    },
    "Kế hoạch, kiểm tra": {
        "plan:read": "Xem kế hoạch", "plan:edit": "Lập, sửa kế hoạch", "work:move": "Chuyển việc của người khác", "inspection:read": "Xem cuộc kiểm tra", "inspection:edit": "Lập cuộc kiểm tra, ghi phát hiện",
        "finding:grade": "Đổi mức độ của phát hiện đã ghi", "link:edit": "Gắn minh chứng, căn cứ",
    },
    "Giám sát, quản trị": {
        "trail:read": "Xem nhật ký", "trail:read_all": "Xem toàn bộ nhật ký", "right:look": "Xem ai xem được gì", "right:manage": "Đặt quyền của vai trò, nhóm",
        "people:manage": "Quản lý người dùng, đơn vị", "agency:manage": "Đặt thông tin cơ quan", "paper_template:manage": "Quản lý mẫu giấy tờ", "term:manage": "Quản lý nhãn, lĩnh vực",
        "field:manage": "Quản lý trường riêng", "abbreviation:manage": "Quản lý từ viết tắt, từ thường ngày", "health:read": "Xem tình trạng hệ thống",
    },
}  # fmt: skip
NAMES = {action: name for group in GROUPS.values() for action, name in group.items()}
# The roles that may do each action.
Allowed = dict[str, frozenset[str]]


def bounds(action: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the roles that always may do the action, and those that administrators may let do it."""
    return SITE_BOUNDS.get(action, (ACTIONS[action], ACTIONS[action]))


def listing(actor: Actor) -> tuple[Allowed, int]:
    """Load who may do what now, and the revision of it all. Raises Denied when the actor may not manage rights."""
    require(actor, "right:manage")
    with db.read() as session:
        return _now(session), session.scalar(select(SitePolicy.revision)) or 0


def save(actor: Actor, wanted: Mapping[str, Collection[str]], *, revision: int | None) -> int:
    """Store who may do what; `wanted` has the roles by action, and an action of policy.SITE_BOUNDS that is missing is left to those
    who always may. It takes effect at once, in every process. Returns how many actions changed. `revision` is that of when the form
    was opened; None means that there was no form. Raises Denied, Conflict, and Invalid when something is out of bounds or lacks
    what it needs."""
    require(actor, "right:manage")
    after = {action: _checked(action, wanted.get(action, ())) for action in SITE_BOUNDS}
    for action, needed in SITE_NEEDS.items():
        for role in [one for one in ROLES if one in after[action] - after[needed]]:
            words = Message(NAMES[action]), Message(NAMES[needed])
            message = Message("%(role)s: “%(right)s” cần có cả “%(needed)s”.", role=Message(ROLES[role]), right=words[0], needed=words[1])
            raise Invalid(message, f"{action}-{role}")
    return _store(actor, after, revision)


def reset(actor: Actor, *, revision: int | None) -> int:
    """Let everybody do again what they could on a new site; as `save`."""
    require(actor, "right:manage")
    return _store(actor, {action: ACTIONS[action] for action in SITE_BOUNDS}, revision)


def _store(actor: Actor, after: Allowed, revision: int | None) -> int:
    with db.write() as session:
        forms.one_at_a_time(session, SitePolicy)
        row = session.scalar(select(SitePolicy).with_for_update())
        if revision is not None:
            forms.check_revision(row.revision if row is not None else 0, revision)
        before = _now(session)
        different = [action for action in NAMES if action in after and after[action] != before[action]]
        for action in different:
            _change(session, action, after[action])
            _record(session, actor, action, before[action], after[action])
        if different and row is None:
            session.add(SitePolicy(id=1))
        elif different and row is not None:
            row.revision += 1
        return len(different)


def _now(session: Session) -> Allowed:
    rows = session.execute(select(SiteRight.action, SiteRight.role, SiteRight.allowed))
    return ACTIONS | changed((action, role, allowed) for action, role, allowed in rows)


def _change(session: Session, action: str, roles: frozenset[str]) -> None:
    """Keep how `roles` differ from what is delivered, so that later releases may deliver something else for the rest."""
    session.execute(delete(SiteRight).where(SiteRight.action == action))
    session.add_all(SiteRight(action=action, role=role, allowed=role in roles) for role in sorted(ACTIONS[action] ^ roles))


def _checked(action: str, wanted: Collection[str]) -> frozenset[str]:
    always, most = bounds(action)
    roles = always | frozenset(wanted)
    for role in [one for one in ROLES if one in roles - most]:
        message = Message("%(role)s không được có quyền “%(right)s”.", role=Message(ROLES[role]), right=Message(NAMES[action]))
        raise Invalid(message, f"{action}-{role}")
    return roles & ROLES.keys()


def _record(session: Session, actor: Actor, action: str, before: frozenset[str], after: frozenset[str]) -> None:
    """Tell which roles might do the action before, and which may now."""
    told = [[role for role in ROLES if role in roles] for roles in (before, after)]
    log.record(session, actor, "site_role:edit", "site_role", None, NAMES[action], details={"changes": {"roles": told}})
