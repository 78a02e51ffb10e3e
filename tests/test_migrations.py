"""The steps of docmgr/migrations: they end at the models on both databases, and a failing step changes nothing."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from docmgr import db
from docmgr.context import Context
from docmgr.migrations import trail_guard
from docmgr.models import Citation, Document, Job, TrailEvent, User, WithheldBytes
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import progress
from docmgr.services.trail import log, verify
from docmgr.services.trail import rows as trail_rows
from docmgr.services.upkeep import migrate, table_copy
from tests.filling.papers import BODY, decision
from tests.support.acting import actor_of, upload, work

# Each database takes every step.
pytestmark = pytest.mark.usefixtures("asked_anew")

STEP = '''
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{after}"


def upgrade():
    op.add_column("folder", sa.Column("colour", sa.String(10)))
    {more}
'''


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the steps to which a test adds others; the program uses this copy."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, copy)
    monkeypatch.setattr(migrate, "MIGRATIONS", copy)
    return copy / "versions"


def _columns(site: Context) -> set[str]:
    return {column["name"] for column in sa.inspect(site.database.engine).get_columns("folder")}


def test_head_is_what_the_models_say(site: Context) -> None:
    assert migrate.current(site.database) == migrate.head()
    assert migrate.differences(site.database) == []


def test_a_model_without_its_step_is_noticed(site: Context) -> None:
    with site.database.write_engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE unit DROP COLUMN abbreviation"))
    assert migrate.differences(site.database) != []


def test_upgrading_twice_does_nothing(site: Context) -> None:
    assert migrate.upgrade(site.database) is False


def test_a_step_is_taken_once(site: Context, next_release: Path) -> None:
    step = STEP.format(revision="next", after=migrate.head(), more="")
    (next_release / "next.py").write_text(step)
    assert migrate.upgrade(site.database) is True
    assert "colour" in _columns(site)
    assert migrate.current(site.database) == "next"


def test_a_step_that_fails_leaves_everything_as_it_was(site: Context, next_release: Path) -> None:
    before = migrate.current(site.database)
    step = STEP.format(revision="broken", after=migrate.head(), more='op.execute("INSERT INTO nowhere VALUES (1)")')
    (next_release / "broken.py").write_text(step)
    with pytest.raises(sa.exc.DBAPIError):
        migrate.upgrade(site.database)
    assert "colour" not in _columns(site)
    assert migrate.current(site.database) == before


def test_a_database_of_a_newer_release_is_refused(site: Context) -> None:
    with site.database.write_engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'future'"))
    with pytest.raises(migrate.UnknownRevision):
        migrate.upgrade(site.database)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_event SET actor_label = 'ai đó'",
        "DELETE FROM trail_event",
        "INSERT OR REPLACE INTO trail_event SELECT * FROM trail_event",
        "TRUNCATE trail_event",
    ],
)
def test_the_trail_is_guarded_at_head(site: Context, statement: str) -> None:
    postgresql = site.database.engine.dialect.name == "postgresql"
    if postgresql == ("OR REPLACE" in statement) or (not postgresql and "TRUNCATE" in statement):
        pytest.skip("the statement of the other database")
    with db.write() as session:
        log.record(session, COMMAND_LINE, "index:rebuild", "site", None, "Chỉ mục")
    with pytest.raises(sa.exc.DBAPIError, match="only ever added"), site.database.write_engine.begin() as connection:
        connection.execute(sa.text(statement))
    with site.database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT actor_label FROM trail_event")) == COMMAND_LINE.label


OLD_EVENT = (
    "INSERT INTO trail_event (seq, at, actor_label, via, action, subject_type, subject_label, details)"
    " VALUES ({}, '2024-02-05 07:00:00.000001', 'Dòng lệnh', 'cli', 'index:rebuild', 'site', 'Chỉ mục', '{{\"b\": 1.0, \"a\": []}}')"
)
# The leaf hash of event 5, the same on both databases.
LEAF = "5338155380da7d09db424afcfed93a23ad6598556794eda610d4343a7157c6e0"


@pytest.fixture
def before_hashes(site: Context) -> Context:
    """The database of the release before the hashes: events 1, 2 and 5, because rolled-back work used the numbers 3 and
    4."""
    step = ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0006")
    with site.database.write_engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        table_copy.reflected(connection).drop_all(connection)
    migrate.upgrade(site.database, str(step.down_revision))
    with site.database.write_engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        trail_guard.lift(connection)
        for seq in (1, 2, 5):
            connection.exec_driver_sql(OLD_EVENT.format(seq))
        for statement in trail_guard.statements(connection.dialect.name):
            connection.exec_driver_sql(statement)
    return site


def test_events_from_before_the_hashes_get_them(before_hashes: Context) -> None:
    migrate.upgrade(before_hashes.database)
    assert migrate.differences(before_hashes.database) == []
    with db.write() as session:
        log.record(session, COMMAND_LINE, "index:rebuild", "site", None, "Chỉ mục")
    with db.read() as session:
        events = session.execute(sa.select(TrailEvent.seq, TrailEvent.action, TrailEvent.leaf_hash).order_by(TrailEvent.seq)).all()
    db.release()
    assert [event[:2] for event in events][2:] == [(5, "index:rebuild"), (6, "trail:begin"), (7, "index:rebuild")]
    assert events[2].leaf_hash == LEAF
    verdict = verify.verify(COMMAND_LINE)
    assert verdict.ok and verdict.size == 5
    assert "3 sự kiện đến số 5 có từ trước khi tính mã băm (sự kiện số 6" in verdict.not_known[1]


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE trail_event SET via = 'web' WHERE seq = 5", ["changed", "root_differs"]),
        ("DELETE FROM trail_event WHERE seq = 5", ["removed"]),
        ("DELETE FROM trail_event WHERE seq = 1", ["removed"]),
        ("UPDATE trail_event SET seq = 3 WHERE seq = 5", ["changed", "root_differs"]),
        ("DELETE FROM trail_event WHERE seq = 6", ["removed"]),
    ],
)
def test_from_the_hashes_on_they_are_vouched_for(before_hashes: Context, statement: str, kinds: list[str]) -> None:
    migrate.upgrade(before_hashes.database)
    with db.write() as session:
        log.record(session, COMMAND_LINE, "index:rebuild", "site", None, "Chỉ mục")
    db.release()
    with before_hashes.database.write_engine.begin() as connection:
        trail_guard.lift(connection)
        connection.exec_driver_sql(statement)
        for guard in trail_guard.statements(connection.dialect.name):
            connection.exec_driver_sql(guard)
    found = [fault.kind for fault in verify.verify(COMMAND_LINE).faults]
    assert set(kinds) <= set(found) if "seq = 6" in statement else found == kinds


def test_a_large_trail_is_hashed_in_parts(before_hashes: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    step = ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0006")
    with before_hashes.database.write_engine.begin() as connection:
        trail_guard.lift(connection)
        for seq in range(6, 12):
            connection.exec_driver_sql(OLD_EVENT.format(seq))
    for size in (1, 3, 9):
        monkeypatch.setattr(step.module, "BATCH", size)
        with before_hashes.database.write_engine.connect() as connection, connection.begin() as transaction:
            tree, last = step.module._hash_rows(connection)
            assert (tree.size, last) == (9, 11)
            assert all(row.fits for row in trail_rows.read(connection))
            transaction.rollback()


def test_numbers_of_the_centre_get_its_key(site: Context, people: dict[str, User]) -> None:
    """Documents and citations kept under the key of a province's committee, and a committee's own, which stays."""
    clerk = actor_of(people["clerk"])
    own = upload(clerk, decision(number="1"), publish=True)
    citing = upload(clerk, decision(number="2", body=("Căn cứ Nghị quyết số 18-NQ/TƯ ngày 25/10/2017;",) + BODY), publish=True)
    guide = upload(clerk, decision(number="3"), publish=True)
    work(site)
    with db.write() as session:
        session.execute(sa.update(Document).where(Document.id == own).values(number="18-NQ/TƯ", number_key="18-NQ/TU"))
        session.execute(
            sa.update(Document).where(Document.id == guide).values(number="12-HD/BTCTƯ", number_key="12-HD/BTCTU")
        )
        session.execute(sa.update(Document).where(Document.id == citing).values(number="06-KL/TU", number_key="6-KL/TU"))
        stale = sa.update(Citation).where(Citation.number == "18-NQ/TƯ").values(number_key="18-NQ/TU", document_key="n:18-NQ/TU")
        assert session.execute(stale).rowcount
    db.release()
    step = ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0011")
    with site.database.write_engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        step.module.upgrade()
    with db.read() as session:
        keys = dict(session.execute(sa.select(Document.id, Document.number_key)).all())
        cited = session.scalars(sa.select(Citation).where(Citation.number == "18-NQ/TƯ")).one()
        waiting = session.scalars(sa.select(Job.document_id).where(Job.kind == "index").order_by(Job.document_id)).all()
    assert keys[own] == cited.number_key == "18-NQ/TW" and keys[citing] == "6-KL/TU"
    assert keys[guide] == "12-HD/BTCTW"
    assert cited.document_key is not None and "18-NQ/TW" in cited.document_key
    assert waiting == [own, citing, guide]


@pytest.fixture
def emptied(site: Context) -> sa.Engine:
    """The database without any table, so that the steps start from nothing."""
    engine = site.database.write_engine
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        else:
            connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
            for kind in ("trigger", "view", "table"):
                query = sa.text("SELECT name FROM sqlite_master WHERE type = :kind AND name NOT LIKE 'sqlite_%'")
                for name in connection.scalars(query, {"kind": kind}).all():
                    connection.execute(sa.text(f'DROP {kind} "{name}"'))
    return engine


def _fill(engine: sa.Engine, documents: Sequence[int], **rows: Sequence[dict[str, object]]) -> None:
    """Published documents with one version each, then rows of other tables, in the present schema."""
    now = db.now()
    document: dict[str, object] = {
        "revision": 1, "folder_id": 1, "inherit": True, "workflow": "published", "state": "findable", "current_no": 1,
        "publish_when_read": False, "access_list_id": 1, "created_at": now,
    }  # fmt: skip
    with engine.begin() as connection:
        old = sa.MetaData()
        old.reflect(connection)
        put = lambda table, **values: connection.execute(sa.insert(old.tables[table]).values(**values))  # noqa: E731
        put("folder", id=1, name="Gốc", inherit=True, publish_on_arrival=False, created_at=now)
        put("access_list", id=1, fingerprint="x")
        for number in documents:
            put("document", id=number, **document)
            put("version", id=number, document_id=number, no=1, created_at=now)
        for table, some in rows.items():
            for values in some:
                put(table, **values)


def test_what_ended_others_before_there_was_a_place_for_it_is_looked_at_again(site: Context, emptied: sa.Engine) -> None:
    migrate.upgrade(site.database, "0004")
    relation = [
        {"id": number, "type": type_, "source_id": source, "target_id": 4, "created_at": db.now()}
        for number, type_, source in ((1, "replaces", 1), (2, "amends", 3))
    ]
    citation = [
        {"version_id": version, "position": 0, "role": role, "anchor": "", "quote": ""}
        for version, role in ((1, "repeals"), (2, "repeals"), (3, "cites"))
    ]
    _fill(emptied, (1, 2, 3, 4), relation=relation, citation=citation)
    migrate.upgrade(site.database)
    assert migrate.differences(site.database) == []
    with db.read() as session:
        jobs = session.scalars(sa.select(Job).order_by(Job.document_id)).all()
    assert [(job.kind, job.document_id, job.attempts) for job in jobs] == [("index", 1, 0), ("index", 2, 0)]
    assert all(job.run_after <= db.now() for job in jobs)


# A document's state, the sentence of the row, the code of its versions 1 and 2; what is kept of it.
SENTENCES = (
    ("findable", None, None, "encrypted", (None, None)),
    ("unreadable", "Không đọc được tệp: tệp có mật khẩu. Bản gốc vẫn được lưu.", "broken", "encrypted", ("encrypted", None)),
    # The words of an earlier version.
    ("no_text", "Chưa có lớp văn bản", None, "no_text_layer", ("no_text_layer", None)),
    ("withheld", "Văn bản có dấu chỉ độ mật: hệ thống không giữ tệp và nội dung. (Tối mật) Tệp và chữ đã được gỡ.", None, None,
     ("secrecy", "Tối mật")),
    ("withheld", "Tệp và chữ đã được gỡ khỏi hệ thống.", None, None, ("secrecy", None)),
    # What no code of ours is about: the state remains.
    ("unreadable", "Không rõ (Mật)", None, None, (None, None)),
)  # fmt: skip


def test_sentences_about_readings_become_codes(site: Context, emptied: sa.Engine) -> None:
    migrate.upgrade(site.database, "0009")
    held = [
        {"sha256": level * 64, "document_id": 4, "reason": reason}
        for level, reason in (("a", "… (Tuyệt mật) Tệp và chữ đã được gỡ."), ("b", "… (Mật)"), ("c", "Thử."))
    ]
    newer = [
        {"id": 10 + number, "document_id": number, "no": 2, "created_at": db.now(), "reason_code": code}
        for number, (_, _, _, code, _) in enumerate(SENTENCES, start=1)
    ]
    _fill(emptied, range(1, len(SENTENCES) + 1), withheld_bytes=held, version=newer)
    with emptied.begin() as connection:
        for number, (state, reason, older, _, _) in enumerate(SENTENCES, start=1):
            values = {"id": number, "state": state, "reason": reason, "older": older}
            change = "UPDATE document SET state = :state, reason = :reason, current_no = 2 WHERE id = :id"
            connection.execute(sa.text(change), values)
            connection.execute(sa.text("UPDATE version SET reason_code = :older WHERE document_id = :id AND no = 1"), values)
    migrate.upgrade(site.database)
    assert migrate.differences(site.database) == []
    with db.read() as session:
        papers = session.scalars(sa.select(Document).order_by(Document.id)).all()
        levels = session.scalars(sa.select(WithheldBytes.secrecy).order_by(WithheldBytes.sha256)).all()
    assert [(paper.reason_code, paper.secrecy) for paper in papers] == [kept for *_, kept in SENTENCES]
    assert levels == ["Tuyệt mật", "Mật", None]
    told = [progress.state(paper).told() for paper in papers]
    assert told[1:3] == ["Không đọc được tệp: tệp có mật khẩu. Bản gốc vẫn được lưu.", "Bản quét, chưa có chữ"]
    assert "(Tối mật)" in told[3] and "dấu chỉ độ mật" in told[4] and told[5] == "Không đọc được"


def test_citations_from_before_the_keys_get_them(site: Context, emptied: sa.Engine) -> None:
    migrate.upgrade(site.database, "0008")
    citation = [
        {
            "version_id": version, "position": place, "role": "cites", "anchor": "", "quote": "", "number_key": number,
            "name_key": name, "issued_on": year and dt.date(year, 2, 5),
        }
        for version, place, number, name, year in (
            (1, 0, "12/QD-X", None, 2019), (1, 2, "12/QD-X", None, 2024), (1, 1, "31/2024/QH15", "luat dat dai", None),
            (1, 3, None, "luat dat dai", None), (1, 4, None, None, None), (2, 0, "12/QD-X", None, 2019),
        )
    ]  # fmt: skip
    _fill(emptied, (1, 2), citation=citation)
    migrate.upgrade(site.database)
    assert migrate.differences(site.database) == []
    with db.read() as session:
        rows = session.scalars(sa.select(Citation).order_by(Citation.version_id, Citation.position)).all()
    assert [row.document_key for row in rows] == [
        "12/QD-X 2019", "31/2024/QH15", "12/QD-X 2024", "31/2024/QH15", None, "12/QD-X",
    ]  # fmt: skip
