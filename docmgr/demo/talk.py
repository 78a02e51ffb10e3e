"""The comments of the demonstration agency."""

from __future__ import annotations

# (name of the text, anchor or None, (sign-in name, words) of the comment and of its answers).
COMMENTS = (
    (
        "quyet-dinh-quy-che", "kem-theo-1.dieu-4",
        (
            ("chuyenvien", "Thời hạn công khai ở điều này tính theo ngày làm việc hay ngày lịch? Nhờ @vanthu xem lại."),
            ("vanthu", "Tính theo ngày làm việc, như các văn bản khác của Sở."),
        ),
    ),
    ("quyet-dinh-quy-che", None, (("lanhdao", "Khi sửa quy chế, đề nghị bổ sung việc công khai trên trang thông tin điện tử."),)),
)  # fmt: skip
