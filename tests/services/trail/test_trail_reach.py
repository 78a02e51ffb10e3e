"""The whole trail, and how much of it people see who are not auditors."""

from __future__ import annotations

import dataclasses

import pytest

from docmgr import db
from docmgr.models import Document
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.documents import lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.search import find
from docmgr.services.trail import export, history, log, readings, words
from docmgr.services.trail.history import Filter
from docmgr.services.trail.veil import HIDDEN_FOLDER
from tests.filling.filing import file_document
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


def _seen(actor) -> set[str]:
    events, total = history.find(actor, Filter(), per_page=200)
    assert total == len(events)
    return {f"{event.action} {event.document_id or ''}".strip() for event in events}


@pytest.fixture
def happenings(site, people) -> tuple[int, int]:
    """A published document of the clerk that staff opened, and one that is closed to them; staff also searched."""
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    open_, shut = upload(clerk, decision(), publish=True), upload(clerk, decision(number="13"), "b.docx")
    work(site)
    readings.opened(staff, open_)
    find.find(staff, "hội nghị")
    return open_, shut


def test_an_auditor_sees_everything(people, happenings) -> None:
    open_, shut = happenings
    assert {f"document:view {open_}", f"document:upload {shut}", "search:find"} <= _seen(actor_of(people["auditor"]))


def test_an_administrator_alone_sees_people_and_site_and_no_document(people, happenings) -> None:
    with db.write() as session:
        log.record(session, COMMAND_LINE, "person:create", "person", people["staff"].id, "Chuyên viên thử")
        log.record(session, COMMAND_LINE, "site:backup", "site", None, "Bản sao")
    seen = _seen(actor_of(people["administrator"]))
    # What they do see is checked too: an empty list would contain no document either.
    assert {"person:create", "site:backup"} <= seen
    assert not any(event.split()[0].startswith(("document:", "search:", "folder:", "file:")) for event in seen)


def test_an_administrator_sees_no_reading_even_of_what_they_may_read(people, happenings) -> None:
    """The role of staff gives the documents, but not who read them."""
    open_, shut = happenings
    both = dataclasses.replace(actor_of(people["administrator"]), roles=frozenset({"administrator", "staff"}))
    lifecycle.move(actor_of(people["clerk"]), [open_], tree.create(actor_of(people["clerk"]), tree.root_id(), "Mở").id)
    seen = _seen(both)
    assert {f"document:upload {open_}", f"document:move {open_}"} <= seen
    assert not any(event.split()[0] in log.READINGS for event in seen)
    assert not any(event.endswith(f" {shut}") for event in seen)
    with pytest.raises(Denied):
        history.find(dataclasses.replace(both, roles=frozenset({"staff"})), Filter())


def test_an_administrators_own_readings_are_seen_by_themself(people, happenings) -> None:
    open_, _shut = happenings
    both = dataclasses.replace(actor_of(people["administrator"]), roles=frozenset({"administrator", "staff"}))
    readings.opened(both, open_)
    events, _total = history.find(both, Filter(action="document:view"))
    assert [event.actor_id for event in events] == [both.user_id]


def test_the_first_administrator_who_is_clerk_too_sees_what_the_clerk_answers_for(people, happenings) -> None:
    open_, shut = happenings
    both = dataclasses.replace(actor_of(people["clerk"]), roles=frozenset({"administrator", "clerk"}))
    seen = _seen(both)
    assert {f"document:view {open_}", f"document:upload {shut}"} <= seen
    assert "search:find" not in seen


@pytest.mark.parametrize("role", ["clerk", "staff", "leader"])
def test_nobody_else_opens_the_whole_trail(people, happenings, role) -> None:
    with pytest.raises(Denied):
        history.find(actor_of(people[role]), Filter())


def _moves(actor: Actor, document_id: int) -> list[str]:
    events, _total = history.of_document(actor, document_id, Filter(action="document:move"))
    return [words.one_line(event) for event in events]


def test_the_name_of_a_folder_is_for_those_who_may_see_it(site, people) -> None:
    clerk, staff, auditor = (actor_of(people[role]) for role in ("clerk", "staff", "auditor"))
    closed = tree.create(clerk, tree.root_id(), "Thanh tra bất ngờ").id
    document_id = file_document(tree.root_id(), "12/QĐ-X")
    lifecycle.move(clerk, [document_id], closed)
    sharing.set_inherit(clerk, SharedThing(folder_id=closed), inherit=False)
    lifecycle.move(clerk, [document_id], tree.root_id())

    whole = ["Từ: Thanh tra bất ngờ; Đến: Văn bản", "Từ: Văn bản; Đến: Thanh tra bất ngờ"]
    assert _moves(clerk, document_id) == _moves(auditor, document_id) == whole
    hidden = HIDDEN_FOLDER.told()
    assert _moves(staff, document_id) == [f"Từ: {hidden}; Đến: Văn bản", f"Từ: Văn bản; Đến: {hidden}"]
    events, _total = history.of_document(staff, document_id, Filter())
    assert closed not in [event.details.get(side) for event in events for side in ("from_id", "to_id")]
    assert "bất ngờ" not in export.export(staff, Filter(), "csv", document_id=document_id).body.decode()
    # The stored event is not changed.
    assert _moves(clerk, document_id) == whole


def test_a_move_that_names_folders_without_their_numbers_is_for_auditors(people) -> None:
    clerk, staff, auditor = (actor_of(people[role]) for role in ("clerk", "staff", "auditor"))
    document_id = file_document(tree.root_id(), "12/QĐ-X")
    with db.write() as session:
        document = session.get_one(Document, document_id)
        log.document_event(session, clerk, "document:move", document, {"from": "Mật vụ", "to": "Văn bản"})
    assert _moves(staff, document_id) == [f"Từ: {HIDDEN_FOLDER.told()}; Đến: {HIDDEN_FOLDER.told()}"]
    assert _moves(auditor, document_id) == ["Từ: Mật vụ; Đến: Văn bản"]
