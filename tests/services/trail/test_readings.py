"""Readings: once per visit and person, with a clock that was ahead, and never without a recorded event."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.policy import COMMAND_LINE, WORKER, Actor
from docmgr.services.documents import files, lifecycle
from docmgr.services.documents.pictures import previews
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from docmgr.services.search import find
from docmgr.services.search.request import SearchRequest
from docmgr.services.trail import append, log, readings
from tests.filling.filing import actions, file_document
from tests.filling.papers import decision, pdf
from tests.support.acting import actor_of, upload, work


@pytest.fixture
def paper(people) -> int:
    return file_document(tree.root_id(), "12/QĐ-SGDĐT", "Quy chế dân chủ")


def views(document_id: int) -> int:
    return actions(document_id).count("document:view")


def dated(at: dt.datetime, actor: Actor, action: str, document_id: int, **details: object) -> None:
    """An event with another time, as a wrong clock would have written it."""
    with db.write() as session:
        subject = append.EventSubject("document", document_id, "x", document_id)
        append.add(session, {**append.row(actor, action, subject, details), "at": at})
    db.release()


def test_words_shown_again_in_a_visit_are_one_reading(paper, staff, people) -> None:
    readings.record(staff, [paper])
    readings.record(staff, [paper])
    assert views(paper) == 1
    # Another person's reading does not count.
    readings.record(actor_of(people["leader"]), [paper])
    assert views(paper) == 2
    other = file_document(tree.root_id(), "13/QĐ-SGDĐT")
    readings.record(staff, [paper, other])
    assert (views(paper), views(other)) == (2, 1)
    readings.record(staff, [])
    assert (views(paper), views(other)) == (2, 1)


def test_tabs_of_the_documents_own_page_are_one_reading(paper, staff, people) -> None:
    for _ in range(3):
        readings.opened(staff, paper)
    assert views(paper) == 1
    # Words of it on other pages belong to that visit; what a search led to, and other people, do not.
    readings.record(staff, [paper])
    assert views(paper) == 1
    readings.opened(staff, paper, apart=True)
    readings.opened(actor_of(people["leader"]), paper)
    assert views(paper) == 3


def test_a_visit_of_tabs_ends_after_minutes_and_with_a_change(paper, staff, clerk) -> None:
    dated(db.now() - readings.TABS - dt.timedelta(minutes=1), staff, "document:view", paper)
    readings.opened(staff, paper)
    assert views(paper) == 2
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    readings.opened(staff, paper)
    assert views(paper) == 3


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=5), dt.timedelta(days=1)])
def test_a_clock_that_was_ahead_begins_no_visit_of_tabs(paper, staff, ahead) -> None:
    dated(db.now() + ahead, staff, "document:view", paper)
    readings.opened(staff, paper)
    assert views(paper) == 2


def test_a_tab_of_a_known_visit_costs_one_query(paper, staff, count_queries) -> None:
    readings.opened(staff, paper)
    db.release()
    with count_queries() as counted:
        readings.opened(staff, paper)
    assert counted.number == 1


def test_a_visit_lasts_an_hour(paper, staff) -> None:
    dated(db.now() - readings.VISIT - dt.timedelta(minutes=1), staff, "document:view", paper)
    readings.record(staff, [paper])
    assert views(paper) == 2
    readings.record(staff, [paper])
    assert views(paper) == 2


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=5), dt.timedelta(days=1), dt.timedelta(days=400)])
def test_an_event_of_a_clock_that_was_ahead_excuses_no_reading(paper, staff, ahead) -> None:
    dated(db.now() + ahead, staff, "document:view", paper)
    readings.record(staff, [paper])
    assert views(paper) == 2


def test_other_acts_are_no_reading(paper, staff) -> None:
    dated(db.now(), staff, "document:export", paper)
    readings.record(staff, [paper])
    assert views(paper) == 1


def test_the_command_line_and_the_worker_are_not_each_other(paper) -> None:
    readings.record(WORKER, [paper])
    readings.record(COMMAND_LINE, [paper])
    readings.record(COMMAND_LINE, [paper])
    assert views(paper) == 2


def test_nothing_is_recorded_where_one_may_not_be_read(paper, staff) -> None:
    draft = file_document(tree.root_id(), "13/QĐ-SGDĐT", workflow="draft")
    for wanted in ([draft], [paper, draft], [paper, 999_999]):
        with pytest.raises(NotFound):
            readings.record(staff, wanted)
    with pytest.raises(NotFound):
        readings.opened(staff, draft)
    assert (views(paper), views(draft)) == (0, 0)


def test_a_deleted_document_is_read_by_nobody(paper, staff, people) -> None:
    lifecycle.delete(actor_of(people["clerk"]), [paper])
    with pytest.raises(NotFound):
        readings.record(staff, [paper])


def test_what_cannot_be_recorded_is_not_shown(paper, staff, monkeypatch) -> None:
    def locked(*_args, **_more) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(log, "document_event", locked)
    for act in (lambda: readings.record(staff, [paper]), lambda: readings.opened(staff, paper)):
        with pytest.raises(OperationalError):
            act()


def test_a_known_visit_costs_one_query_and_a_new_one_five_at_most(paper, staff, count_queries) -> None:
    db.release()
    with count_queries() as counted:
        readings.record(staff, [paper])
    # Whether it is known, the lock of the trail (PostgreSQL), the number, the event, and the check that it was written.
    assert counted.number <= 5
    db.release()
    with count_queries() as counted:
        readings.record(staff, [paper])
    assert counted.number <= 1


# Files.


@pytest.mark.parametrize(("action", "again"), [("file:open", 1), ("file:preview", 1)])
def test_a_piece_of_a_file_opened_under_a_clock_that_was_ahead_is_a_reading(
    site, people, action, again
) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, pdf(2), "a.pdf")
    work(site)
    sha256 = previews.find(clerk, 1).sha256
    dated(db.now() + dt.timedelta(days=1), clerk, action, document_id, sha256=sha256)
    before = actions(document_id).count(action)
    for _ in range(3):
        # "All but the first byte", and a page of the images.
        if action == "file:open":
            previews.opened(clerk, 1, later_part=True)
        else:
            previews.page_image(clerk, 1, 2)
    assert actions(document_id).count(action) == before + again


def test_another_file_of_the_document_is_a_reading_of_its_own(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, pdf(2), "a.pdf")
    work(site)
    dated(db.now(), clerk, "file:open", document_id, sha256="0" * 64)
    previews.opened(clerk, 1, later_part=True)
    assert actions(document_id).count("file:open") == 2


# Searches.


def searches() -> list[TrailEvent]:
    db.release()
    with db.read() as session:
        query = select(TrailEvent).where(TrailEvent.action == "search:find").order_by(TrailEvent.seq)
        return list(session.scalars(query))


def test_a_search_names_the_documents_whose_words_it_showed(site, people, staff) -> None:
    shown = upload(actor_of(people["clerk"]), decision(), publish=True)
    upload(
        actor_of(people["clerk"]), decision(number="13", body=("Điều 1. Khác hẳn",)), "b.docx", publish=True
    )
    work(site)
    find.find(staff, "công khai kế hoạch công tác")
    (event,) = searches()
    assert (event.subject_label, event.details["documents"]) == ("công khai kế hoạch công tác", [shown])
    assert event.details["count"] == 1


def test_a_search_by_filters_alone_is_recorded_in_words(site, people, staff) -> None:
    upload(actor_of(people["clerk"]), decision(), publish=True)
    work(site)
    wanted = SearchRequest(filters={"type": ("Quyết định",)}, since=dt.date(2024, 1, 1))
    assert find.find(staff, wanted, per_page=20).total == 1
    (event,) = searches()
    told = "Loại văn bản: Quyết định; Ban hành từ ngày: 01/01/2024"
    assert (event.subject_label, event.details) == (told, {"query": "", "filter": told, "count": 1})
    find.find(staff, wanted, per_page=20, record=False)
    assert len(searches()) == 1


def test_the_uploaders_file_is_named_in_the_event(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(), "a.docx")
    work(site)
    opened = files.open_file(clerk, 1, action="file:open")
    with db.read() as session:
        event = session.scalars(select(TrailEvent).where(TrailEvent.action == "file:open")).one()
    assert event.details == {"file": "a.docx", "sha256": opened.sha256}
