"""Mails, archives and messages that are made to do harm, in the reading process: each gives an outcome with a code."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading.limits import DEFAULT_LIMITS, MIB
from docmgr.reading.outcomes import LEFT_OUT, REASONS
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import OUTCOMES
from tests.reading.messages import archive, attached, edxml, mail, outlook

HEAD = b"From: a@b.vn\nTo: c@d.vn\nSubject: x\nMIME-Version: 1.0\n"
SMALL = replace(DEFAULT_LIMITS, wall_s=10, cpu_s=8, memory_bytes=256 * MIB, mail_bytes=8 * MIB, characters=2 * MIB)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One reading process for all tests here."""
    with Reader() as one:
        yield one


@pytest.mark.parametrize(
    ("mail_bytes", "code"),
    [
        pytest.param(HEAD + b"\n" + b"x" * (9 * MIB), "too_large", id="endless"),
        pytest.param(HEAD + b"\n" + b"mot dong\n" * 300_000, "too_large", id="long"),
        pytest.param(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000, "too_many_files", id="parts"),
        pytest.param(
            HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)), "broken", id="deep"
        ),
        pytest.param(HEAD + b"Content-Type: message/rfc822\n\n" * 20_000, "broken", id="forwarded"),
    ],
)
def test_mails_without_end(reader: Reader, tmp_path: Path, mail_bytes: bytes, code: str) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail_bytes)
    reading = reader.read(path, limits=SMALL, unpack=tmp_path)
    assert (reading.outcome, reading.reason_code, reading.attachments) == ("unreadable", code, ())


def test_a_mail_of_many_megabytes_is_in_memory_once(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    data = os.urandom(30 * MIB)
    path.write_bytes(mail(attachments=[("a.bin", data)]).as_bytes())
    reading = reader.read(path, limits=replace(SMALL, mail_bytes=64 * MIB), unpack=tmp_path)
    assert (reading.outcome, reading.attachments[0].size) == ("text", len(data))
    assert (tmp_path / "0").read_bytes() == data


def test_a_message_with_an_attachment_of_many_megabytes(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.edxml"
    path.write_bytes(edxml(attachments=[("a.pdf", b"%PDF-1.7 " + os.urandom(20 * MIB))]))
    assert reader.read(path, limits=replace(SMALL, mail_bytes=64 * MIB), unpack=tmp_path).attachments[0].size == 20 * MIB + 9


def test_the_child_writes_only_where_it_is_told(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive({"../a.txt": b"a", "b.txt": b"b" * 3_000}))
    reading = reader.read(path)
    assert len(reading.attachments) == 2 and os.listdir(tmp_path) == ["a.zip"]
    out = tmp_path / "out"
    out.mkdir()
    reading = reader.read(path, limits=replace(DEFAULT_LIMITS, attachment_bytes=2_000), unpack=out)
    assert [one.reason_code for one in reading.attachments] == [None, "too_large"]
    assert os.listdir(out) == ["0"] and sorted(os.listdir(tmp_path)) == ["a.zip", "out"]


def test_a_secrecy_stamp_keeps_everything_inside(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail(body="MẬT\nBáo cáo việc kín", attachments=[("a.txt", b"a")]).as_bytes())
    reading = reader.read(path)
    assert (reading.outcome, reading.attachments) == ("withheld", ())


def test_damaged_files_of_all_kinds_end_with_a_code(reader: Reader, tmp_path: Path) -> None:
    chance = random.Random(5)
    message = outlook(tmp_path / "x.msg", {"0037": "a", "1000": "b"}, [attached("a.txt", b"abc" * 2_000)]).read_bytes()
    sound = (
        mail(html="<p>a</p>", attachments=[("a.txt", b"a" * 500)]).as_bytes(),
        archive({f"{n}.txt": os.urandom(20) for n in range(20)}),
        edxml(attachments=[("a.zip", archive({"a.txt": b"a"}))]),
        message,
    )
    outcomes = set()
    for number in range(120):
        data = bytearray(sound[number % len(sound)])
        for _ in range(chance.choice((1, 3, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / "a"
        path.write_bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
        reading = reader.read(path, limits=SMALL, unpack=tmp_path)
        outcomes.add(reading.outcome)
        assert reading.reason_code in (None, *REASONS) and reading.reason_code not in ("crashed", "too_long", "no_space")
        assert all(one.reason_code in (None, *LEFT_OUT) for one in reading.attachments)
    assert {"text", "unreadable"} <= outcomes <= set(OUTCOMES)
