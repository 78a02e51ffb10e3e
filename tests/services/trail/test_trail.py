"""The trail: filters, who sees readings, events cannot be rewritten, and exports."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from docmgr import db
from docmgr.migrations import trail_guard
from docmgr.models import Document, TrailEvent, User
from docmgr.policy import WORKER, Actor, Denied
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.relations import relations
from docmgr.services.trail import append, export, history, log, readings
from docmgr.services.trail import words as trail_words
from docmgr.services.trail.history import Filter
from docmgr.services.trail.veil import HIDDEN_DOCUMENT
from tests.filling.filing import actions, file_document
from tests.support.acting import actor_of


@pytest.fixture
def paper(clerk: Actor, staff: Actor) -> int:
    """A published document that was shared, withdrawn and published again, and read by two people."""
    made = file_document(tree.root_id(), "12/QĐ-SGDĐT", "Quy chế dân chủ")
    lifecycle.set_workflow(clerk, made, "withdrawn")
    lifecycle.set_workflow(clerk, made, "published")
    readings.opened(staff, made)
    readings.opened(clerk, made)
    return made


def codes(found: tuple[list[TrailEvent], int]) -> list[str]:
    events, total = found
    assert total == len(events)
    return [event.action for event in events]


def add(at: dt.datetime, actor: Actor = WORKER, action: str = "document:view", label: str = "x", **details: object) -> None:
    row = append.row(actor, action, append.EventSubject("document", None, label), details)
    with db.write() as session:
        append.add(session, {**row, "at": at})


def test_readings_are_for_auditors_and_editors(paper: int, clerk: Actor, staff: Actor, auditor: Actor) -> None:
    changes = ["document:publish", "document:withdraw"]
    assert codes(history.of_document(staff, paper, Filter())) == changes
    everything = ["document:view", "document:view", *changes]
    assert codes(history.of_document(clerk, paper, Filter())) == everything
    assert codes(history.of_document(auditor, paper, Filter())) == everything
    # Filtering by the action of a reading does not get around this.
    assert codes(history.of_document(staff, paper, Filter(action="document:view"))) == []
    assert {who for who, _ in history.choices(staff, paper).people} == {clerk.user_id}
    assert {who for who, _ in history.choices(auditor, paper).people} == {clerk.user_id, staff.user_id}


def test_the_whole_trail_is_for_auditors(paper: int, people: dict[str, User]) -> None:
    assert codes(history.find(actor_of(people["auditor"]), Filter(document_id=paper)))[-1] == "document:withdraw"
    for role in ("clerk", "staff", "leader"):
        for attempt in (
            lambda: history.find(actor_of(people[role]), Filter()),
            lambda: history.choices(actor_of(people[role])),
            lambda: export.export(actor_of(people[role]), Filter(), "csv"),
        ):
            with pytest.raises(Denied):
                attempt()


def test_a_hidden_document_has_no_trail(clerk: Actor, staff: Actor) -> None:
    hidden = file_document(tree.root_id(), "1/QĐ-X")
    sharing.set_inherit(clerk, SharedThing(document_id=hidden), inherit=False)
    for number in (hidden, 9999):
        for attempt in (
            lambda: history.of_document(staff, number, Filter()),
            lambda: history.choices(staff, number),
            lambda: export.export(staff, Filter(), "csv", document_id=number),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_the_name_of_a_hidden_document_stays_hidden(paper: int, clerk: Actor, staff: Actor, auditor: Actor) -> None:
    hidden = file_document(tree.root_id(), "99/MAT-X", "Chuyện kín")
    relations.add(clerk, paper, "based_on", hidden)
    sharing.set_inherit(clerk, SharedThing(document_id=hidden), inherit=False)

    def words(actor: Actor) -> str:
        events, _ = history.of_document(actor, paper, Filter())
        return " ".join(f"{event.subject_label} {event.details} {trail_words.one_line(event)}" for event in events)

    assert "99/MAT-X" in words(auditor)
    assert "99/MAT-X" not in words(staff)
    assert str(hidden) not in trail_words.one_line(history.of_document(staff, paper, Filter())[0][0])
    assert HIDDEN_DOCUMENT.told() in words(staff)
    assert b"99/MAT-X" not in export.export(staff, Filter(), "csv", document_id=paper).body
    with db.read() as session:
        kept = session.scalars(select(TrailEvent.details).where(TrailEvent.action == "relation:add")).one()
    assert kept["target"] == hidden


def test_filters(paper: int, clerk: Actor, staff: Actor, auditor: Actor) -> None:
    other = file_document(tree.root_id(), "25/KH-X", "Kế hoạch năm 100% (thử_nghiệm)")
    lifecycle.set_workflow(clerk, other, "draft")

    def find(**wanted: object) -> list[str]:
        return codes(history.find(auditor, Filter(**wanted)))

    assert find(actor_id=staff.user_id) == ["document:view"]
    assert find(unit_id=clerk.unit_id, action="document:view") == ["document:view"]
    assert find(document_id=other) == ["document:draft"]
    assert find(about="25 kh x") == ["document:draft"]
    assert find(about="100% (thử_") == ["document:draft"]
    assert find(about="100% (thửX") == []
    assert find(about="quy chế dân", action="document:publish") == ["document:publish"]
    assert find(via="cli") == ["folder:create"]
    assert find(actor_id=clerk.user_id, unit_id=staff.unit_id) == []


def test_days_are_days_in_vietnam(auditor: Actor, people: dict[str, User]) -> None:
    add(dt.datetime(2024, 2, 4, 16, 59, 59, tzinfo=dt.UTC), label="trước")
    add(dt.datetime(2024, 2, 4, 17, 0, tzinfo=dt.UTC), label="đầu ngày")
    add(dt.datetime(2024, 2, 5, 16, 59, 59, 999999, tzinfo=dt.UTC), label="cuối ngày")
    add(dt.datetime(2024, 2, 5, 17, 0, tzinfo=dt.UTC), label="sau")
    day = dt.date(2024, 2, 5)
    events, total = history.find(auditor, Filter(since=day, until=day))
    assert ([event.subject_label for event in events], total) == (["cuối ngày", "đầu ngày"], 2)
    assert [(d.date, len(d.lines)) for d in trail_words.by_day(events)] == [(day, 2)]
    assert history.find(auditor, Filter(until=dt.date.max, since=dt.date(2024, 2, 6)))[1] >= 1


def test_paging_goes_through_all_once(auditor: Actor, people: dict[str, User]) -> None:
    for n in range(7):
        add(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), label=str(n))
    seqs = [e.seq for page in range(1, 20) for e in history.find(auditor, Filter(), page=page, per_page=2)[0]]
    assert seqs == sorted(seqs, reverse=True)
    assert len(seqs) == len(set(seqs)) == history.find(auditor, Filter())[1]


def test_an_action_without_words_is_refused(database: db.Database) -> None:
    with db.write() as session, pytest.raises(KeyError):
        log.record(session, WORKER, "document:nonsense", "document", None, "x")


# Events cannot be rewritten.


def _guard(database: db.Database) -> None:
    # Twice, because a migration may run them again.
    with database.write_engine.begin() as connection:
        for _ in range(2):
            for statement in trail_guard.statements(database.engine.dialect.name):
                connection.exec_driver_sql(statement)


REWRITES = [
    "UPDATE trail_event SET actor_label = 'kẻ khác'",
    "UPDATE trail_event SET leaf_hash = 'x' WHERE seq = (SELECT min(seq) FROM trail_event)",
    "UPDATE trail_event SET seq = seq + 1000",
    "DELETE FROM trail_event",
    "DELETE FROM trail_event WHERE seq = (SELECT max(seq) FROM trail_event)",
    "INSERT OR REPLACE INTO trail_event SELECT seq, at, actor_id, 'kẻ khác', actor_unit_id, actor_unit_label, via,"
    " action, subject_type, subject_id, subject_label, document_id, details, leaf_hash FROM trail_event",
    "TRUNCATE trail_event",
    "TRUNCATE trail_event CASCADE",
    "INSERT INTO trail_event SELECT * FROM trail_event ON CONFLICT (seq) DO UPDATE SET actor_label = 'kẻ khác'",
]
ONLY_ON = {"INSERT OR": "sqlite", "TRUNCATE": "postgresql", "INSERT INTO": "postgresql"}


@pytest.mark.parametrize("statement", REWRITES)
def test_the_database_refuses_to_rewrite(paper: int, database: db.Database, statement: str) -> None:
    dialect = database.engine.dialect.name
    if any(statement.startswith(start) and dialect != only for start, only in ONLY_ON.items()):
        pytest.skip("the other database's statement")
    _guard(database)
    before = _rows(database)
    with pytest.raises(DBAPIError, match="rows are only ever added"), database.write_engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert _rows(database) == before


def test_the_guard_lets_events_in(paper: int, clerk: Actor, database: db.Database) -> None:
    _guard(database)
    before = len(_rows(database))
    readings.opened(clerk, paper, apart=True)
    assert len(_rows(database)) == before + 1


def test_nothing_can_cascade_into_the_trail(paper: int, database: db.Database) -> None:
    assert not TrailEvent.__table__.foreign_keys
    _guard(database)
    before = _rows(database)
    with database.write_engine.begin() as connection:
        connection.execute(text("DELETE FROM job"))
        connection.execute(text("DELETE FROM document WHERE id = :id"), {"id": paper})
    assert _rows(database) == before


def test_nothing_but_sqlite_and_postgresql_is_guarded() -> None:
    with pytest.raises(KeyError):
        trail_guard.statements("mysql")


def _rows(database: db.Database) -> list[tuple[object, ...]]:
    with database.engine.connect() as connection:
        rows = connection.execute(select(*TrailEvent.__table__.columns).order_by(TrailEvent.seq))
        return [(*row[:-2], str(row[-2]), row[-1]) for row in rows]


# Exports.


def test_an_export_names_its_filter_and_count_and_is_recorded(paper: int, auditor: Actor, clerk: Actor) -> None:
    wanted = Filter(actor_id=clerk.user_id, since=dt.date(2024, 2, 5))
    made = export.export(auditor, wanted, "csv", document_id=paper)
    rows = list(csv.reader(io.StringIO(made.body.decode("utf-8-sig"))))
    assert rows[0] == ["Nhật ký"]
    assert rows[1] == [f"Bộ lọc: người {clerk.label}; văn bản Quyết định 12/QĐ-SGDĐT; từ ngày 05/02/2024"]
    assert rows[2] == ["Số sự kiện: 3"]
    assert tuple(rows[5]) == export.COLUMNS
    assert [row[7] for row in rows[6:]] == ["document:withdraw", "document:publish", "document:view"]
    assert rows[6][1].endswith("+07:00")
    assert made.rows == 3
    assert actions(paper)[-1] == "trail:export"
    with db.read() as session:
        kept = session.scalars(select(TrailEvent).order_by(TrailEvent.seq.desc()).limit(1)).one()
    assert kept.details == {"filter": rows[1][0].removeprefix("Bộ lọc: "), "rows": 3, "format": "csv"}


def test_xlsx_says_the_same(paper: int, auditor: Actor) -> None:
    made = export.export(auditor, Filter(), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(made.body)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Nhật ký"
    assert rows[1][0] == "Bộ lọc: tất cả"
    assert rows[2][0] == f"Số sự kiện: {made.rows}"
    assert rows[5] == export.COLUMNS
    assert len(rows) == 6 + made.rows
    assert isinstance(rows[6][1], dt.datetime)


def test_a_readers_export_holds_no_readings(paper: int, staff: Actor) -> None:
    body = export.export(staff, Filter(), "csv", document_id=paper).body.decode()
    assert "document:view" not in body
    assert "document:publish" in body


def test_too_many_rows_are_refused_not_cut(paper: int, auditor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_ROWS", 2)
    before = len(actions())
    with pytest.raises(Invalid, match="khoảng thời gian"):
        export.export(auditor, Filter(), "csv")
    assert len(actions()) == before
    with pytest.raises(Invalid):
        export.export(auditor, Filter(document_id=paper), "pdf")


def test_words_of_details() -> None:
    def words(action: str, **details: object) -> str:
        return trail_words.one_line(TrailEvent(action=action, details=details))

    assert words("document:withdraw", **{"from": "published", "to": "withdrawn"}) == "Từ: Đã công bố; Đến: Đã thu hồi"
    assert words("document:confirm", changed={"number": [None, "12/QĐ"]}) == "Số, ký hiệu: (trống) → 12/QĐ"
    assert words("task:edit", changes={"Hạn": ["05/02/2024", None]}) == "Hạn: 05/02/2024 → (trống)"
    assert words("person:edit", roles=[["staff"], ["clerk", "staff"]]) == "Vai trò: Chuyên viên → Văn thư, Chuyên viên"
    assert words("folder:share", given="Đọc", to="Phòng A", key="unit:7") == "Cấp quyền: Đọc; Đến: Phòng A"
    assert words("folder:share", inherit=False) == "Kế thừa quyền: Không"
    assert words("document:view") == ""
    assert words("document:upload", lạ={"a": [1, 2]}) == "lạ: a: 1, 2"


def test_every_event_of_the_tests_has_words(paper: int, auditor: Actor) -> None:
    events, _ = history.find(auditor, Filter())
    assert all(trail_words.verb(event) != event.action for event in events)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1
