"""Case files whose period has ended: their list, the decision about it, and the destruction (danh mục tài liệu hết thời hạn bảo
quản, hủy tài liệu)."""
