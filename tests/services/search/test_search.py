"""Search through the service: rights, documents that wait for the index, the trail, and comparison with a simple
search."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import event, func, select

from docmgr import db, worker
from docmgr.models import Document, Job, TrailEvent
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.documents import landing, lifecycle
from docmgr.services.indexing import access, sync
from docmgr.services.search import find, footer
from indexer.match import expansion
from indexer.types import Note
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

BODY = ("Điều 1. Phạm vi", "Quy định về kiểm tra hồ sơ.", "Điều 2. Hội nghị", "Hội nghị viên chức mỗi năm một lần.")


def test_a_search_lands_on_the_article(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision(body=BODY))
    work(site)
    for query in ("hội nghị viên chức", "hoi nghi vien chuc", '"viên chức mỗi năm"'):
        page = find.find(clerk, query)
        assert [hit.document.id for hit in page.hits] == [document_id]
        assert page.hits[0].provisions[0].anchor == "dieu-2"
        assert any(segment.match for segment in page.hits[0].provisions[0].snippet)


def test_each_search_is_one_event_with_its_count(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY))
    work(site)
    find.find(clerk, "hội nghị")
    find.find(clerk, "hội nghị", page=2, record=False)
    with db.read() as session:
        events = session.scalars(select(TrailEvent).where(TrailEvent.action == "search:find")).all()
    assert [event.details for event in events] == [{"query": "hội nghị", "count": 1, "documents": [1]}]


def test_a_change_of_rights_counts_at_once_though_the_index_lags(site, people) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    document_id = upload(clerk, decision(body=BODY), publish=True)
    work(site)
    assert find.find(staff, "hội nghị").total == 1
    lifecycle.set_workflow(clerk, document_id, "withdrawn")
    page = find.find(staff, "hội nghị")
    assert (page.total, page.hits) == (0, ()) and footer.footer(staff).waiting == 0
    assert all(not values for values in page.facets.values())
    assert find.find(clerk, "hội nghị").total == 1


def test_what_is_in_the_bin_is_not_found_and_comes_back_whole(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision(body=BODY))
    work(site)
    lifecycle.delete(clerk, [document_id])
    assert find.find(clerk, "hội nghị").total == 0
    work(site)
    assert len(site.backend.index.snapshot().documents) == 0
    with db.write() as session:
        landing.document(session, clerk, session.get_one(Document, document_id))
    work(site)
    assert find.find(clerk, "hội nghị").total == 1


def test_an_administrator_finds_nothing_by_that_role(site, people) -> None:
    with pytest.raises(Denied):
        find.find(actor_of(people["administrator"]), "hội nghị")


def test_a_lost_index_stops_nothing_and_is_built_again(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY))
    work(site)
    shutil.rmtree(site.backend.index.path)
    page = find.find(clerk, "hội nghị")
    assert (page.total, page.unusable, page.notes) == (0, True, (Note("no_index"),))
    with db.read() as session:
        event = session.scalars(select(TrailEvent).where(TrailEvent.action == "search:find")).one()
    assert event.details == {"query": "hội nghị"}
    upload(clerk, decision(body=BODY, number="99"), "b.docx")
    work(site)
    assert find.find(clerk, "hội nghị").total == 2
    assert sync.check(COMMAND_LINE) == []


def test_check_names_what_differs(site, people) -> None:
    clerk = actor_of(people["clerk"])
    first = upload(clerk, decision(body=BODY))
    second = upload(clerk, decision(body=BODY, number="99"), "b.docx")
    work(site)
    with site.backend.index.write_batch() as batch:
        batch.delete(first)
    with db.write() as session:
        session.get_one(Document, second).revision += 1
    problems = sync.check(COMMAND_LINE)
    assert len(problems) == 2
    assert any(str(first) in problem and "chưa có" in problem for problem in problems)
    assert any(str(second) in problem and "cũ hơn" in problem for problem in problems)
    sync.rebuild()
    assert sync.check(COMMAND_LINE) == []


def test_a_busy_index_keeps_the_job(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY))
    work(site)
    document_id = upload(clerk, decision(body=BODY, number="99"), "b.docx")
    monkeypatch.setattr(sync, "LOCK_WAIT_SECONDS", 0.05)
    from indexer.store.durable import locked

    with worker.Reader() as reader:
        worker.ingest.read_some(reader)
    with locked(site.backend.index.path / "write.lock", 1.0):
        sync.drain()
    db.release()
    with db.read() as session:
        assert session.scalar(select(func.count()).where(Job.kind == "index")) >= 1
        assert session.get_one(Document, document_id).state == "indexing"
    work(site)
    assert find.find(clerk, "hội nghị").total == 2


def test_only_one_process_is_the_worker(site) -> None:
    with worker.lease(site), pytest.raises(worker.LeaseHeld), worker.lease(site):
        raise AssertionError("two workers")


def test_no_document_is_read_to_learn_what_the_index_does_not_know(site, people) -> None:
    engine = site.database.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("the plan of PostgreSQL depends on how many rows there are")
    asked: list[tuple[str, object]] = []

    def hear(_connection, _cursor, statement: str, given: object, *_more) -> None:
        asked.append((statement, given))

    event.listen(engine, "before_cursor_execute", hear)
    with db.read() as session:
        access.index_access(session, actor_of(people["clerk"]))
    event.remove(engine, "before_cursor_execute", hear)
    ((stale, given),) = [one for one in asked if one[0].startswith("SELECT document.id")]
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {stale}", given).all()
    assert any("USING INDEX ix_document_index_lags" in row[3] for row in plan), plan


def test_an_answer_that_stopped_early_says_so(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY))
    work(site)
    assert Note("stopped_early") not in find.find(clerk, "hộ* ngh*").notes
    monkeypatch.setattr(expansion, "MOST_EXPANDED", 1)
    assert Note("stopped_early") in find.find(clerk, "hộ* ngh*").notes
