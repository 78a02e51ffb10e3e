"""The steps of docmgr/migrations: they end where the models are, on both databases, and a broken one changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from docmgr import db
from docmgr.context import Context
from docmgr.models import Job
from docmgr.policy import COMMAND_LINE
from docmgr.services import migrate, trail

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
    """A copy of the steps to which a test adds others; the program uses the copy."""
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
        trail.record(session, COMMAND_LINE, "index:rebuild", "site", None, "Chỉ mục")
    with pytest.raises(sa.exc.DBAPIError, match="only ever added"), site.database.write_engine.begin() as connection:
        connection.execute(sa.text(statement))
    with site.database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT actor_label FROM trail_event")) == COMMAND_LINE.label


def test_what_ended_others_before_there_was_a_place_for_it_is_looked_at_again(site: Context) -> None:
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
    migrate.upgrade(site.database, "0004")
    with engine.begin() as connection:
        old = sa.MetaData()
        old.reflect(connection)
        put = lambda table, **values: connection.execute(sa.insert(old.tables[table]).values(**values))  # noqa: E731
        now = db.now()
        put("folder", id=1, name="Gốc", inherit=True, publish_on_arrival=False, created_at=now)
        put("access_list", id=1, fingerprint="x")
        for number in (1, 2, 3, 4):
            put(
                "document", id=number, revision=1, folder_id=1, inherit=True, workflow="published", state="findable",
                current_no=1, publish_when_read=False, access_list_id=1, created_at=now,
            )  # fmt: skip
            put("version", id=number, document_id=number, no=1, created_at=now)
        put("relation", id=1, type="replaces", source_id=1, target_id=4, created_at=now)
        put("relation", id=2, type="amends", source_id=3, target_id=4, created_at=now)
        for version, role in ((1, "repeals"), (2, "repeals"), (3, "cites")):
            put("citation", version_id=version, position=0, role=role, anchor="", quote="")
    migrate.upgrade(site.database)
    assert migrate.differences(site.database) == []
    with db.read() as session:
        jobs = session.scalars(sa.select(Job).order_by(Job.document_id)).all()
    assert [(job.kind, job.document_id, job.attempts) for job in jobs] == [("index", 1, 0), ("index", 2, 0)]
    assert all(job.run_after <= db.now() for job in jobs)
