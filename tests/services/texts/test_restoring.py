"""An older version becomes the newest again, with all that was read from it, and not while something is being read."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, DocumentFact, Job, Provision, Version
from docmgr.policy import Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.texts import restoring
from tests.filling.desk import stored, work
from tests.filling.filing import with_versions
from tests.filling.papers import decision
from tests.support.acting import actor_of
from tests.support.racing import events
from tests.web.documents.test_compare import NEW, OLD, add


def rows(document_id: int) -> list[Version]:
    """The versions of a document, with their files."""
    with db.read() as session:
        return list(session.scalars(select(Version).where(Version.document_id == document_id).order_by(Version.no)))


def text_of(version: Version) -> str:
    """The text of a version."""
    with db.read() as session:
        return session.scalar(select(Version.text).where(Version.id == version.id)) or ""


def anchors(version: Version) -> list[tuple[str, str]]:
    """The provisions of a version in order."""
    with db.read() as session:
        found = select(Provision.anchor, Provision.text).where(Provision.version_id == version.id).order_by(Provision.position)
        return [(anchor, text) for anchor, text in session.execute(found)]


def fact(document_id: int, field: str) -> Any:
    """The value of a fact."""
    with db.read() as session:
        return session.scalar(select(DocumentFact.value).where(DocumentFact.document_id == document_id, DocumentFact.field == field))


def test_the_old_text_and_file_are_the_newest_and_found_again(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(number="12", subject="Về việc họp cũ", body=OLD))
    with db.write() as session:
        session.execute(update(DocumentFact).where(DocumentFact.document_id == number, DocumentFact.field == "signer").values(value="Người đã xác nhận", confirmed=True))
    add(app, clerk, number, decision(number="13", subject="Về việc họp mới", body=NEW))
    assert fact(number, "subject") == "Về việc họp mới"
    answer = clerk.submit(f"/documents/{number}/versions/1/restore", {}, follow_redirects=True)
    assert "Đã khôi phục phiên bản 1 thành phiên bản mới nhất, số 3." in answer.text
    assert "giáo viên" in answer.text and "Phiên bản cũ số" not in answer.text
    first, second, third = rows(number)
    assert (third.no, text_of(third), anchors(third)) == (3, text_of(first), anchors(first)) and text_of(second) != text_of(third)
    assert [(one.sha256, one.name) for one in third.files] == [(one.sha256, one.name) for one in first.files] and third.files[0].id != first.files[0].id
    (event,) = events("version:restore")
    assert (event.details["restored"], event.details["no"], event.actor_id) == (1, 3, auth.people["clerk"].id)
    assert "Khôi phục phiên bản cũ thành mới nhất" in clerk.get(f"/documents/{number}?tab=trail").text
    work(app)
    # What nobody confirmed follows the text again, what was confirmed stays, and the search finds the old words.
    assert fact(number, "subject") == "Về việc họp cũ" and fact(number, "signer") == "Người đã xác nhận"
    assert f"/documents/{number}?" in clerk.get("/search?q=giáo+viên").text and f"/documents/{number}?" not in clerk.get("/search?q=phụ+huynh").text
    # Restoring is undone by restoring; what the newest has already is not restored again.
    again = clerk.submit(f"/documents/{number}/versions/1/restore", {}, follow_redirects=True)
    assert "đã có cùng tệp" in again.text and len(rows(number)) == 3
    assert "đang là phiên bản mới nhất" in clerk.submit(f"/documents/{number}/versions/3/restore", {}, follow_redirects=True).text
    clerk.submit(f"/documents/{number}/versions/2/restore", {})
    assert text_of(rows(number)[-1]) == text_of(second) and clerk.submit(f"/documents/{number}/versions/9/restore", {}).status_code == 404


def test_not_while_something_is_read_and_not_of_what_was_withheld(site: Context, people: Any) -> None:
    clerk = actor_of(people["clerk"])
    number = with_versions(clerk, 2)
    with db.write() as session:
        session.add(Job(kind="ocr", document_id=number, version_id=rows(number)[0].id))
    with pytest.raises(Invalid, match="đang được đọc"):
        restoring.as_newest(clerk, number, 1)
    with db.write() as session:
        session.execute(update(Job).values(kind="index", version_id=None))
        session.execute(update(Version).where(Version.document_id == number, Version.no == 2).values(outcome=None))
    with pytest.raises(Invalid, match="đang được đọc"):
        restoring.as_newest(clerk, number, 1)
    with db.write() as session:
        session.execute(update(Version).where(Version.document_id == number).values(outcome="text"))
        session.execute(update(Document).where(Document.id == number).values(state="withheld"))
    with pytest.raises(Invalid, match="dấu mật"):
        restoring.as_newest(clerk, number, 1)
    with db.write() as session:
        session.execute(update(Document).where(Document.id == number).values(state="findable"))
    with pytest.raises((NotFound, Denied)):
        restoring.as_newest(actor_of(people["staff"]), number, 1)
    with pytest.raises(NotFound):
        restoring.as_newest(clerk, number, 7)
    assert restoring.as_newest(clerk, number, 1) == 3
