"""The lines of the health page about the watched folder and the mailbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docmgr.context import Context
from docmgr.inbox_settings import InboxSettings, Mailbox
from docmgr.services.inbox import state
from docmgr.services.inbox.state import Result, Trouble
from docmgr.settings import Settings

ADDRESS = "vanthu@mail.example:993/INBOX"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of a site with a folder and a mailbox."""
    box = Mailbox("mail.example", 993, "vanthu", "INBOX", True, tmp_path / "password")
    return replace(settings, inbox=InboxSettings(tmp_path / "nhan", box, "clerk"))


def test_the_page_says_that_they_work_or_why_not(site: Context, auth: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = auth("administrator")
    page = admin.get("/health").text
    assert "Thư mục nhận tệp" in page and ADDRESS in page and page.count("Tiến trình nền chưa xem lần nào.") == 2
    state.save(state.FOLDER, str(tmp_path / "nhan"), Result(3, 1, 2))
    state.save(state.MAILBOX, ADDRESS, Result(trouble=Trouble("imap_certificate", "<b>self-signed</b>")))
    page = admin.get("/health").text
    assert "Đang nhận" in page and "đã nhận 3 tệp" in page and "không nhận 1 tệp" in page and "bỏ qua 2 mục" in page
    assert "Chứng thư của máy chủ thư không được tin cậy" in page and "&lt;b&gt;self-signed" in page
    monkeypatch.setattr(state, "SILENT_SECONDS", 0.0)
    assert "Tiến trình nền đã ngừng xem" in admin.get("/health").text


def test_without_the_settings_there_is_no_line(site: Context, auth: Any) -> None:
    page = auth("administrator").get("/health").text
    with replace(site, settings=replace(site.settings, inbox=InboxSettings())).bound():
        assert state.sources() == {}
    assert "Hộp thư" in page and auth("clerk").get("/health").status_code == 404
