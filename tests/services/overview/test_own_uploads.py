"""What a person has uploaded lately and what still waits; and the folder for the next files."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, RecognisedPage, User, Version
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.documents import bin as recycle_bin
from docmgr.services.folders import tree
from docmgr.services.overview import own_uploads
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


def waiting(actor: Actor, page: int = 1) -> list[int]:
    """The ids of the documents that still wait."""
    db.release()
    return [state.document_id for state in own_uploads.waiting(actor, page)[0]]


def change(document_id: int, **values: object) -> None:
    """Set columns of a document."""
    with db.write() as session:
        session.execute(update(Document).where(Document.id == document_id).values(**values))


def test_what_waits_is_listed_the_newest_first(clerk: Actor, people: dict[str, User], site: Context) -> None:
    ids = [upload(clerk, decision(number=str(number))) for number in range(20, 28)]
    work(site)
    now = db.now()
    # Of the last 24 hours everything is listed, of earlier days what still waits.
    for document_id in ids:
        change(document_id, created_at=now - dt.timedelta(hours=25, minutes=30 - document_id))
    change(ids[0], confirmed_at=now)
    change(ids[1], official=False)
    change(ids[2], created_at=now - dt.timedelta(days=15))
    change(ids[3], state="unreadable", reason_code="internal", official=False)
    change(ids[4], state="waiting", confirmed_at=now)
    change(ids[5], state="withheld")
    change(ids[6], deleted_at=now)
    other = upload(actor_of(people["clerk"]), decision(number="90"))
    change(other, created_by=people["staff"].id)
    assert waiting(clerk) == [ids[7], ids[4], ids[3]]
    change(ids[0], created_at=now - dt.timedelta(hours=23))
    change(ids[6], created_at=now - dt.timedelta(hours=23))
    assert waiting(clerk) == [ids[0], ids[7], ids[4], ids[3]]
    assert waiting(actor_of(people["staff"])) == []
    with pytest.raises(Denied):
        own_uploads.waiting(actor_of(people["auditor"]), 1)


def test_the_list_has_pages_and_takes_a_fixed_number_of_queries(clerk: Actor, monkeypatch, count_queries) -> None:
    monkeypatch.setattr(own_uploads, "PER_PAGE", 4)
    ids = [upload(clerk, decision(number=str(number))) for number in range(20, 29)]
    # Three are scans that are being recognised, page by page.
    for document_id in ids[:3]:
        change(document_id, state="recognising")
    with db.write() as session:
        for version in session.scalars(select(Version).where(Version.document_id.in_(ids[:3]))):
            version.pages = 5
            session.add_all(RecognisedPage(version_id=version.id, number=n, content=[]) for n in (1, 2))
    db.release()
    assert [waiting(clerk, page) for page in (1, 2, 3, 9)] == [ids[8:4:-1], ids[4:0:-1], ids[:1], ids[:1]]
    db.release()
    with count_queries() as few:
        own_uploads.waiting(clerk, 3)
    db.release()
    with count_queries() as many:
        states, total = own_uploads.waiting(clerk, 2)
    assert total == 9 and many.number == few.number
    assert [state.sentence.told() for state in states][2:] == ["Đã lưu, đang nhận dạng chữ: trang 3/5…"] * 2


def test_the_next_folder_is_the_last_one_that_may_still_be_used(clerk: Actor, people: dict[str, User]) -> None:
    assert own_uploads.next_folder(actor_of(people["staff"])) is None
    root = own_uploads.next_folder(clerk)
    assert root is not None and root.id == tree.root_id()
    folder = tree.by_path(COMMAND_LINE, "A", create=True)
    change(upload(clerk, decision()), folder_id=folder.id)
    db.release()
    found = own_uploads.next_folder(clerk)
    assert found is not None and found.id == folder.id
    recycle_bin.delete_folder(clerk, folder.id)
    db.release()
    found = own_uploads.next_folder(clerk)
    assert found is not None and found.id == tree.root_id()
