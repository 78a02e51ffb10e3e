"""What notices say, in Vietnamese: the texts of the translation catalogue."""

from __future__ import annotations

from docmgr.services.notifications import reasons
from docmgr.services.notifications.listing import NoticeRow

# Reason, or action of the trail, → what the list says about the thing. An action goes before a reason.
SAID = {
    "assigned": "Giao cho đơn vị bạn", "addressed": "Gửi đơn vị bạn", "due_soon": "Sắp đến hạn", "handed": "Bàn giao cho bạn", "extension_asked": "Xin gia hạn", "extension_answered": "Trả lời đề nghị gia hạn của bạn", "overdue": "Quá hạn", "escalated": "Quá hạn nhiều ngày", "shared": "Được chia sẻ với bạn",
    "mentioned": "Nhắc tên bạn trong ý kiến", "answered": "Có trả lời ở ý kiến bạn đã tham gia", "commented": "Có ý kiến mới",
    "given": "Giao cho bạn xử lý", "returned": "Trả lại bạn", "receipt": "Cần bạn xác nhận đã đọc", "receipt_due": "Đến hạn xác nhận đã đọc", "withdrawn": "Thu hồi giữ để sửa",
    "inspected": "Kiểm tra đơn vị bạn", "team": "Đưa bạn vào đoàn kiểm tra", "unit_answered": "Đơn vị đã trả lời kiến nghị",
    "judged": "Đã xem xét trả lời của đơn vị bạn",
    "consulted": "Lấy ý kiến của bạn", "consult_due": "Sắp hết hạn nêu ý kiến", "publish_due": "Phải công khai mà chưa công khai", "publication_ends": "Công khai kết thúc hôm nay",
    "resolved": "Đã giải quyết ý kiến của bạn", "expired": "Hết thời gian bạn giữ để sửa",
    "version": "Phiên bản mới", "document:publish": "Đã công bố", "document:withdraw": "Đã thu hồi", "document:draft": "Chuyển về dự thảo",
    "version:restore": "Khôi phục phiên bản cũ thành mới nhất", "relation:restore": "Có quan hệ mới", "link:restore": "Đã gắn văn bản",
    "workflow": "Trạng thái thay đổi", "facts": "Thông tin thay đổi", "relation:add": "Có quan hệ mới", "relation:end": "Đã gỡ quan hệ",
    "link:add": "Đã gắn văn bản", "link:end": "Đã gỡ văn bản", "linked": "Liên kết thay đổi", "task:create": "Nhiệm vụ mới", "finding:create": "Phát hiện mới",
    "recommendation:create": "Kiến nghị mới", "edited": "Có thay đổi", "arrival": "Văn bản mới", "answer": "Kết quả mới", "more": "Nhiều thay đổi khác",
}  # fmt: skip


def said(row: NoticeRow) -> str:
    """What happened to the thing that the notice is about."""
    own = row.reason in reasons.OWN
    return SAID[row.reason] if own else SAID.get(row.action, SAID[row.reason])
