"""Numbers and hashes of events: assigned at the end, in the order of commits, without gaps, on both databases."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from docmgr import db
from docmgr.context import Context
from docmgr.models import TrailEvent, Unit
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.trail import log, merkle, rows

COLUMNS = "seq, at, actor_label, via, action, subject_type, subject_label, details, leaf_hash"


def note(session: sa.orm.Session, label: str = "x", **details: object) -> None:
    log.record(session, COMMAND_LINE, "index:rebuild", "site", None, label, details=details)


def labels() -> list[tuple[int, str]]:
    db.release()
    with db.read() as session:
        return [(e.seq, e.subject_label) for e in session.scalars(sa.select(TrailEvent).order_by(TrailEvent.seq))]


def test_events_of_one_unit_of_work_follow_each_other(site: Context) -> None:
    for name in ("một", "hai"):
        with db.write() as session:
            note(session, f"{name} 1")
            note(session, f"{name} 2")
    assert labels() == [(1, "một 1"), (2, "một 2"), (3, "hai 1"), (4, "hai 2")]


def test_what_is_rolled_back_leaves_no_gap(site: Context) -> None:
    with db.write() as session:
        note(session, "trước")
    with pytest.raises(KeyError), db.write() as session:
        note(session, "không")
        session.flush()
        raise KeyError
    with db.write() as session:
        note(session, "sau")
    assert labels() == [(1, "trước"), (2, "sau")]


def test_a_unit_of_work_that_fails_at_its_end_writes_no_event(site: Context) -> None:
    with db.write() as session:
        session.add(Unit(name="Phòng A"))
    with pytest.raises(DBAPIError), db.write() as session:
        note(session, "không")
        session.add(Unit(name="Phòng A"))
    assert labels() == []


def test_events_go_with_their_savepoint(site: Context) -> None:
    with db.write() as session:
        note(session, "ngoài")
        with pytest.raises(KeyError), session.begin_nested():
            note(session, "bỏ")
            with session.begin_nested():
                note(session, "bỏ cùng")
            raise KeyError
        with session.begin_nested():
            note(session, "giữ")
        assert labels_inside(session) == []
    assert labels() == [(1, "ngoài"), (2, "giữ")]


def labels_inside(session: sa.orm.Session) -> list[str]:
    return list(session.scalars(sa.select(TrailEvent.subject_label)))


def test_the_hash_is_that_of_what_the_database_gives_back(site: Context) -> None:
    odd = {"b": (1, 2), "a": {3: "x\0y"}, "số": 1.0, "nửa": "\ud800", "lớn": 2**60}
    actor = Actor(5, "Người\0 đọc", unit_id=2, unit_label="Phòng")
    with db.write() as session:
        log.record(session, actor, "document:view", "document", 1, "nhãn \ud83d" + "dài" * 2000, details=odd, document_id=1)
    with site.database.engine.connect() as connection:
        (row,) = rows.read(connection)
    assert row.fits and row.values is not None
    assert row.values["details"] == {"b": [1, 2], "a": {"3": "xy"}, "số": 1.0, "nửa": "?", "lớn": 2**60}
    assert row.values["at"].endswith("Z") and len(row.values["at"]) == 27
    assert row.stored == merkle.event_hash(row.values)


def test_many_writers_leave_no_gap_and_no_number_twice(site: Context) -> None:
    """Units of work of different lengths, some of them rolled back, in eight threads."""
    start = threading.Barrier(8)

    def work(number: int) -> None:
        start.wait()
        with site.bound():
            for turn in range(12):
                # Every fourth unit of work fails at its end.
                with contextlib.suppress(KeyError), db.write() as session:
                    session.add(Unit(name=f"Phòng {number}.{turn}"))
                    session.flush()
                    note(session, f"{number}.{turn}")
                    note(session, f"{number}.{turn}")
                    if turn % 4 == 3:
                        raise KeyError

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    kept = labels()
    assert [seq for seq, _ in kept] == list(range(1, 8 * 9 * 2 + 1))
    # The two events of a unit of work are adjacent: no other commit came in between.
    assert all(kept[i][1] == kept[i + 1][1] for i in range(0, len(kept), 2))
    with site.database.engine.connect() as connection:
        assert all(row.fits for row in rows.read(connection))


def test_numbers_are_in_the_order_of_commits(site: Context) -> None:
    """The one that records first and commits last gets the last number."""
    if site.database.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    recorded, committed = threading.Event(), threading.Event()

    def slow() -> None:
        with site.bound(), db.write() as session:
            note(session, "ghi trước")
            recorded.set()
            assert committed.wait(20)

    thread = threading.Thread(target=slow)
    thread.start()
    assert recorded.wait(20)
    with db.write() as session:
        note(session, "ghi sau")
    committed.set()
    thread.join()
    assert labels() == [(1, "ghi sau"), (2, "ghi trước")]


@pytest.mark.parametrize("seq", ["-5", "0", "1", "4", "NULL"])
def test_a_row_out_of_order_is_refused(site: Context, seq: str) -> None:
    with db.write() as session:
        note(session)
        note(session)
    values = f"({seq}, '2024-01-01 00:00:00.000000', 'a', 'cli', 'a', 'a', 'a', '{{}}', '{'0' * 64}')"
    with pytest.raises(DBAPIError, match="rows are only ever added"), site.database.write_engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO trail_event ({COLUMNS}) VALUES {values}")
    assert len(labels()) == 2


def test_the_first_row_is_number_one(site: Context) -> None:
    for seq in (-1, 0, 2):
        values = f"({seq}, '2024-01-01 00:00:00.000000', 'a', 'cli', 'a', 'a', 'a', '{{}}', '{'0' * 64}')"
        with pytest.raises(DBAPIError, match="only ever added"), site.database.write_engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO trail_event ({COLUMNS}) VALUES {values}")
    with db.write() as session:
        note(session)
    assert labels() == [(1, "x")]


def test_a_row_without_a_hash_is_refused(site: Context) -> None:
    values = "(1, '2024-01-01 00:00:00.000000', 'a', 'cli', 'a', 'a', 'a', '{}', NULL)"
    with pytest.raises(DBAPIError), site.database.write_engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO trail_event ({COLUMNS}) VALUES {values}")


def test_the_lock_is_the_last_that_is_taken(site: Context) -> None:
    """Everything else that the unit of work writes, and may wait for, is written before."""
    said: list[str] = []

    def hear(_connection, _cursor, statement: str, *_more: object) -> None:
        said.append(statement)

    sa.event.listen(site.database.engine, "before_cursor_execute", hear)
    try:
        with db.write() as session:
            note(session)
            session.add(Unit(name="Phòng A"))
    finally:
        sa.event.remove(site.database.engine, "before_cursor_execute", hear)
    wrote = [next(i for i, one in enumerate(said) if words in one) for words in ("INTO unit", "max(trail_event.seq)", "INTO trail_event")]
    assert wrote == sorted(wrote)
    if site.database.engine.dialect.name == "postgresql":
        assert "pg_advisory_xact_lock" in said[wrote[1] - 1]
