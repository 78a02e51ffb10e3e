"""Read the obligations of papers that are written for the tests."""

from __future__ import annotations

from docmgr.reading.interpret import interpret
from docmgr.reading.types import Block, Obligation

HEAD = (
    "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
    "Số: 12/KH-SGDĐT",
    "Hạ Long, ngày 05 tháng 9 năm 2024",
    "KẾ HOẠCH",
    "Công tác pháp chế năm học 2024 - 2025",
    "I. NỘI DUNG THỰC HIỆN",
)


def duties(*lines: str, head: tuple[str, ...] = HEAD) -> tuple[Obligation, ...]:
    """The obligations of a paper with `lines` after `head`, which makes it a plan."""
    found = interpret([Block(line) for line in (*head, *lines)], "docx")
    for one in found.obligations:
        assert found.text[one.start : one.end] == one.quote
        assert all(found.text[why.start : why.end] == why.quote for why in one.why)
    return found.obligations


def duty(*lines: str) -> Obligation:
    """The only obligation of a plan with `lines`."""
    (found,) = duties(*lines)
    return found
