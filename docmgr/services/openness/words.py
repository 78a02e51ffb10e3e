"""What publications are called, and the limits of what people may type."""

from __future__ import annotations

from docmgr.services.message import Message

AUDIENCES = {"agency": "Trong cơ quan", "public": "Mọi người"}
# What became of a publication (see states).
STATES = {
    "planned": "Chưa công khai", "running": "Đang công khai", "done": "Đã đủ thời gian", "early": "Kết thúc sớm", "withdrawn": "Đã rút",
}  # fmt: skip
# What the list can be narrowed to besides: what began too late, and documents that nobody has published yet.
LATE, MISSING = "late", "missing"
FILTERS = {**STATES, LATE: "Công khai muộn", MISSING: "Phải công khai mà chưa công khai"}
PLACE, NOTE, REASON, NAME, BASIS, URL = 300, 2_000, 500, 200, 500, 1_000
# So many days a publication may last or wait for its start, and so many records a document may have.
MOST_DAYS, MOST_AHEAD, MOST_RECORDS = 3_660, 366, 100
# No period before the start is longer, or the working calendar would be read for more years than are loaded.
MOST_START_DAYS = 250
MOST_ROWS = 200
FIRST_YEAR, LAST_YEAR = 1990, 2100
# How visitors of the public page are named.
VISITOR = "Khách của trang công khai"
NOT_PUBLISHED = Message("Chỉ ghi công khai cho văn bản đã công bố và còn nội dung; dự thảo, văn bản đã thu hồi hay có dấu mật thì không.")
NO_DAYS = Message("Số ngày phải từ 1 đến %(most)s.", most=MOST_DAYS)
