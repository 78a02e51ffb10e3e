"""What consultations are called, their limits, and their state."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement

from docmgr.models import Consultation
from docmgr.services.message import Message
from legaltext import dates

STATES = {"planned": "Chưa bắt đầu", "open": "Đang lấy ý kiến", "over": "Đã kết thúc"}
# What the list shows: what one is asked oneself, and what is open and over of all that one sees.
VIEWS = {"mine": "Hỏi ý kiến tôi", "open": "Đang lấy ý kiến", "over": "Đã kết thúc"}
STANCES = {"agree": "Đồng ý", "changes": "Đồng ý, có đề nghị sửa", "disagree": "Không đồng ý"}
RECEPTIONS = {"accepted": "Tiếp thu", "explained": "Giải trình"}
# An opinion with its stance in front fits whole into a cell of the summary (docmgr.writing.paper.CELL_CHARACTERS).
TEXT, QUESTION, BASIS = 1_400, 500, 300
MOST_DAYS, MOST_AHEAD, MOST_OPINIONS = 366, 366, 200
# So many people are asked in all, and so many days before the last day they are reminded at most.
MOST_PEOPLE, MOST_REMIND, REMIND = 5_000, 30, 3
# With fewer people an anonymous opinion would be somebody's.
LEAST_ANONYMOUS = 3
NOBODY = "Không nêu tên"
# How the trail names who gave an anonymous opinion.
WITHHELD = Message("Văn bản này không còn nội dung để lấy ý kiến.")
OVER = Message("Đã hết thời gian lấy ý kiến; không ghi thêm hay sửa ý kiến được nữa.")
NOT_YET = Message("Chưa đến ngày bắt đầu lấy ý kiến.")
NOT_OVER = Message(
    "Đợt lấy ý kiến còn đang mở; hãy đợi hết hạn hoặc kết thúc sớm rồi ghi tiếp thu, giải trình."
)


def state_of(row: Consultation, today: dt.date | None = None) -> str:
    """The state of a consultation, a key of STATES."""
    today = today or dates.today()
    if row.closed_at is not None or row.to_on < today:
        return "over"
    return "planned" if row.from_on > today else "open"


def is_over() -> ColumnElement[bool]:
    """Return an SQL condition on Consultation: its last day has passed, or it was closed."""
    return Consultation.closed_at.is_not(None) | (Consultation.to_on < dates.today())


def is_open() -> ColumnElement[bool]:
    """Return an SQL condition on Consultation: people may answer today."""
    return (
        Consultation.closed_at.is_(None)
        & (Consultation.to_on >= dates.today())
        & (Consultation.from_on <= dates.today())
    )
