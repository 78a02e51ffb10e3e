"""The public page: what everybody reads, and that it is nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, PublicationOpening, User
from docmgr.policy import Actor, Denied, Lent
from docmgr.services.access import guard, rule
from docmgr.services.documents import facts, lifecycle
from docmgr.services.errors import NotFound
from docmgr.services.openness import finding, recording, showing, switch
from docmgr.services.own_fields import definitions
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.search import find, request
from legaltext import dates
from tests.filling.filing import load, with_versions
from tests.filling.keeping.publishing import ago, change, made_public
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work
from tests.support.racing import count, events


@pytest.fixture
def administrator(people: dict[str, User]) -> Actor:
    """The administrator, who has switched the page on."""
    made = actor_of(people["administrator"])
    switch.turn(made, True)
    return made


@pytest.fixture
def paper(clerk: Actor, administrator: Actor) -> int:
    """A published document in a folder that every signed-in person reads, public from today on."""
    number = with_versions(clerk, 2)
    made_public(clerk, number)
    return number


def shown() -> list[int]:
    """The ids of the documents that the public page lists now."""
    db.release()
    rows, total = showing.page()
    assert total == len(rows)
    return [row.document.id for row in rows]


def hidden(number: int) -> bool:
    """Whether everybody is refused the document in every way."""
    assert number not in shown()
    for ask in (lambda: showing.document(number), lambda: showing.original(number, 1)):
        db.release()
        with pytest.raises(NotFound):
            ask()
    return True


def test_everybody_reads_what_is_public_and_only_numbers_are_kept(clerk: Actor, paper: int) -> None:
    private = with_versions(clerk, 1)
    assert shown() == [paper] and hidden(private)
    before = len(events())
    made = showing.document(paper)
    assert (made.text, made.version_no, made.label) == ("Lời 2", 2, "Quyết định 5/QĐ-X")
    assert (made.row.starts_on, made.row.ends_on) == (dates.today(), dates.today() + dt.timedelta(days=30))
    showing.document(paper)
    showing.document(paper, count=False)
    with db.read() as session:
        (kept,) = session.query(PublicationOpening).all()
    assert (kept.document_id, kept.day, kept.openings, kept.downloads) == (paper, dates.today(), 2, 0)
    assert len(events()) == before


def test_the_page_is_off_until_an_administrator_switches_it_on(clerk: Actor, people: dict[str, User]) -> None:
    administrator, number = actor_of(people["administrator"]), with_versions(clerk, 1)
    made_public(clerk, number)
    asks: tuple[Callable[[], Any], ...] = (showing.page, lambda: showing.document(number), lambda: showing.original(number, 1), lambda: finding.find("lời"))
    for ask in asks:
        with pytest.raises(NotFound):
            ask()
    for who in (clerk, Actor(None, "Khách")):
        with pytest.raises(Denied):
            switch.turn(who, True)
    switch.turn(administrator, True)
    switch.turn(administrator, True)
    assert shown() == [number] and switch.shown(clerk)
    switch.turn(administrator, False)
    for ask in asks:
        db.release()
        with pytest.raises(NotFound):
            ask()
    assert [event.details["on"] for event in events("publication:switch")] == [True, False]


@pytest.mark.parametrize(
    "values",
    [
        {"workflow": "draft"},
        {"workflow": "withdrawn"},
        {"state": "withheld"},
        {"state": "waiting"},
        {"state": "reading"},
        {"secrecy": "mat"},
        {"deleted_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    ],
)
def test_what_nobody_outside_may_see_is_gone_at_once(paper: int, values: dict[str, object]) -> None:
    assert shown() == [paper]
    change(paper, **values)
    assert hidden(paper)


def test_the_end_and_the_withdrawal_work_at_once(clerk: Actor, paper: int) -> None:
    recording.end(clerk, paper, 1)
    assert hidden(paper)
    again = made_public(clerk, paper)
    assert shown() == [paper]
    recording.withdraw(clerk, paper, again, "Nhầm")
    assert hidden(paper)


def test_only_the_period_counts(clerk: Actor, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    later = with_versions(clerk, 1)
    made_public(clerk, later, starts_on=ago(-2))
    past = with_versions(clerk, 1)
    made_public(clerk, past, starts_on=ago(31), days=30)
    inside = with_versions(clerk, 1)
    made_public(clerk, inside, audience="agency")
    assert shown() == [paper] and hidden(later) and hidden(past) and hidden(inside)
    # The day is asked for at each request, not once.
    today = dates.today()
    monkeypatch.setattr(dates, "today", lambda: today + dt.timedelta(days=30))
    assert shown() == [later, paper]
    monkeypatch.setattr(dates, "today", lambda: today + dt.timedelta(days=31))
    assert shown() == [later] and hidden(paper)


def test_what_not_every_signed_in_person_reads_is_not_public(clerk: Actor, administrator: Actor) -> None:
    number = with_versions(clerk, 1)
    made_public(clerk, number)
    assert shown() == [number]
    with db.write() as session:
        document = session.get_one(Document, number)
        document.inherit = False
        rule.assign_list(session, document)
    assert hidden(number)


def test_the_bin_and_the_workflow_take_it_away(clerk: Actor, paper: int) -> None:
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    assert hidden(paper)
    lifecycle.set_workflow(clerk, paper, "published")
    assert shown() == [paper]
    lifecycle.delete(clerk, [paper])
    assert hidden(paper)


def test_a_newer_version_is_not_public_before_it_was_read(paper: int) -> None:
    change(paper, current_no=3)
    assert hidden(paper)


def test_unknown_numbers_are_refused(paper: int) -> None:
    for number in (0, -1, 10**6, 2**31, 10**15):
        assert hidden(number)
    assert showing.original(paper, 1) is None


def test_the_visitor_has_no_other_rights(clerk: Actor, paper: int) -> None:
    with db.read() as session:
        assert guard.readable(session, showing.VISITOR, paper).id == paper
        with pytest.raises(Denied):
            guard.editable(session, showing.VISITOR, paper)
        lent = Actor(None, "x", lent=Lent(frozenset({"unit:4"}), made_public=True))
        assert session.query(guard.Document).filter(rule.visible(lent)).count() == 0
    assert not showing.VISITOR.keys and not showing.VISITOR.roles


def test_search_finds_the_public_documents_alone(clerk: Actor, administrator: Actor, site: Context) -> None:
    one = upload(clerk, decision(number="11/QĐ-SGDĐT"), "a.docx", publish=True)
    other = upload(clerk, decision(number="12/QĐ-SGDĐT"), "b.docx", publish=True)
    work(site)
    assert finding.find("quyết định").hits == ()
    made_public(clerk, one)
    for words in ("quyết định", "11/QĐ-SGDĐT", "Điều 1"):
        found = finding.find(words)
        assert [hit.row.document.id for hit in found.hits] == [one] and found.total == 1 and found.usable
    assert finding.find("12/QĐ-SGDĐT").hits == () or [hit.row.document.id for hit in finding.find("12/QĐ-SGDĐT").hits] == [one]
    before = len(events())
    made_public(clerk, other)
    assert {hit.row.document.id for hit in finding.find("quyết định").hits} == {one, other}
    recording.withdraw(clerk, one, 1, "Nhầm")
    assert [hit.row.document.id for hit in finding.find("quyết định").hits] == [other]
    # What the index does not hold in its present rights is left out, and what is typed as a field is only words.
    change(other, state="indexing")
    assert finding.find("quyết định").hits == ()
    change(other, state="findable", indexed_access_list_id=0)
    assert finding.find("quyết định").hits == ()
    assert len([event for event in events()[before:] if event.action.startswith("search")]) == 0


def test_search_tells_nothing_that_the_page_does_not_show(clerk: Actor, administrator: Actor, site: Context) -> None:
    definitions.create(administrator, OwnFieldInput("Ghi chú nội bộ", kind="long_text"))
    one = upload(clerk, decision(number="11/QĐ-SGDĐT"), "Ông Bí Mật.docx", publish=True)
    facts.save(clerk, one, {}, revision=load(one).revision, confirm=False, publish=False, own={"ghi_chu_noi_bo": ["khoxung kiện tụng"]})
    work(site)
    made_public(clerk, one)
    assert [hit.row.document.id for hit in finding.find("quyết định").hits] == [one]
    assert find.find(clerk, request.read({"q": ["khoxung"]})).hits
    db.release()
    assert finding.find("khoxung").total == finding.find('"kiện tụng"').total == finding.find('"ghi chú nội bộ"').total == 0
    change(one, subject=None)
    assert finding.find("bí mật").total == 0


def test_a_page_that_ends_while_it_loads_is_not_found(paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "rows_of", lambda *_: {})
    with pytest.raises(NotFound):
        showing.document(paper)


def test_odd_questions_are_answered(clerk: Actor, paper: int) -> None:
    for words in ("", " ", "*", '"', "(", "a:b", "loại:", "thư mục:1", "x" * 10_000, "\x00", "AND OR NOT", "điều " * 200):
        assert finding.find(words, 10**9).hits == ()
    assert count(PublicationOpening) == 0
