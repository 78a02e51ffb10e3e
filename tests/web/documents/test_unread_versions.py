"""Only the uploader sees a version that waits to be read, and a form from before a restore opens nothing."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Link
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import bin
from docmgr.services.documents import page as document_page
from docmgr.services.documents import upload as documents
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.desk import work
from tests.filling.filing import file_document, seen
from tests.filling.papers import decision
from tests.support import marked
from tests.support.acting import actor_of, upload
from tests.support.browsers import Auth

OLD = decision(body=("Điều 1. Cũ", "Nội dung cũ."))
NEW = decision(body=("Điều 1. Mới", "Nội dung mới."))
NAME, NOTE = "Phuong an sap xep.docx", "Ghi chú riêng"


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def waiting(app: Flask, auth: Auth) -> int:
    """A published document with a second version that the worker has not read."""
    clerk = actor_of(auth.people["clerk"])
    number = upload(clerk, OLD, "cu.docx", publish=True)
    work(app)
    assert documents.add_version(clerk, number, io.BytesIO(NEW), NAME, NOTE).outcome == "stored"
    db.release()
    return number


def test_its_name_and_note_are_told_by_no_page_until_it_is_read(app: Flask, auth: Auth, waiting: int) -> None:
    pages = (f"/documents/{waiting}/trail", f"/documents/{waiting}?tab=trail", f"/documents/{waiting}?tab=files")
    told = [NAME in text(auth("staff").get(page)) or NOTE in text(auth("staff").get(page)) for page in pages]
    assert told == [False, False, False]
    assert NAME in text(auth("clerk").get(pages[0])) and NOTE in text(auth("clerk").get(pages[0]))
    work(app)
    assert NAME in text(auth("staff").get(pages[0])) and NOTE in text(auth("staff").get(pages[0]))


def test_its_bytes_are_new_to_everybody_else(auth: Auth, waiting: int) -> None:
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=tree.root_id()), "role:staff", "editor")
    staff, clerk = actor_of(auth.people["staff"]), actor_of(auth.people["clerk"])
    assert documents.upload(clerk, io.BytesIO(NEW), "x.docx").outcome == "duplicate"
    assert documents.upload(staff, io.BytesIO(NEW), "x.docx").outcome == "stored"
    assert documents.add_version(staff, waiting, io.BytesIO(NEW), "x.docx", None).outcome == "stored"


def test_nothing_is_tied_to_it(app: Flask, auth: Auth) -> None:
    world = marked.build(app, auth.people, "unread")
    db.release()
    given = {"document": str(world.ids["doc"]), "subject": f"task:{world.ids['task']}", "v": "2", "role": "result"}
    auth("staff").submit("/links/new", given)
    with db.read() as session:
        link = session.scalars(select(Link).order_by(Link.id.desc())).first()
        page = document_page.frame(actor_of(auth.people["staff"]), int(world.ids["doc"]))
    assert link is not None and link.version_id == page.version_id and page.version is not None and page.version.no == 1


def test_relations_of_a_document_stay_while_its_newer_version_waits(app: Flask, auth: Auth) -> None:
    clerk = actor_of(auth.people["clerk"])
    target = upload(clerk, decision(number="20"), "a.docx", publish=True)
    words = ("Căn cứ Quyết định số 20/QĐ-SGDĐT;", "Điều 1. Thực hiện Quyết định số 20/QĐ-SGDĐT")
    source = upload(clerk, decision(number="21", body=words), "b.docx", publish=True)
    work(app)
    before = {(row.type, row.document_id) for row in document_page.load(clerk, target).relations}
    assert source in {number for _, number in before}
    documents.add_version(clerk, source, io.BytesIO(NEW), "n.docx", None)
    db.release()
    assert {(row.type, row.document_id) for row in document_page.load(clerk, target).relations} == before


def test_a_form_from_before_a_restore_opens_nothing(auth: Auth) -> None:
    clerk, leader = actor_of(auth.people["clerk"]), actor_of(auth.people["leader"])
    above = tree.create(clerk, tree.root_id(), "Trên").id
    db.release()
    sharing.set_inherit(clerk, SharedThing(folder_id=above), inherit=False)
    db.release()
    inner = tree.create(clerk, above, "Dưới").id
    db.release()
    sharing.set_inherit(clerk, SharedThing(folder_id=inner), inherit=False)
    db.release()
    paper = file_document(inner, "5", "Kín")
    found = re.search(r'name="revision" value="(\d+)"', auth("clerk").get(f"/folders/{inner}/sharing").text)
    assert found is not None
    for folder in (inner, above):
        bin.delete_folder(clerk, folder)
        db.release()
    bin.restore_folder(clerk, inner)
    db.release()
    assert paper not in seen(leader)
    auth("clerk").submit(f"/folders/{inner}/sharing/inheritance", {"inherit": "1", "revision": found[1]})
    assert paper not in seen(leader)
