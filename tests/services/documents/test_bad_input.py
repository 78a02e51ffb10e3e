"""Bad files that people upload: each ends with a reason that the page can say, its original is kept as it was, and the file
behind it in the queue is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from docmgr import context, db
from docmgr.context import Context
from docmgr.models import Attachment, Document, File, Signature, Version
from docmgr.policy import Actor
from docmgr.services.documents import progress
from tests.filling import bad_files
from tests.filling.papers import decision
from tests.reading.samples import ole
from tests.support import needs
from tests.support.acting import upload, work

FOLLOWING = decision(number="99")


def outcome(site: Context, clerk: Actor, data: bytes, name: str) -> tuple[str, str | None]:
    """Upload the file and a sound one behind it, and let the worker read. Returns the state and the reason of the bad one,
    and checks what holds of every file."""
    bad, sound = upload(clerk, data, name), upload(clerk, FOLLOWING, "sau.docx")
    work(site)
    assert document(sound).state == "findable" and document(sound).number == "99/QĐ-SGDĐT"
    with db.read() as session:
        query = select(File.sha256).join(Version, Version.id == File.version_id).where(Version.document_id == bad)
        sha256 = session.scalars(query).one()
    with context.current().storage.local(sha256) as kept:
        assert kept.read_bytes() == data
    assert progress.states(clerk, [bad])[0].sentence.told()
    found = document(bad)
    return found.state, found.reason_code


def document(number: int) -> Document:
    db.release()
    with db.read() as session:
        return session.get_one(Document, number)


def inside() -> list[Attachment]:
    db.release()
    with db.read() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))


def test_an_encrypted_pdf(site: Context, clerk: Actor) -> None:
    assert outcome(site, clerk, bad_files.locked_pdf(), "khóa.pdf") == ("unreadable", "encrypted")


def test_an_encrypted_docx(site: Context, clerk: Actor, tmp_path: Path) -> None:
    path = ole(tmp_path / "a.docx", "EncryptionInfo", "EncryptedPackage")
    assert outcome(site, clerk, path.read_bytes(), "khóa.docx") == ("unreadable", "encrypted")


def test_signed_and_then_changed(site: Context, clerk: Actor) -> None:
    assert outcome(site, clerk, bad_files.signed_and_changed(), "ký.pdf") == ("findable", None)
    with db.read() as session:
        (found,) = session.scalars(select(Signature))
    assert (found.covers, found.valid) == ("changed", False)


def test_a_pdf_of_100_000_pages(site: Context, clerk: Actor) -> None:
    assert outcome(site, clerk, bad_files.pages_without_end(), "dài.pdf") == ("unreadable", "too_large")


def test_a_picture_of_900_million_pixels(site: Context, clerk: Actor) -> None:
    data = bad_files.huge_picture()
    assert len(data) < 200_000
    assert outcome(site, clerk, data, "lớn.png") == ("unreadable", "picture_too_large")


def test_a_mail_that_never_ends(site: Context, clerk: Actor) -> None:
    state, reason = outcome(site, clerk, bad_files.mail_without_end(15), "dài.eml")
    assert (state, reason) == ("unreadable", "too_large")


def test_mails_in_mails_without_end(site: Context, clerk: Actor) -> None:
    assert outcome(site, clerk, bad_files.nested_mail(), "lồng.eml") == ("unreadable", "broken")


def test_a_zip_in_a_zip_in_a_zip(site: Context, clerk: Actor) -> None:
    assert outcome(site, clerk, bad_files.zips(), "gói.zip") == ("findable", None)
    # An archive is opened once inside another; the third is named, with the reason why it stays closed.
    assert [(one.name, one.reason_code) for one in inside()] == [("gói 1.zip", None), ("gói 0.zip", "nested")]


def test_an_xls_with_macros(site: Context, clerk: Actor, tmp_path: Path) -> None:
    needs.office("calc")
    assert outcome(site, clerk, bad_files.macro_workbook(tmp_path), "macro.xls") == ("findable", None)
    assert not Path("/tmp/docmgr-macro").exists()


def test_a_docx_with_macros(site: Context, clerk: Actor) -> None:
    assert outcome(site, clerk, bad_files.macro_archive(decision()), "macro.docx") == ("findable", None)
    assert not Path("/tmp/docmgr-macro").exists()


@pytest.mark.parametrize("number", range(3), ids=["file", "growing", "elsewhere"])
def test_an_edxml_with_a_dtd(site: Context, clerk: Actor, number: int) -> None:
    assert outcome(site, clerk, bad_files.declared()[number], "đến.edxml") == ("unreadable", "doctype")


@pytest.mark.parametrize("script", ["exec sleep 77.6", "while :; do :; done"], ids=["sleeps", "spins"])
def test_a_word_file_on_which_libreoffice_hangs(
    site: Context, clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "libswlo.so").touch()
    book = "<book><title/><bookinfo/><chapter><para>QUYẾT ĐỊNH theo antiword</para></chapter></book>"
    for name, lines in {"soffice": script, "antiword": f"echo '{book}'"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{lines}\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    assert outcome(site, clerk, ole(tmp_path / "a.doc", "WordDocument").read_bytes(), "cũ.doc") == ("findable", None)
