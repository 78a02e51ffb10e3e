"""The words and limits of checklists and of the lines of inspections."""

from __future__ import annotations

from docmgr.services.message import Message

RESULTS = {"open": "Chưa kiểm tra", "passed": "Đạt", "failed": "Chưa đạt", "not_applicable": "Không áp dụng"}
# How long the text of a line may be, how many lines a checklist and an inspection have at most, and how many one act adds.
TEXT_LENGTH, NOTE_LENGTH, MOST_LINES, AT_ONCE = 2000, 5000, 500, 200
TOO_MANY = Message("Một danh mục có nhiều nhất %(most)s nội dung.", most=MOST_LINES)
EMPTY = Message("Hãy nhập nội dung kiểm tra.")
NONE_CHOSEN = Message("Hãy chọn ít nhất một nội dung.")
