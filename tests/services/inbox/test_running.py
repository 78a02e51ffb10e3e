"""A whole site as `make run` starts it, with a watched folder whose account comes later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.filling.papers import decision
from tests.support.running import Running, free_port


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The running site."""
    (tmp_path / "nhan").mkdir()
    site = Running(
        tmp_path / "home", free_port(), DOCMGR_INBOX=str(tmp_path / "nhan"), DOCMGR_INBOX_USER="vanthu", WEB_CONCURRENCY="1",
        DOCMGR_INBOX_FOLDER="Văn bản đến",
    )  # fmt: skip
    yield site.started()
    site.stop()


def test_a_file_in_the_folder_becomes_a_document(running: Running, tmp_path: Path) -> None:
    (tmp_path / "nhan" / "a.docx").write_bytes(decision())
    running.wait_for(lambda: running.said("Không có tài khoản mang tên trong DOCMGR_INBOX_USER"))
    assert (tmp_path / "nhan" / "a.docx").exists()
    running.add_person("vanthu", "clerk")
    running.wait_for(lambda: bool(list((tmp_path / "nhan" / ".da-nhan").glob("*/a.docx"))))
    browser = running.sign_in("vanthu")
    running.wait_for(lambda: "12/QĐ-SGDĐT" in browser.get("/documents/new"))
    assert "Văn bản đến" in browser.get("/documents")
