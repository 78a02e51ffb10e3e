"""Events of earlier versions keep finished words: they are told as they were then, in either language."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from docmgr.models import TrailEvent
from docmgr.services.trail import words


def told(app: Flask, action: str, details: dict[str, Any]) -> tuple[str, str]:
    """The only detail in Vietnamese and in English: "label: old → new"."""

    def line() -> str:
        (one,) = words.details(TrailEvent(action=action, details=details), gettext)
        return f"{one.label}: {one.new}" if one.old is None else f"{one.label}: {one.old} → {one.new}"

    with app.test_request_context():
        vietnamese = line()
    with app.test_request_context(), force_locale("en"):
        return vietnamese, line()


@pytest.mark.parametrize(
    ("action", "details", "vietnamese", "english"),
    [
        ("finding:edit", {"changes": {"Mức độ": ["Nhẹ", "Vừa"]}}, "Mức độ: Nhẹ → Trung bình", "Severity: Low → Medium"),
        (
            "finding:edit",
            {"changes": {"Trạng thái": ["Chưa khắc phục", "Đang khắc phục"]}},
            "Trạng thái: Chưa khắc phục → Đang khắc phục",
            "Status: Not remedied → Being remedied",
        ),
        ("task:edit", {"Lời trích": "đã sửa"}, "Lời trích: đã sửa", "Quotation: changed"),
        ("task:create", {"Loại thời hạn": "Định kỳ"}, "Loại thời hạn: Định kỳ", "Kind of deadline: Recurring"),
        ("link:add", {"Vai trò": "Minh chứng"}, "Vai trò: Minh chứng", "Role: Evidence"),
        (
            "folder:edit",
            {"changes": {"Công bố khi đến": ["Không", "Có"]}},
            "Công bố khi đến: Không → Có",
            "Publish on arrival: No → Yes",
        ),
        ("document:share", {"given": "Sửa"}, "Cấp quyền: Sửa", "Grant right: Edit"),
        (
            "document:share",
            {"to": "Vai trò Văn thư", "key": "role:clerk"},
            "Đến: Vai trò Văn thư",
            "To: Role: Clerk",
        ),
        (
            "folder:share",
            {"from": "Mọi người trong cơ quan", "key": "staff"},
            "Từ: Mọi người trong cơ quan",
            "From: Everybody in the agency",
        ),
        # Somebody who is called like a role.
        ("document:share", {"to": "Vai trò Văn thư", "key": "user:3"}, "Đến: Vai trò Văn thư", "To: Vai trò Văn thư"),
        ("document:share", {"to": "Vai trò Văn thư"}, "Đến: Vai trò Văn thư", "To: Vai trò Văn thư"),
        (
            "document:restore",
            {"readers": "Mọi người trong cơ quan; Vai trò Thanh tra, kiểm toán; Phòng A"},
            "Người đọc được: Mọi người trong cơ quan; Vai trò Thanh tra, kiểm toán; Phòng A",
            "Readers: Everybody in the agency; Role: Auditor; Phòng A",
        ),
        ("document:publish", {"to": "published"}, "Đến: Đã công bố", "To: Published"),
        ("person:create", {"roles": ["auditor", "clerk"]}, "Vai trò: Thanh tra, kiểm toán, Văn thư", "Role: Auditor, Clerk"),
        # A reading that fell short was never told in English.
        ("document:read", {"reason": "Chưa có lớp văn bản"}, "Lý do: Chưa có lớp văn bản", "Reason: Chưa có lớp văn bản"),
        # Words of people.
        ("document:move", {"to": "published"}, "Đến: published", "To: published"),
        ("finding:create", {"Nội dung": "Vừa"}, "Nội dung: Vừa", "Text: Vừa"),
    ],
)
def test_a_detail_in_finished_words(
    app: Flask, action: str, details: dict[str, Any], vietnamese: str, english: str
) -> None:
    assert told(app, action, details) == (vietnamese, english)


def test_an_export_prints_what_was_stored() -> None:
    event = TrailEvent(action="finding:edit", details={"changes": {"Mức độ": ["Nhẹ", "Vừa"]}})
    assert words.one_line(event) == "Mức độ: Nhẹ → Vừa"
