"""What the worker does by itself without any request."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from docmgr import db, worker
from docmgr.machines import leases
from docmgr.models import Assignment, ClickKey, Document, Notice, Plan, Task
from docmgr.services import jobs
from docmgr.services.notifications import turn
from docmgr.services.upkeep import turns
from legaltext import dates
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work
from tests.support.racing import count

PATIENCE = 30


def test_what_an_earlier_process_left_apart_is_joined_after_a_start(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    for number in range(4):
        upload(clerk, decision(body=(f"Điều 1. Việc thứ {number}", "Nội dung.")))
        work(site)
    index = site.backend.index
    assert len(index.snapshot().segments) > 1
    monkeypatch.setattr(worker, "TIDY_AFTER_SECONDS", 0.0)
    stop = threading.Event()
    running = threading.Thread(target=worker.run_forever, args=(site, stop))
    running.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while len(index.snapshot().segments) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        stop.set()
        running.join()
    assert len(index.snapshot().segments) == 1 and len(index.snapshot().documents) == 4


def test_the_key_of_a_month_that_is_over_is_thrown_away(site) -> None:
    with db.write() as session:
        session.add(ClickKey(month="2020-01", series="a" * 16, secret="b" * 64))
    stop = threading.Event()
    running = threading.Thread(target=worker.run_forever, args=(site, stop))
    running.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while (left := count(ClickKey)) and time.monotonic() < deadline:
            db.release()
            time.sleep(0.05)
    finally:
        stop.set()
        running.join()
    assert left == 0


def test_a_running_worker_makes_notices(site, people) -> None:
    staff = people["staff"]
    with db.write() as session:
        plan = Plan(title="Kế hoạch", year=2026)
        task = Task(plan=plan, title="Báo cáo", due_on=dates.today(), assignments=[Assignment(unit_id=staff.unit_id, role="lead")])
        session.add_all([plan, task])
    stop = threading.Event()
    running = threading.Thread(target=worker.run_forever, args=(site, stop))
    running.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while not (made := count(Notice)) and time.monotonic() < deadline:
            db.release()
            time.sleep(0.05)
    finally:
        stop.set()
        running.join()
    assert made == 1


def test_each_kind_of_work_for_notices_has_its_turn(monkeypatch) -> None:
    done: list[str] = []
    left = {"make": [1, 0, 0], "look": [5, 5, 5]}

    def work(name: str):
        return lambda: done.append(name) or (left[name].pop(0) if name in left else 0)

    names = ("make", "look", "tell", "sweep")
    monkeypatch.setattr(turn, "_STEPS", tuple((work(name), 600.0) for name in names))
    monkeypatch.setattr(turn, "_RESTS", frozenset({1}))
    both = turn.NoticesTurn()
    # What had something to do goes on at once; searches rest all the same.
    assert [both.step() for _ in range(3)] == [1, 0, 0] and done == [*names, "make"]


def test_reading_again_gives_way(site, monkeypatch) -> None:
    asked: list[bool] = []
    kept = worker.Reader
    monkeypatch.setattr(worker, "Reader", lambda gives_way=False: asked.append(gives_way) or kept())
    monkeypatch.setattr(worker.rereading.Turn, "_is_time", lambda _: True)
    assert worker._rereading_step(threading.Event())() == 0 and asked == [True]


def test_it_is_looked_for_every_hour(site, monkeypatch) -> None:
    thrown: list[float] = []
    monkeypatch.setattr(turns.month_keys, "throw_away", lambda: thrown.append(turns.MONTH_SECONDS))
    moment = [100.0]
    monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=lambda: moment[0]))
    step = turns.steps(lambda: False)["month"]
    assert [step(), step()] == [0, 0] and thrown == [3600.0]
    moment[0] += turns.MONTH_SECONDS
    assert [step(), step()] == [0, 0] and len(thrown) == 2


def test_what_had_something_to_do_goes_on_at_once_where_it_should() -> None:
    for again, done in ((False, [3, 0, 0]), (True, [3, 2, 0])):
        left = [3, 2, 0]
        step = turns._every(600.0, lambda left=left: left.pop(0), again=again)
        assert [step() for _ in range(3)] == done
        assert step() == 0


def test_segments_that_a_full_disk_does_not_take_are_not_joined_again_at_once(site, monkeypatch) -> None:
    tries: list[float] = []

    def full(timeout: float) -> bool:
        tries.append(timeout)
        raise OSError(errno.ENOSPC, "No space left on device")

    work(site)
    monkeypatch.setattr(site.backend.index, "tidy", full)
    monkeypatch.setattr(worker, "TIDY_AFTER_SECONDS", -1.0)
    step = worker._index_step(site)
    for _ in range(5):
        assert step() == 0
    assert len(tries) == 1
    monkeypatch.setattr(worker, "TIDY_PAUSE_SECONDS", -1.0)
    step = worker._index_step(site)
    for _ in range(3):
        step()
    assert len(tries) == 4


def test_one_of_several_reads_while_another_one_indexes_and_takes_over_from_it(site, people, monkeypatch) -> None:
    monkeypatch.setattr(worker, "TAKE_OVER_SECONDS", 0.05)
    stop = threading.Event()
    running = threading.Thread(target=_until_held, args=(site, stop, refused := []))
    document_id = upload(actor_of(people["clerk"]), decision())
    try:
        with worker.lease(site):
            running.start()
            if site.database.engine.dialect.name != "postgresql":
                running.join(PATIENCE)
                assert refused == ["held"] and _state(document_id) == "waiting"
                return
            _wait(lambda: _state(document_id) == "indexing")
            time.sleep(1.0)
            assert _state(document_id) == "indexing"
        _wait(lambda: _state(document_id) == "findable")
    finally:
        stop.set()
        running.join()
    assert refused == []


def test_a_worker_that_starts_takes_no_job_from_those_at_work(site, people, monkeypatch: pytest.MonkeyPatch) -> None:
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite there is one worker")
    monkeypatch.setattr(leases, "REGISTER_SECONDS", 0)
    upload(actor_of(people["clerk"]), decision())
    with worker.present(site), worker.present(site):
        assert len(jobs.claim("read", 9, 100)) == 1
        with worker.present(site):
            assert jobs.claim("read", 9, 100) == []
    with worker.present(site):
        assert len(jobs.claim("read", 9, 100)) == 1
    # After a start of the server those at work may not be seen.
    monkeypatch.setattr(leases, "REGISTER_SECONDS", 10**9)
    with worker.present(site):
        assert jobs.claim("read", 9, 100) == []


def test_the_lease_is_free_as_soon_as_it_was_given_back(site) -> None:
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("locks of a session are PostgreSQL's")
    # Other tests of the same run have databases of their own on this server.
    held = "SELECT count(*) FROM pg_locks JOIN pg_database ON database = pg_database.oid"
    held += " WHERE locktype = 'advisory' AND datname = current_database()"
    with site.database.engine.connect() as other:
        for _ in range(100):
            with worker.lease(site):
                pass
            assert other.scalar(text(held)) == 0


def test_a_worker_has_the_roles_it_was_given(site, people) -> None:
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one worker has all roles")
    document_id = upload(actor_of(people["clerk"]), decision())
    for roles, state in (([worker.OCR], "waiting"), ([worker.READ], "indexing"), ([worker.INDEX], "findable")):
        stop = threading.Event()
        running = threading.Thread(target=worker.run_forever, args=(site, stop, roles))
        running.start()
        try:
            if state == "waiting":
                time.sleep(1.5)
            _wait(lambda state=state: _state(document_id) == state)
            if state == "indexing":
                time.sleep(1.0)
            assert _state(document_id) == state
        finally:
            stop.set()
            running.join()


def test_roles_are_read_from_the_command(site) -> None:
    assert worker._roles([]) == {"read", "index", "ocr"} and worker._roles(["--read", "--ocr"]) == {"read", "ocr"}
    with pytest.raises(SystemExit):
        worker._roles(["--all"])


def test_roles_need_a_server_not_sqlite(site) -> None:
    if site.database.engine.dialect.name == "postgresql":
        pytest.skip("several workers are allowed")
    with pytest.raises(worker.RolesApart):
        worker.run_forever(site, threading.Event(), ["read"])


def _until_held(site, stop: threading.Event, refused: list[str]) -> None:
    try:
        worker.run_forever(site, stop)
    except worker.LeaseHeld:
        refused.append("held")


def _state(document_id: int) -> str:
    db.release()
    with db.read() as session:
        return session.get_one(Document, document_id).state


def _wait(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
