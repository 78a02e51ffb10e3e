"""The settings of the watched folder and the mailbox: what is refused before anything is created."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docmgr.inbox_settings import InboxSettings
from docmgr.settings import ROOT, SettingsError, from_environment

BOX = {
    "DOCMGR_INBOX_USER": "vanthu", "DOCMGR_IMAP_URL": "imaps://van%40so@mail.example:993/INBOX",
    "DOCMGR_IMAP_PASSWORD_FILE": "/run/mat-khau",
}  # fmt: skip


def inbox(home: Path, **given: str) -> InboxSettings:
    return from_environment({"DOCMGR_HOME": str(home), **given}).inbox


def test_nothing_is_watched_unless_it_is_asked_for(tmp_path: Path) -> None:
    assert inbox(tmp_path / "home") == InboxSettings()
    assert inbox(tmp_path / "home", DOCMGR_INBOX="", DOCMGR_IMAP_URL="", DOCMGR_INBOX_USER="a").path is None


def test_a_folder_and_a_mailbox(tmp_path: Path) -> None:
    found = inbox(tmp_path / "home", DOCMGR_INBOX=str(tmp_path / "nhan"), DOCMGR_INBOX_FOLDER=" Đến/2024 ", **BOX)
    assert (found.path, found.user, found.folder) == (tmp_path / "nhan", "vanthu", "Đến/2024")
    assert found.mailbox is not None and found.mailbox.address == "van@so@mail.example:993/INBOX" and found.mailbox.tls
    assert not (tmp_path / "nhan").exists()


@pytest.mark.parametrize(("url", "port", "name"), [
    ("imaps://a@h", 993, "INBOX"), ("imaps://a@h:1993/Den/Moi", 1993, "Den/Moi"), ("imap://a@localhost", 143, "INBOX"),
    ("imap://a@[::1]:1143/", 1143, "INBOX"), ("IMAPS://a@H", 993, "INBOX"),
])  # fmt: skip
def test_addresses(tmp_path: Path, url: str, port: int, name: str) -> None:
    box = inbox(tmp_path / "home", **{**BOX, "DOCMGR_IMAP_URL": url}).mailbox
    assert box is not None and (box.port, box.name) == (port, name)


@pytest.mark.parametrize(("url", "words"), [
    ("imap://a@mail.example", "chỉ được dùng imap:// với localhost"), ("imap://a@localhost.evil.example", "chỉ được dùng imap://"),
    ("pop3://a@h", "phải có dạng"), ("imaps://h", "phải có dạng"), ("imaps://a@", "phải có dạng"), ("mail.example", "phải có dạng"),
    ("imaps://a@h:0x1", "phải có dạng"), ("imaps://a@h:99999", "phải có dạng"), ("imaps://a@[h", "phải có dạng"),
    ("imaps://a@h/INBOX?x=1", "phải có dạng"), ("imaps://a:bi-mat@h", "không được chứa mật khẩu"),
    ("imaps://a@h/%0d%0aLOGOUT", "chỉ được có chữ"), ("imaps://a@h/Thư", "chỉ được có chữ"),
])  # fmt: skip
def test_wrong_addresses(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as raised:
        inbox(tmp_path / "home", **{**BOX, "DOCMGR_IMAP_URL": url})
    assert "bi-mat" not in str(raised.value) and not (tmp_path / "home").exists()


@pytest.mark.parametrize("missing", ["DOCMGR_INBOX_USER", "DOCMGR_IMAP_PASSWORD_FILE"])
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"Hãy đặt {missing}"):
        inbox(tmp_path / "home", **{**BOX, missing: " " if missing.endswith("USER") else ""})


@pytest.mark.parametrize("where", ["home", "home/nhan", ".", "store/x"])
def test_the_folder_is_apart_from_the_data_of_the_site(tmp_path: Path, where: str) -> None:
    given = {"DOCMGR_INBOX": str(tmp_path / where), "DOCMGR_UPLOADS": str(tmp_path / "store"), "DOCMGR_INBOX_USER": "vanthu"}
    with pytest.raises(SettingsError, match="không được nằm trong hay chứa"):
        inbox(tmp_path / "home", **given)


def test_the_start_says_what_is_missing(tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCMGR_")}
    own |= {"DOCMGR_HOME": str(tmp_path / "home"), "DOCMGR_INBOX": str(tmp_path / "nhan")}
    done = subprocess.run(
        [sys.executable, "-m", "docmgr.run"], cwd=ROOT, env=own, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2 and "Hãy đặt DOCMGR_INBOX_USER" in done.stderr and "Traceback" not in done.stderr
