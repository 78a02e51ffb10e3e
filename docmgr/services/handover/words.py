"""What may be typed about a package for the archive, and its limits."""

from __future__ import annotations

from docmgr.services.message import Message

# The longest values in characters.
TITLE, RECEIVER = 300, 300
# So many case files go into one package.
MOST_CASES = 200
# A finished package is stored for so many days; then it can be made again.
KEPT_DAYS = 30
# So often the worker begins a package that does not end, for example because its process is killed.
MOST_ATTEMPTS = 5
STATES = {"waiting": "Chờ lập gói", "made": "Đã lập gói", "failed": "Chưa lập được gói", "handed": "Đã giao nộp"}
GONE = Message("Gói không còn trong kho; hãy lập lại gói.")
CHANGED = Message("Gói có văn bản đã thay đổi hoặc bạn không được đọc, nên không tải được; hãy lập lại gói theo quyền của bạn.")
NO_RIGHT = Message("Người yêu cầu không còn quyền lập gói này.")
BROKEN = Message("Không lập được gói vì lỗi của máy chủ; nhật ký máy chủ ghi rõ.")
