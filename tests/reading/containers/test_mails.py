"""Mails of both formats, and web pages saved as one file."""

from __future__ import annotations

import base64
import struct
from email.message import EmailMessage
from pathlib import Path

import pytest

from docmgr.reading.containers.base64_text import decoded, is_base64
from docmgr.reading.containers.eml import read_eml
from docmgr.reading.containers.mht import read_mht
from docmgr.reading.containers.msg import read_msg
from docmgr.reading.containers.msg_rtf import decompressed, rtf_words
from docmgr.reading.formats.kinds import is_container, is_readable, sniff
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.process.read import read_here
from docmgr.reading.types import PartContents
from tests.reading.messages import attached, mail, outlook, outlook_tree

TABLE = "<p>Kính gửi các trường</p><table><tr><td>STT</td><td>Tên</td></tr></table>"


def eml(path: Path, message: EmailMessage | bytes, unpack: Path | None = None) -> PartContents:
    """Read a mail that is written to `path`."""
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    assert sniff(path) == "eml" and is_container("eml") and is_readable("eml")
    return read_eml(path, unpack=unpack)


def texts(contents: PartContents) -> list[str]:
    """The texts of its blocks."""
    return [block.text for block in contents.blocks]


def test_a_mail_is_its_header_lines_its_body_and_its_files(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    message = mail(html=TABLE, attachments=[("../../Kế hoạch.txt", b"\xff" * 3_000_001), ("b.txt", b"hai")])
    found = eml(tmp_path / "a.eml", message, tmp_path / "out")
    assert texts(found) == [
        "Từ: Phòng Kế hoạch <kehoach@vi-du.edu.vn>", "Đến: Văn thư <vanthu@vi-du.edu.vn>", "Ngày gửi: 05/02/2024 08:30 +0700",
        "Chủ đề: Gửi kế hoạch kiểm tra", "Kính gửi các trường", "STT", "Tên", "Tệp kèm theo: ../../Kế hoạch.txt", "Tệp kèm theo: b.txt",
    ]  # fmt: skip
    assert [(block.row, block.col) for block in found.blocks[5:7]] == [(0, 0), (0, 1)]
    assert [(one.number, one.name, one.size, one.reason_code) for one in found.attachments] == [
        (0, "../../Kế hoạch.txt", 3_000_001, None), (1, "b.txt", 3, None),
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["0", "1", "a.eml", "out"]
    assert (tmp_path / "out" / "0").read_bytes() == b"\xff" * 3_000_001


def test_the_subject_is_the_only_fact(tmp_path: Path) -> None:
    body = "Số: 25/KH-SGDĐT\nHà Nội, ngày 05 tháng 02 năm 2024\nKẾ HOẠCH\nKiểm tra đầu năm"
    eml(tmp_path / "a.eml", mail(body=body))
    reading = read_here(tmp_path / "a.eml", None, DEFAULT_LIMITS, True, print)
    assert reading.interpretation is not None
    assert {field: fact.value for field, fact in reading.interpretation.facts.items()} == {"subject": "Gửi kế hoạch kiểm tra"}


def test_plain_text_is_read_where_there_is_no_page(tmp_path: Path) -> None:
    assert "Xin gửi kèm kế hoạch." in texts(eml(tmp_path / "a.eml", mail()))


def test_pictures_of_the_body_are_no_attachments(tmp_path: Path) -> None:
    message = mail(html='<p>Chào</p><img src="cid:logo">')
    page = message.get_payload()[1]
    page.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>", filename="logo.png", disposition="inline")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="scan.png")
    found = eml(tmp_path / "a.eml", message)
    assert [(one.name, one.size, one.reason_code) for one in found.attachments] == [("logo.png", 4, "inline"), ("scan.png", 4, None)]
    assert texts(found)[-1] == "Tệp kèm theo: scan.png"


def test_a_forwarded_mail_is_a_file_of_its_own(tmp_path: Path) -> None:
    message = mail("Chuyển tiếp")
    message.add_attachment(mail("Thư gốc", attachments=[("a.txt", b"a")]))
    found = eml(tmp_path / "a.eml", message, tmp_path)
    assert [one.name for one in found.attachments] == ["Thư gốc.eml"]
    inner = read_eml(tmp_path / "0")
    assert "Chủ đề: Thư gốc" in texts(inner) and [one.name for one in inner.attachments] == ["a.txt"]


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (b"=?utf-8?b?R+G7rWk=?= =?utf-8?q?_th=C6=B0?=", "Gửi thư"),
        ("Gửi thư".encode(), "Gửi thư"),
        (b"=?windows-1258?q?Th=FD?=", "Thư"),
        (b"=?utf-8?b?%%%?= x", "x"),
        (b"=?utf-8?b?a?= x", "=?utf-8?b?a?= x"),
        (b"=?khong-co?q?abc?=", "abc"),
        (b"dai\n dong", "dai dong"),
    ],
)
def test_subjects_of_all_spellings(tmp_path: Path, subject: bytes, shown: str) -> None:
    found = eml(tmp_path / "a.eml", b"From: a@b.vn\nTo: c@d.vn\nDate: mai\nSubject: " + subject + b"\n\nabc")
    assert f"Chủ đề: {shown}" in texts(found)
    assert "Ngày gửi: mai" in texts(found)


