"""Record events in the trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from docmgr.db import now
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.trail import append

# Action → its Vietnamese words. `record` accepts only the actions listed here.
ACTION_LABELS: dict[str, str] = {
    "document:upload": "Tải lên",
    "document:read": "Đã đọc tệp",
    "document:reread": "Đọc lại tệp theo cách mới",
    "document:view": "Xem văn bản",
    "document:confirm": "Xác nhận thông tin",
    "document:edit": "Sửa thông tin",
    "document:publish": "Công bố",
    "document:withdraw": "Thu hồi",
    "document:draft": "Chuyển về dự thảo",
    "document:withhold": "Gỡ nội dung mật",
    "document:move": "Chuyển thư mục",
    "document:delete": "Xóa vào thùng rác",
    "document:restore": "Khôi phục",
    "document:share": "Đổi quyền",
    "document:export": "Xuất văn bản",
    "document:tag": "Đổi nhãn, lĩnh vực",
    "checkout:take": "Giữ để sửa",
    "checkout:return": "Trả lại sau khi sửa",
    "checkout:withdraw": "Thu hồi giữ",
    "document:hold": "Tạm giữ, không được xóa",
    "document:release": "Thôi tạm giữ",
    "document:purge": "Xóa hẳn khỏi thùng rác",
    "share_link:make": "Tạo liên kết chia sẻ",
    "share_link:withdraw": "Thu hồi liên kết chia sẻ",
    "share_link:open": "Mở liên kết chia sẻ",
    "share_link:view": "Xem văn bản qua liên kết chia sẻ",
    "share_link:download": "Tải tệp gốc qua liên kết chia sẻ",
    "share_link:refuse": "Nhập sai mật khẩu của liên kết chia sẻ",
    "share_link:switch": "Bật, tắt liên kết chia sẻ",
    "receipt:ask": "Yêu cầu xác nhận đã đọc",
    "receipt:confirm": "Xác nhận đã đọc",
    "receipt:withdraw": "Thôi yêu cầu xác nhận đã đọc",
    "document:destroy": "Hủy cùng hồ sơ",
    "version:add": "Thêm phiên bản",
    "document:join": "Nhập vào văn bản khác",
    "file:add": "Thêm bản thể hiện",
    "file:withhold": "Gỡ bản thể hiện có dấu mật",
    "version:convert": "Chuyển mã lại sang Unicode",
    "version:unconvert": "Bỏ chuyển mã, đọc như trong tệp",
    "version:accept": "Nhận bản đọc mới",
    "version:restore": "Khôi phục phiên bản cũ thành mới nhất",
    "version:keep": "Giữ bản đọc cũ",
    "file:open": "Mở tệp",
    "file:preview": "Xem trước tệp",
    "file:turn": "Xoay trang",
    "comment:add": "Nêu ý kiến",
    "comment:edit": "Sửa ý kiến",
    "comment:resolve": "Đánh dấu ý kiến đã giải quyết",
    "comment:reopen": "Mở lại ý kiến",
    "comment:delete": "Xóa ý kiến",
    "relation:add": "Thêm quan hệ",
    "relation:end": "Gỡ quan hệ",
    "relation:restore": "Hoàn tác gỡ quan hệ",
    "folder:create": "Tạo thư mục",
    "folder:edit": "Sửa thư mục",
    "folder:move": "Chuyển thư mục con",
    "folder:delete": "Xóa thư mục",
    "folder:restore": "Khôi phục thư mục",
    "folder:share": "Đổi quyền thư mục",
    "folder:purge": "Xóa hẳn thư mục khỏi thùng rác",
    "search:find": "Tìm kiếm",
    "search:save": "Lưu tìm kiếm",
    "search:edit": "Sửa tìm kiếm đã lưu",
    "search:delete": "Xóa tìm kiếm đã lưu",
    "search:export": "Xuất kết quả tìm kiếm",
    "register:issue": "Cấp số",
    "register:record": "Ghi số đã có vào sổ",
    "register:copy": "Cấp số bản sao",
    "register:receive": "Vào sổ văn bản đến",
    "register:reserve": "Giữ số",
    "register:release": "Bỏ giữ số",
    "register:explain": "Giải thích số chưa dùng",
    "register:cancel": "Hủy số",
    "register:edit": "Sửa dòng trong sổ",
    "register:export": "Xuất sổ văn bản",
    "series:create": "Lập dãy số",
    "series:edit": "Sửa dãy số",
    "series:close": "Đóng dãy số",
    "series:open": "Mở lại dãy số",
    "series:delete": "Xóa dãy số",
    "workflow:start": "Bắt đầu quy trình",
    "workflow:move": "Chuyển bước",
    "workflow:return": "Trả lại",
    "workflow:assign": "Giao xử lý",
    "workflow:stop": "Dừng quy trình",
    "workflow:create": "Thêm quy trình",
    "workflow:edit": "Sửa quy trình",
    "workflow:rule": "Chọn quy trình theo loại, thư mục",
    "workflow:unrule": "Bỏ cách chọn quy trình",
    "delegation:create": "Ủy quyền xử lý",
    "delegation:end": "Thôi ủy quyền xử lý",
    "case:create": "Lập hồ sơ",
    "case:edit": "Sửa hồ sơ",
    "case:add": "Đưa văn bản vào hồ sơ",
    "case:remove": "Bỏ văn bản khỏi hồ sơ",
    "case:order": "Sắp xếp văn bản trong hồ sơ",
    "case:close": "Đóng hồ sơ",
    "case:reopen": "Mở lại hồ sơ",
    "case:archive": "Ghi đã nộp lưu trữ",
    "case:hold": "Tạm giữ hồ sơ, không được xóa",
    "case:release": "Thôi tạm giữ hồ sơ",
    "case:export": "Xuất mục lục hồ sơ",
    "case:package": "Xuất trọn hồ sơ (ZIP)",
    "local_role:edit": "Đổi quyền của vai trò",
    "group:create": "Lập nhóm",
    "group:edit": "Sửa nhóm",
    "group:add": "Đưa người vào nhóm",
    "group:remove": "Đưa người ra khỏi nhóm",
    "group:delete": "Xóa nhóm",
    "case:dispose": "Quyết định về hồ sơ hết thời hạn bảo quản",
    "case:destroy": "Hủy hồ sơ",
    "disposal:create": "Lập danh mục hết thời hạn bảo quản",
    "disposal:edit": "Sửa danh mục hết thời hạn bảo quản",
    "disposal:delete": "Bỏ danh mục hết thời hạn bảo quản",
    "disposal:propose": "Trình danh mục hết thời hạn bảo quản",
    "disposal:return": "Trả lại danh mục hết thời hạn bảo quản",
    "disposal:decide": "Quyết định về danh mục hết thời hạn bảo quản",
    "disposal:start": "Bắt đầu hủy theo danh mục",
    "disposal:done": "Hủy xong theo danh mục",
    "disposal:export": "Xuất danh mục hết thời hạn bảo quản",
    "handover:create": "Yêu cầu gói giao nộp lưu trữ",
    "handover:make": "Lập gói giao nộp lưu trữ",
    "handover:open": "Tải gói giao nộp lưu trữ",
    "handover:record": "Ghi đã giao nộp lưu trữ",
    "term:create": "Thêm từ vào danh mục nhãn, lĩnh vực",
    "term:edit": "Sửa từ của danh mục nhãn, lĩnh vực",
    "term:close": "Đóng từ của danh mục nhãn, lĩnh vực",
    "term:open": "Mở lại từ của danh mục nhãn, lĩnh vực",
    "field:create": "Thêm trường riêng",
    "field:edit": "Sửa trường riêng",
    "field:delete": "Xóa trường riêng",
    "field:retire": "Ngừng dùng trường riêng",
    "field:restore": "Dùng lại trường riêng",
    "plan:create": "Lập kế hoạch",
    "plan:edit": "Sửa kế hoạch",
    "task:create": "Giao nhiệm vụ",
    "task:edit": "Sửa nhiệm vụ",
    "inspection:create": "Lập cuộc kiểm tra",
    "inspection:edit": "Sửa cuộc kiểm tra",
    "finding:create": "Thêm phát hiện",
    "finding:edit": "Sửa phát hiện",
    "recommendation:create": "Thêm kiến nghị",
    "recommendation:edit": "Sửa kiến nghị",
    "link:add": "Gắn văn bản",
    "link:end": "Gỡ văn bản",
    "link:restore": "Hoàn tác gỡ văn bản",
    "session:start": "Đăng nhập",
    "session:end": "Đăng xuất",
    "session:refuse": "Đăng nhập không thành công",
    "person:create": "Thêm người dùng",
    "person:edit": "Sửa người dùng",
    "person:disable": "Khóa người dùng",
    "person:enable": "Mở khóa người dùng",
    "person:password": "Đổi mật khẩu",
    "unit:create": "Thêm đơn vị",
    "unit:edit": "Sửa đơn vị",
    "unit:delete": "Xóa đơn vị",
    "agency:edit": "Sửa tên, biểu trưng cơ quan",
    "start:skip": "Bỏ qua bước bắt đầu",
    "start:resume": "Làm lại bước bắt đầu",
    "abbreviation:edit": "Sửa từ viết tắt",
    "abbreviation:delete": "Bỏ từ viết tắt",
    "abbreviation:restore": "Dùng lại từ viết tắt có sẵn",
    "everyday:edit": "Sửa từ thường ngày",
    "everyday:delete": "Bỏ từ thường ngày",
    "trail:export": "Xuất nhật ký",
    "trail:begin": "Bắt đầu tính mã băm nhật ký",
    "trail:accept": "Chấp nhận nhật ký đã bị sửa",
    "site:backup": "Sao lưu",
    "site:restore": "Phục hồi từ bản sao lưu",
    "index:rebuild": "Lập lại chỉ mục",
    "index:retrain": "Học từ riêng của cơ quan",
    "index:judge": "Xuất câu hỏi và điều được mở",
}
# Who read what, or is asked to, is only for auditors and for those who may edit the document.
READINGS = (
    "document:view", "file:open", "file:preview", "document:export", "case:export", "case:package", "disposal:export", "handover:open", "search:find", "search:export", "trail:export",
    "share_link:open", "share_link:view", "share_link:download", "share_link:refuse",
    "receipt:ask", "receipt:confirm", "receipt:withdraw",
)  # fmt: skip
VIAS = {"web": "Trên trang", "cli": "Dòng lệnh", "worker": "Tiến trình nền"}


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: int | None,
    subject_label: str,
    *,
    document_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Record one event in the open unit of work. The event is written just before the commit.

    The event is about a thing: `subject_type` is its kind (such as "task") and `subject_id` its id. `subject_label` is the
    name of the thing at this time. `document_id` is the document that the event concerns, or None. `details` has further
    values of the event by name. Raises KeyError for an action that is not in ACTION_LABELS.
    """
    ACTION_LABELS[action]
    about = append.EventSubject(subject_type, subject_id, subject_label, document_id)
    append.add(session, append.row(actor, action, about, details))


def document_event(
    session: Session, actor: Actor, action: str, document: Document, details: dict[str, Any] | None = None
) -> None:
    """Record one event whose subject is the document, in the open unit of work. `details` maps names to further
    values of the event. Unless the event is a reading, the document counts as changed now. Raises KeyError for an action that
    is not in ACTION_LABELS."""
    if action not in READINGS:
        document.changed_at = now()
    record(
        session,
        actor,
        action,
        "document",
        document.id,
        _document_label(document),
        document_id=document.id,
        details=details,
    )


def _document_label(document: Document) -> str:
    return " · ".join(part for part in (document.label, document.subject) if part and part != document.subject) or (
        document.subject or document.label
    )
