"""What share links are called, and the limits of what people may choose for them."""

from __future__ import annotations

from docmgr.services.message import Message

# How long a link works, in days.
SHORTEST_DAYS, DAYS, LONGEST_DAYS = 1, 7, 90
MOST_OPENINGS = 10_000
# So many links to one thing may be in force at once.
MOST_IN_FORCE = 50
# How visitors are named in the trail.
VISITOR = "Khách qua liên kết"
# What became of a link.
STATES = {"open": "Đang dùng được", "dead": "Hiện không mở được", "full": "Hết lượt mở", "expired": "Hết hạn", "withdrawn": "Đã thu hồi"}
SWITCHED_OFF = Message("Quản trị đã tắt liên kết chia sẻ trên toàn hệ thống.")
NOT_PUBLISHED = Message("Chỉ tạo được liên kết cho văn bản đã công bố, đã đọc xong và không có dấu mật.")
NO_DAYS = Message("Thời hạn là số ngày từ %(least)s đến %(most)s.", least=SHORTEST_DAYS, most=LONGEST_DAYS)
NO_OPENINGS = Message("Số lượt mở là số từ 1 đến %(most)s; để trống nếu không giới hạn.", most=MOST_OPENINGS)
TOO_MANY = Message("Đã có %(most)s liên kết đang dùng được; hãy thu hồi bớt rồi tạo tiếp.", most=MOST_IN_FORCE)
