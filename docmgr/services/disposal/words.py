"""What may be typed about a list of case files whose period has ended, and its names."""

from __future__ import annotations

from docmgr.models import DisposalList, DisposalRow
from docmgr.services.message import Message
from legaltext import dates

# The longest values in characters.
TITLE, NOTE, NUMBER = 300, 500, 100
# So many case files stand in one list; the others stand in the next one.
MOST_ROWS = 500
# A decision keeps a case file at most so many years longer.
MOST_YEARS = 100
STATES = {"draft": "Đang lập", "proposed": "Đã trình", "decided": "Đã quyết định", "running": "Đang hủy", "done": "Đã hủy"}
PROPOSALS = {"destroy": "Hủy", "keep": "Giữ lại", "archive": "Chuyển lưu trữ"}
OWN = Message("Người lập, sửa hay trình danh mục không được quyết định về danh mục đó; hãy để một lãnh đạo khác quyết định.")


def state_of(one: DisposalList) -> str:
    """The state of a list, a key of STATES: "running" between the start of the destruction and its end."""
    return "running" if one.state == "decided" and one.started_at is not None else one.state


def proposal(row: DisposalRow) -> Message:
    """What is proposed for a case file, in words."""
    if row.proposal == "keep" and row.keep_until is not None:
        return Message("Giữ lại đến hết năm %(year)s", year=row.keep_until)
    return Message(PROPOSALS[row.proposal])


def decision(one: DisposalList) -> Message:
    """The decision about a list in words, for tombstones and events. The list was decided about."""
    values = {"name": one.title, "number": one.decision_number or "", "day": dates.printed(one.decision_on)}
    return Message("Hủy theo danh mục “%(name)s”, quyết định số %(number)s ngày %(day)s", **values)
