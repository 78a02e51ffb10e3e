"""The mailbox, against a real server on this machine: messages with attachments, and a server that behaves badly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.inbox_settings import InboxSettings, Mailbox
from docmgr.models import Attachment, Document, Inlet, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.inbox import connection, mailbox, state
from docmgr.services.inbox.mailbox import MailboxWatch, name_of
from docmgr.storage.local import LocalStorage
from tests.filling.papers import decision
from tests.support.acting import work
from tests.support.imap_server import PASSWORD, USER, Post, certificate, dripping, endless, serving

Stored = Callable[[], list[tuple[str, str, str, int]]]
Bad = Callable[[Callable[[bytes], None], str], bool]


def mail(subject: str = "Gửi quyết định", *papers: bytes) -> bytes:
    """A message with these papers attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "so@example.vn", "vanthu@example.vn", subject
    message.set_content("Kính gửi văn thư.\n")
    for number, paper in enumerate(papers):
        message.add_attachment(paper, maintype="application", subtype="octet-stream", filename=f"van-ban-{number}.docx")
    return message.as_bytes()


@pytest.fixture
def post() -> Post:
    """What the server holds."""
    return Post()


@pytest.fixture
def site(site: Context, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """A site whose mailbox is on the server; nothing is waited for between looks."""
    for name in ("LOOK_SECONDS", "MORE_SECONDS", "WAIT_SECONDS"):
        monkeypatch.setattr(mailbox, name, 0.0)
    monkeypatch.setattr(connection, "SILENT_SECONDS", 3.0)
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    with serving(post) as port:
        box = Mailbox("127.0.0.1", port, USER, "INBOX", False, tmp_path / "password")
        made = replace(site, settings=replace(site.settings, inbox=InboxSettings(mailbox=box, user="clerk", folder="Thư đến")))
        with made.bound():
            yield made


@pytest.fixture
def watch(site: Context, people: dict[str, User]) -> MailboxWatch:
    """A watch of this mailbox."""
    assert site.settings.inbox.mailbox is not None
    return MailboxWatch(site.settings.inbox.mailbox)


def told() -> str:
    """The problem that the health page shows; "" for none."""
    db.release()
    (found,) = state.statuses(COMMAND_LINE)
    return found.problem.told() if found.problem else ""


def test_messages_become_drafts_with_their_attachments_and_are_moved(
    watch: MailboxWatch, post: Post, stored: Stored, site: Context, people: dict[str, User]
) -> None:
    post.add(mail("Gửi quyết định 12", decision()))
    post.add(mail("Công văn: trả lời"))
    assert watch.step() == 2
    clerk = people["clerk"].id
    assert stored() == [("Gửi quyết định 12.eml", "Thư đến", "draft", clerk), ("Công văn: trả lời.eml", "Thư đến", "draft", clerk)]
    assert post.folders["INBOX"] == [] and [m.flags for m in post.folders["Da-nhan"]] == [{"\\Seen"}] * 2
    work(site)
    db.release()
    with db.read() as session:
        assert session.scalars(select(Document.number)).all().count("12/QĐ-SGDĐT") == 1
        assert len(session.scalars(select(Attachment.id)).all()) == 1
    assert told() == "" and watch.step() == 0
    assert not any("EXPUNGE" in command or "Deleted" in command for command in post.commands)


@pytest.mark.parametrize("creates", [True, False])
def test_where_messages_cannot_be_moved_they_get_a_flag_and_are_taken_once(
    watch: MailboxWatch, post: Post, stored: Stored, creates: bool
) -> None:
    post.creates = creates
    if creates:
        post.capabilities = "IMAP4rev1"
    post.add(mail("Một"))
    assert watch.step() == 1 and watch.step() == 0
    post.add(mail("Hai"))
    assert watch.step() == 1
    assert [m.flags for m in post.folders["INBOX"]] == [{"\\Seen", "\\Flagged"}] * 2
    assert len(stored()) == 2
    post.validity = 8
    assert watch.step() == 2 and len(stored()) == 2


def test_a_worker_killed_between_storing_and_moving(watch: MailboxWatch, post: Post, stored: Stored) -> None:
    post.add(mail())

    def gone(send: Callable[[bytes], None], tag: str) -> bool:
        raise OSError

    post.bad["STORE"] = gone
    watch.step()
    assert len(stored()) == 1 and len(post.folders["INBOX"]) == 1 and told()
    post.bad.clear()
    watch.step()
    assert len(stored()) == 1 and post.folders["INBOX"] == [] and told() == ""


def test_a_message_that_is_too_large_stays(watch: MailboxWatch, post: Post, stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "MOST_BYTES", 2000)
    post.add(mail("Lớn", b"x" * 3000))
    post.add(mail("Nhỏ"))
    assert watch.step() == 2
    assert [name for name, *_ in stored()] == ["Nhỏ.eml"]
    assert [m.flags for m in post.folders["INBOX"]] == [{"\\Flagged"}]
    db.release()
    with db.read() as session:
        assert session.execute(select(Inlet.taken, Inlet.refused)).one() == (1, 1)


def no(words: str) -> Bad:
    """An answer that refuses a command."""
    return lambda send, tag: bool(send(f"{tag} NO {words}\r\n".encode())) or True


def shaking(send: Callable[[bytes], None], tag: str) -> bool:
    """Answer the beginning of TLS with a record that never ends."""
    send(b"\x16\x03\x03\x40\x00")
    return dripping(send, tag)


def lying(send: Callable[[bytes], None], tag: str) -> bool:
    """Announce far more bytes than were asked for, and send them."""
    send(b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n")
    return endless(send, tag)


@pytest.mark.parametrize(("command", "bad", "words"), [
    ("GREETING", dripping, "Không kết nối được|trả lời sai"),
    ("GREETING", lambda send, tag: bool(send(b"* BYE busy\r\n")) or True, "trả lời sai"),
    ("GREETING", lambda send, tag: bool(send(b"\x00\xff" * 2_000_000)) or True, "trả lời sai"),
    ("SELECT", no("closed"), "không mở được hộp thư"),
    ("SELECT", endless, "trả lời sai"),
    ("SEARCH", dripping, "trả lời sai"),
    ("SEARCH", no("sorry"), "trả lời sai"),
    ("SEARCH", lambda send, tag: bool(send(b"* SEARCH 1 x -4 99999999999999 \xff\r\n" + tag.encode() + b" OK done\r\n")) or True, ""),
    ("FETCH", endless, "trả lời sai"),
    ("FETCH", lambda send, tag: bool(send(b"* 1 FETCH (UID 1 RFC822.SIZE 99999999999)\r\n" + tag.encode() + b" OK done\r\n")) or True, ""),
])  # fmt: skip
def test_a_server_that_behaves_badly_is_told_and_harms_nothing(
    watch: MailboxWatch, post: Post, stored: Stored, monkeypatch: pytest.MonkeyPatch, command: str, bad: Bad, words: str
) -> None:
    monkeypatch.setattr(connection, "WHOLE_SECONDS", 2.0)
    post.add(mail())
    post.bad[command] = bad
    started = time.monotonic()
    watch.step()
    assert time.monotonic() - started < 12
    assert any(one in told() for one in words.split("|")) if words else told() == ""
    post.bad.clear()
    watch.step()
    assert told() == ""


def test_a_message_that_never_ends_does_not_hold_up_the_others(
    watch: MailboxWatch, post: Post, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = post.add(mail("Vô tận"))
    post.add(mail("Sau"))
    usual: list[str] = []

    def fetch(send: Callable[[bytes], None], tag: str) -> bool:
        asked = post.commands[-1]
        if f"FETCH {first} (BODY" not in asked:
            return False
        usual.append(asked)
        return lying(send, tag)

    post.bad["FETCH"] = fetch
    for _ in range(mailbox.MOST_TRIES):
        watch.step()
        assert "quá dài" in told() and stored() == []
    watch.step()
    assert [name for name, *_ in stored()] == ["Sau.eml"] and len(usual) == mailbox.MOST_TRIES
    assert [m.flags for m in post.folders["INBOX"]] == [{"\\Flagged"}]


def test_a_wrong_password_is_told_and_never_repeated(watch: MailboxWatch, post: Post, site: Context, caplog: pytest.LogCaptureFixture) -> None:
    post.password = "khác"
    watch.step()
    assert "không nhận tên người dùng hoặc mật khẩu" in told()
    assert PASSWORD not in caplog.text + repr(site.settings.inbox)


@pytest.mark.parametrize("password", ["plain", PASSWORD, 'a"b\\c'])
def test_passwords_of_all_kinds(watch: MailboxWatch, post: Post, tmp_path: Path, password: str) -> None:
    post.password = password
    (tmp_path / "password").write_text(password, encoding="utf-8")
    watch.step()
    assert told() == ""


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"a\rb\n"])
def test_a_password_file_that_cannot_be_used(watch: MailboxWatch, post: Post, tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "password").unlink()
    if content is not None:
        (tmp_path / "password").write_bytes(content)
    watch.step()
    assert "DOCMGR_IMAP_PASSWORD_FILE" in told() and post.commands == []


def test_a_server_that_is_down_is_tried_again_after_longer_and_longer_waits(
    people: dict[str, User], site: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "WAIT_SECONDS", 30.0)
    assert site.settings.inbox.mailbox is not None
    watch = MailboxWatch(replace(site.settings.inbox.mailbox, port=1))
    waits = []
    for _ in range(8):
        watch.next_look = 0.0
        watch.step()
        waits.append(round(watch.next_look - time.monotonic()))
        assert watch.step() == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    with db.read() as session:
        assert session.scalar(select(Inlet.problem)) == "imap_unreachable"


def test_a_full_disk_leaves_the_messages(watch: MailboxWatch, post: Post, site: Context, stored: Stored) -> None:
    post.add(mail())
    assert isinstance(site.storage, LocalStorage)
    for _ in range(mailbox.MOST_TRIES + 2):
        with replace(site, storage=replace(site.storage, floor_bytes=2**62)).bound():
            assert watch.step() == 0
    assert "gần hết chỗ lưu" in told() and post.folders["INBOX"][0].flags == set()
    assert watch.step() == 1 and len(stored()) == 1


def test_tls_with_a_certificate_that_is_trusted_and_one_that_is_not(
    site: Context, people: dict[str, User], post: Post, stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.add(mail())
    (tmp_path / "tls").mkdir()
    with serving(post, certificate(tmp_path / "tls")) as port:
        assert site.settings.inbox.mailbox is not None
        box = replace(site.settings.inbox.mailbox, port=port, tls=True)
        with replace(site, settings=replace(site.settings, inbox=replace(site.settings.inbox, mailbox=box))).bound():
            watch = MailboxWatch(box)
            assert watch.step() == 0 and post.commands == []
            assert "Chứng thư của máy chủ thư không được tin cậy" in told()
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls" / "cert.pem"))
            assert watch.step() == 1 and told() == "" and len(stored()) == 1
            # The right authority, but another host.
            other = MailboxWatch(replace(box, host="localhost"))
            other.step()
            with db.read() as session:
                assert session.scalar(select(Inlet.problem)) == "imap_certificate"


def test_tls_that_never_begins(site: Context, people: dict[str, User], post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WHOLE_SECONDS", 2.0)
    post.bad["GREETING"] = shaking
    assert site.settings.inbox.mailbox is not None
    watch = MailboxWatch(replace(site.settings.inbox.mailbox, tls=True))
    started = time.monotonic()
    watch.step()
    assert time.monotonic() - started < 12
    with db.read() as session:
        assert session.scalar(select(Inlet.problem)) == "imap_unreachable"


def test_many_messages_come_in_turns(watch: MailboxWatch, post: Post, stored: Stored, site: Context) -> None:
    for number in range(25):
        post.add(mail(f"Thư {number}"))
    assert watch.step() == mailbox.PER_LOOK and watch.more
    # So many wait to be read that the mailbox waits as well.
    assert watch.step() == 0
    work(site)
    db.release()
    assert watch.step() == 5 and not watch.more and len(stored()) == 25


@pytest.mark.parametrize(("head", "name"), [
    (b"Subject: =?utf-8?B?QsOhbyBjw6Fv?=\r\n\r\n", "Báo cáo.eml"), (b"\r\n", "thu-9.eml"), (b"Subject: ../../etc/passwd\r\n\r\n", "-..-etc-passwd.eml"),
    (b"Subject: " + b"a" * 500 + b"\r\n\r\n", "a" * 120 + ".eml"), (b"Subject: =?utf-8?B?////?=\r\n\r\n", None), (b"\xff\0\n" * 50_000, "thu-9.eml"),
    (b"Subject: a\r\n b\x00\tc\r\n\r\n", None),
])  # fmt: skip
def test_names_of_messages(head: bytes, name: str | None) -> None:
    made = name_of(head, 9)
    assert made == name if name else made.endswith(".eml") and made.isprintable() and "/" not in made


