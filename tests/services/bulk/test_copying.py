"""A copy of a document: the same files, text and facts as a draft of its own, without what belongs to the original."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import DocumentFact, Provision, Relation, Version
from docmgr.policy import Denied
from docmgr.services.bulk import copying
from docmgr.services.documents import bin
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.relations import relations
from docmgr.services.terms import of_documents as terms
from tests.filling.desk import stored, work
from tests.filling.filing import actions, file_document, load, own_grants, with_versions
from tests.filling.papers import decision
from tests.filling.registers import hide
from tests.support.acting import actor_of


def texts(document_id: int) -> list[tuple[int, str, int, list[str]]]:
    db.release()
    with db.read() as session:
        found = session.scalars(select(Version).where(Version.document_id == document_id).order_by(Version.no)).all()
        return [(one.no, one.text or "", len(session.scalars(select(Provision.id).where(Provision.version_id == one.id)).all()), [file.sha256 for file in one.files]) for one in found]


def test_a_copy_is_a_draft_with_the_files_and_facts(app: Flask, auth: Any) -> None:
    browser, clerk, leader = auth("clerk"), actor_of(auth.people["clerk"]), actor_of(auth.people["leader"])
    source = stored(app, browser, decision(number="12", subject="Về việc họp"), publish="1")
    terms.add(clerk, [source], tags="họp")
    sharing.grant(clerk, SharedThing(document_id=source), f"user:{leader.user_id}", "editor")
    relations.add(clerk, source, "based_on", file_document(tree.root_id(), "1/QĐ-X"))
    target = tree.create(clerk, tree.root_id(), "Mẫu").id
    page = browser.submit(f"/documents/{source}/duplicate", {"folder": str(target)}, follow_redirects=True).text
    assert "Đã nhân bản thành dự thảo này." in page and f'Nhân bản từ <a href="/documents/{source}">' in page
    with db.read() as session:
        made = max(session.scalars(select(Version.document_id)))
        assert session.scalars(select(Relation).where(Relation.source_id == made, Relation.created_by.is_not(None))).all() == []
    copy, old = load(made), load(source)
    assert (copy.workflow, copy.folder_id, copy.created_by, copy.current_no) == ("draft", target, clerk.user_id, 1)
    assert (copy.subject, copy.issuer, copy.type, copy.number, copy.issued_on, copy.number_key, copy.confirmed_at) == (old.subject, old.issuer, old.type, None, None, None, None)
    assert [row[1:] for row in texts(made)] == [row[1:] for row in texts(source)] and texts(made)[0][2] > 0
    assert terms.of_document(clerk, made).tags == ("họp",) and own_grants(SharedThing(document_id=made)) == []
    assert actions(made)[0] == "document:copy" and "document:copied" in actions(source)
    # Found by its words, and reading the file again leaves the number empty.
    work(app)
    assert load(made).state == "findable" and load(made).number is None
    with db.read() as session:
        assert session.scalar(select(DocumentFact.confirmed).where(DocumentFact.document_id == made, DocumentFact.field == "number"))
    # Who may not read the original is not told of it.
    hide(source)
    assert "Nhân bản từ" not in browser.get(f"/documents/{made}").text and copying.original(clerk, load(made)) is None


def test_what_cannot_be_copied_is_refused_and_leaves_nothing(app: Flask, auth: Any) -> None:
    clerk, staff = actor_of(auth.people["clerk"]), actor_of(auth.people["staff"])
    root, paper = tree.root_id(), with_versions(clerk, 2)
    hidden, bare = with_versions(clerk, 1), file_document(root, "7/QĐ-X")
    hide(hidden)
    gone = tree.create(clerk, root, "Bỏ").id
    bin.delete_folder(clerk, gone)
    before = len(actions())
    for wrong, error in (
        (lambda: copying.copy(clerk, hidden, root), NotFound), (lambda: copying.copy(clerk, 9999, root), NotFound), (lambda: copying.copy(clerk, bare, root), Invalid),
        (lambda: copying.copy(staff, paper, root), Denied), (lambda: copying.copy(clerk, paper, gone), Conflict), (lambda: copying.copy(clerk, paper, 9999), NotFound),
        (lambda: copying.copy(actor_of(auth.people["administrator"]), paper, root), Denied),
    ):  # fmt: skip
        with pytest.raises(error):
            wrong()
    with db.write() as session:
        session.execute(Version.__table__.update().where(Version.document_id == paper, Version.no == 2).values(outcome=None))
    with pytest.raises(Invalid):
        copying.copy(clerk, paper, root)
    assert len(actions()) == before
