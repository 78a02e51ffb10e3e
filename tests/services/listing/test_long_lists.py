"""Long lists: the counts by state follow the read rule, subjects are sorted by their stored key, and what a page remembers of rights ends
with the next change."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from docmgr import collation, db
from docmgr.models import Document
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import counting, guard, rule
from docmgr.services.documents import lifecycle
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from docmgr.services.indexing.portions import portions
from tests.filling.filing import file_document


def test_counts_are_those_of_the_read_rule(clerk: Actor, staff: Actor, auditor: Actor) -> None:
    root = tree.root_id()
    gone = [file_document(root, f"{n}/QĐ-X") for n in range(3)][-1]
    file_document(root, "8/QĐ-X", workflow="draft", created_by=clerk.user_id)
    file_document(root, "9/QĐ-X", workflow="withdrawn")
    lifecycle.delete(clerk, [gone])
    here = Document.folder_id == root
    with db.read() as session:
        for actor in (clerk, staff, auditor, COMMAND_LINE):
            plain = session.scalars(select(Document.workflow).where(here, rule.visible(actor))).all()
            assert counting.by(session, actor, Document.workflow, here) == {one: plain.count(one) for one in set(plain)}
        assert counting.by(session, staff, Document.workflow, here) == {"published": 2}


def test_a_subject_has_its_key_however_it_is_written(clerk: Actor) -> None:
    number = file_document(tree.root_id(), "1/QĐ-X")
    with db.write() as session:
        row = session.get_one(Document, number)
        row.subject = "Về việc đổi tên"
        columns = {"folder_id": row.folder_id, "access_list_id": row.access_list_id}
        session.execute(insert(Document), [{**columns, "subject": "Ấn định"}, {**columns, "subject": None}])
    with db.read() as session:
        held = session.execute(select(Document.subject, Document.subject_order).order_by(Document.id)).all()
    assert [tuple(one) for one in held] == [(subject, collation.key(subject)) for subject in ("Về việc đổi tên", "Ấn định", None)]


def test_what_was_found_readable_is_asked_again_after_a_change(clerk: Actor, staff: Actor) -> None:
    number = file_document(tree.root_id(), "1/QĐ-X")
    assert guard.get(staff, number) is guard.get(staff, number)
    lifecycle.delete(clerk, [number])
    with pytest.raises(NotFound):
        guard.get(staff, number)


def test_what_was_found_for_one_person_is_not_given_to_another(clerk: Actor, staff: Actor) -> None:
    number = file_document(tree.root_id(), "1/QĐ-X", workflow="draft", created_by=clerk.user_id)
    assert guard.get(clerk, number).id == number
    with pytest.raises(NotFound):
        guard.get(staff, number)


def test_portions_keep_both_bounds(site: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docmgr.services.indexing.portions._sizes", lambda ids: {1: 5, 2: 6, 3: 50, 4: 1})
    assert list(portions([1, 2, 3, 4, 5], 2, 11)) == [[1, 2], [3], [4, 5]]
    assert list(portions([1, 2, 3, 4, 5], 2, 10)) == [[1], [2], [3], [4, 5]]
    assert list(portions([], 2, 10)) == []
