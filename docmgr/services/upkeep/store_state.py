"""What is wrong with the store of files as a whole, and what to do, as sentences for administrators."""

from __future__ import annotations

from docmgr import context
from docmgr.policy import Actor, require
from docmgr.services.message import Message

# StoreCondition.problem → what is wrong and what to do.
PROBLEMS = {
    "away": Message("Kho tệp không trả lời: kiểm tra máy chủ của kho, đường mạng và endpoint trong DOCMGR_STORE_URL."),
    "keys": Message("Kho tệp không nhận khóa: kiểm tra AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY, hoặc tệp của DOCMGR_STORE_KEYS_FILE."),
    "denied": Message("Kho tệp không cho khóa này đọc: kiểm tra quyền của khóa trên thùng."),
    "read_only": Message("Kho tệp không ghi được: kiểm tra quyền ghi của thư mục DOCMGR_UPLOADS, hoặc quyền của khóa trên thùng."),
    "bucket": Message("Kho tệp không có thùng này: tạo thùng, hoặc sửa tên thùng trong DOCMGR_STORE_URL."),
    "clock": Message("Đồng hồ của máy này lệch với kho tệp: chỉnh lại giờ của máy (NTP)."),
    "address": Message("Nơi trả lời không phải là kho S3, hoặc sai vùng: kiểm tra endpoint và region trong DOCMGR_STORE_URL."),
    "full": Message("Kho tệp đã hết chỗ: tăng dung lượng hoặc hạn mức của thùng."),
}
KEEPS_OLD = Message("Thùng của kho giữ phiên bản cũ: tệp đã xóa vẫn còn ở đó cho tới khi quy tắc của thùng xóa hẳn.")


def problem(actor: Actor) -> Message | None:
    """Say what is wrong with the store as a whole; None when it takes files. Raises Denied when the actor is no
    administrator."""
    require(actor, "health:read")
    found = context.current().storage.condition().problem
    return PROBLEMS[found] if found else None


def remark(actor: Actor) -> Message | None:
    """Say that the store keeps what was removed; None when it does not. Raises Denied when the actor is no administrator."""
    require(actor, "health:read")
    return KEEPS_OLD if context.current().storage.condition().keeps_old else None
