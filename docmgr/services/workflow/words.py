"""What the parts of a workflow are called: who may make a step, its conditions, what it does, and to whom it goes."""

from __future__ import annotations

from docmgr.policy import ROLES, WORKFLOWS

# Who may make a transition. Roles stand for all their holders who may read the document.
WHO = {
    "author": "Người soạn (người tải lên)",
    "assigned": "Người, đơn vị chủ trì",
    "editor": "Người sửa được văn bản",
    **{f"role:{role}": ROLES[role] for role in ("clerk", "staff", "leader")},
}
# Conditions of a transition (services.workflow.guards).
GUARDS = {
    "confirmed": "Thông tin đã được xác nhận",
    "numbered": "Có số trong sổ văn bản đi",
    "agrees": "Số và ngày của văn bản khớp với sổ",
    "signed": "Có bản PDF ký số hoặc bản chụp đã ký",
    "arrived": "Có số trong sổ văn bản đến",
}
# What a transition does besides.
ACTS = {"number": "Cấp số và ghi vào sổ văn bản đi"}
# To whom a document goes with a transition.
ASSIGN = {
    "keep": "Giữ người đang được giao",
    "required": "Phải chọn người hoặc đơn vị nhận",
    "optional": "Có thể chọn người hoặc đơn vị nhận",
    "author": "Về người soạn",
    "giver": "Về người đã giao",
    "end": "Thôi giao",
}
# The reading rights of a state. Without one the rights stay as they are.
ACCESS = WORKFLOWS
PARTS = {"lead": "Chủ trì", "support": "Phối hợp"}