def test_a_text_that_begins_like_a_mail_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for text in ("Subject: kế hoạch\nKính gửi các trường", "From: here on\n\nabc", "Date: 05/02\nGhi chú: không\n"):
        path.write_text(text)
        assert sniff(path) == "txt"
    # The sample of a mail with a long head ends in the middle of a line.
    path.write_bytes(b"From: a@b.vn\nTo: c@d.vn\nDate: x\n" + b"Received: from here with a long line of words\n" * 900 + b"\nabc")
    assert sniff(path) == "eml"


def test_a_saved_page_is_one_document(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    for head in ("", "From: <Saved by Blink>\nSubject: Trang\nDate: Mon, 05 Feb 2024 08:30:00 +0700\n"):
        path.write_text(
            head + 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary=X; start="<hai@x>"\n\n--X\n'
            "Content-Type: text/html; charset=utf-8\nContent-ID: <mot@x>\n\n<p>Khung</p>\n--X\n"
            "Content-Type: text/html; charset=utf-8\nContent-ID: <hai@x>\nContent-Transfer-Encoding: quoted-printable\n\n"
            "<html><body><p>Kh=C3=B4ng s=E1=BB=91</p></body></html>\n--X\nContent-Type: image/png\n\nabc\n--X--\n"
        )
        assert sniff(path) == "mht" and not is_container("mht")
        found = read_mht(path)
        assert texts(found) == ["Không số", "Khung"] and found.facts is None and found.attachments == ()
    path.write_text("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=X\n\n--X\nContent-Type: image/png\n\nabc\n--X--\n")
    with pytest.raises(Unreadable, match="broken"):
        read_mht(path)


@pytest.mark.parametrize("html", ["", "  \n", '<p><img src="cid:x"></p>'])
def test_html_without_words_hides_no_plain_text(tmp_path: Path, html: str) -> None:
    found = eml(tmp_path / "a.eml", mail(body="Nội dung chính", html=html))
    assert texts(found)[-1] == "Nội dung chính"


def test_all_parts_of_a_mixed_body_are_read(tmp_path: Path) -> None:
    message = mail(body="", html="<p>Thân HTML</p>")
    message.make_mixed()
    more = EmailMessage()
    more.set_content("Thân chữ thường")
    message.attach(more)
    assert texts(eml(tmp_path / "a.eml", message))[-2:] == ["Thân HTML", "Thân chữ thường"]


@pytest.mark.parametrize(("size", "html", "reason"), [
    (30_000, "<p>Bản quét</p>", None), (30_000, '<p>Chào</p><img src="cid:s1@x">', "inline"), (900, "<p>Chào</p>", "inline"),
])  # fmt: skip
def test_pictures_that_no_page_shows_are_files(tmp_path: Path, size: int, html: str, reason: str | None) -> None:
    message = mail(html=html)
    message.add_attachment(b"\xff" * size, "image", "jpeg", filename="IMG_1.jpg", disposition="inline", cid="<s1@x>")
    assert [one.reason_code for one in eml(tmp_path / "a.eml", message).attachments] == [reason]


def test_a_draft_is_a_mail(tmp_path: Path) -> None:
    message = mail(attachments=[("a.txt", b"a")])
    for head in ("From", "To", "Date", "Message-ID"):
        del message[head]
    assert texts(eml(tmp_path / "a.eml", message))[0] == "Chủ đề: Gửi kế hoạch kiểm tra"


def test_outlook_mails_are_read_alike(tmp_path: Path) -> None:
    inner = outlook_tree({"0037": "Thư bên trong", "1000": "Lời trong thư", "0C1A": "Lan"}, [attached("t.txt", b"trong")])
    path = outlook(
        tmp_path / "a.msg",
        {"0037": "Gửi kế hoạch", "1000": "Kính gửi\r\nXin gửi", "0C1A": "Trần Bình", "0C1F": "binh@vi-du.vn", "0E04": "Văn thư"},
        [
            attached("Kế hoạch.txt", "Số: 1".encode() * 2_000),
            attached("logo.png", b"\x89PNG", texts={"3712": "a@b"}),
            attached("scan.png", b"\x89PNG"),
            attached("thư", inner, 5),
            attached("trên mây.docx", None, 7),
            attached("bảng", {}, 6),
        ],
    )
    assert sniff(path) == "msg" and is_container("msg")
    (tmp_path / "out").mkdir()
    found = read_msg(path, unpack=tmp_path / "out")
    assert texts(found)[:6] == [
        "Từ: Trần Bình <binh@vi-du.vn>", "Đến: Văn thư", "Ngày gửi: 05/02/2024 08:30 +0700", "Chủ đề: Gửi kế hoạch", "Kính gửi", "Xin gửi",
    ]  # fmt: skip
    assert [(one.name, one.reason_code) for one in found.attachments] == [
        ("Kế hoạch.txt", None), ("logo.png", "inline"), ("scan.png", None), ("Thư bên trong.eml", None),
        ("trên mây.docx", "absent"), ("bảng", "not_document"),
    ]  # fmt: skip
    assert (tmp_path / "out" / "0").read_bytes() == "Số: 1".encode() * 2_000
    made = (tmp_path / "out" / "3").read_bytes()
    assert made == (read_msg(path, unpack=tmp_path / "out") and (tmp_path / "out" / "3").read_bytes())
    forwarded = eml(tmp_path / "b.eml", made, tmp_path / "out")
    assert texts(forwarded)[2:] == ["Chủ đề: Thư bên trong", "Lời trong thư", "Tệp kèm theo: t.txt"]
    assert (tmp_path / "out" / "0").read_bytes() == b"trong"


def test_the_body_of_an_outlook_mail_may_be_a_page_or_compressed(tmp_path: Path) -> None:
    path = outlook(tmp_path / "a.msg", {"0037": "x", "1000": "thường"}, binaries={"1013": TABLE.encode()})
    assert texts(read_msg(path))[2:] == ["Kính gửi các trường", "STT", "Tên"]
    path = outlook(tmp_path / "a.msg", {"0037": "x"}, binaries={"1009": packed(rb"{\rtf1\ansi\ansicpg1252 hello world\par}")})
    assert texts(read_msg(path))[2:] == ["hello world"]


def packed(rtf: bytes) -> bytes:
    """RTF in the format of Outlook, without any repetition."""
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<IIII", len(body) + 12, len(rtf), 0x75465A4C, 0) + body


def test_compressed_bodies_repeat_what_stands_before() -> None:
    # The example of [MS-OXRTFCP], 4.1.1 and one of a run that repeats itself (4.1.2).
    plain = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
        "0af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompressed(plain) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    run = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompressed(run) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert rtf_words(b"") == "" and rtf_words(plain).strip() == "hello world"
    assert decompressed(struct.pack("<IIII", 0, 3, 0x414C454D, 0) + b"abcdef") == b"abc"
    with pytest.raises(Unreadable, match="broken"):
        decompressed(b"x" * 20)
    with pytest.raises(Unreadable, match="too_large"):
        decompressed(struct.pack("<IIII", 0, 1 << 30, 0x75465A4C, 0))


def test_base64_is_decoded_in_pieces() -> None:
    data = bytes(range(256)) * 9_000
    text = "\r\n".join(base64.encodebytes(data).decode().split("\n"))
    assert b"".join(decoded(text)) == data and len(list(decoded(text))) > 2
    assert b"".join(decoded("YQ==")) == b"a" and b"".join(decoded("YWI")) == b"ab" and b"".join(decoded("YWJjZ")) == b"abc"
    assert is_base64(text) and not is_base64("${tệp}")
