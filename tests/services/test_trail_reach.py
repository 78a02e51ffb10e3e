"""The whole trail, and how much of it people see who are not auditors."""

from __future__ import annotations

import dataclasses

import pytest

from docmgr.policy import Denied
from docmgr.services import documents, search, trail
from docmgr.services.trail import Filter
from tests.acting import actor_of, upload, work
from tests.papers import decision


def _seen(actor) -> set[str]:
    events, total = trail.find(actor, Filter(), per_page=200)
    assert total == len(events)
    return {f"{event.action} {event.document_id or ''}".strip() for event in events}


@pytest.fixture
def happenings(site, people) -> tuple[int, int]:
    """A published document of the clerk that staff looked at, and one shut away; staff also searched."""
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    open_, shut = upload(clerk, decision(), publish=True), upload(clerk, decision(number="13"), "b.docx")
    work(site)
    documents.record_view(staff, open_)
    search.find(staff, "hội nghị")
    return open_, shut


def test_an_auditor_sees_everything(people, happenings) -> None:
    open_, shut = happenings
    assert {f"document:view {open_}", f"document:upload {shut}", "search:find"} <= _seen(actor_of(people["auditor"]))


def test_an_administrator_alone_sees_people_and_site_and_no_document(people, happenings) -> None:
    seen = _seen(actor_of(people["administrator"]))
    assert not any(event.split()[0].startswith(("document:", "search:", "folder:")) for event in seen)


def test_the_first_administrator_who_is_clerk_too_sees_what_the_clerk_answers_for(people, happenings) -> None:
    open_, shut = happenings
    both = dataclasses.replace(actor_of(people["clerk"]), roles=frozenset({"administrator", "clerk"}))
    seen = _seen(both)
    assert {f"document:view {open_}", f"document:upload {shut}"} <= seen
    assert "search:find" not in seen


@pytest.mark.parametrize("role", ["clerk", "staff", "leader"])
def test_nobody_else_opens_the_whole_trail(people, happenings, role) -> None:
    with pytest.raises(Denied):
        trail.find(actor_of(people[role]), Filter())
