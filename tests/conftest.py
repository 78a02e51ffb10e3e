"""Shared fixtures: a separate site for each test, the five people, and signed-in browsers.

SQLite is the default; PostgreSQL is used when DOCMGR_TEST_DATABASE_URL names a database whose owner may create
others. The tables are created once, by the migrations, and copied for each test.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskCliRunner
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, make_url, select, text
from xdist.scheduler import LoadFileScheduling

from docmgr import context, create_app, db
from docmgr.db import Database
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.people import passwords
from docmgr.services.upkeep import migrate
from docmgr.settings import Settings
from docmgr.web.kit import i18n
from tests.bench.sizes import make_people
from tests.support import once
from tests.support.acting import actor_of
from tests.support.browsers import PASSWORD, ROLES, Auth, Client
from tests.tools import field_table

SERVER = os.environ.get("DOCMGR_TEST_DATABASE_URL")
# Hypothesis has no deadlines here, because machines differ and both cores may be busy. The rules are tested in full on
# SQLite; fewer examples are enough to show differences on a server.
hypothesis.settings.register_profile("docmgr", deadline=None, max_examples=25 if SERVER else 100)
hypothesis.settings.load_profile("docmgr")

# Tests wait for what is read in the background, while their own processes keep all processors busy.
os.environ.setdefault("DOCMGR_GIVE_WAY", "0")

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


# The files that take longest. They begin first, so that no process works alone at the end. Those of page pictures come
# before others with a browser, whose files would be waiting to be rendered in the same site.
LONGEST = (
    "test_main_jobs.py", "test_previews.py", "test_recogniser.py", "test_own_papers.py", "test_limits.py", "test_readme.py", "test_addresses.py", "test_run.py", "test_unusable.py", "test_explaining.py",
    "test_facts_real.py", "test_slow_sockets.py", "test_marked_text.py", "test_read_rule.py", "test_formats_office.py",
    "test_two_worlds.py", "test_differential.py", "test_demo.py", "test_rebuilding_meanwhile.py", "test_status_worlds.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the tests of the longest files to the front; the others keep their order."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


# Half of the tests with a browser, by time; the other half are the other files.
SECOND_BROWSER = ("test_compare.py", "test_drafts.py", "test_drop.py", "test_in_sight.py", "test_inside.py", "test_registers.py", "test_search_page.py", "test_together.py", "test_waiting.py", "test_workflows.py")


class ByFile(LoadFileScheduling):
    """Gives the tests of a file to one process. All tests with a browser, which share a site and a browser, are given to two."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        if not file.startswith("tests/browser/"):
            return file
        return "second browser" if file.removeprefix("tests/browser/") in SECOND_BROWSER else "browser"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Divide the tests among the processes by file."""
    return ByFile(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of fields, if tests of this run counted any."""
    reports = (report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind))
    told = [str(value) for report in reports for name, value in report.user_properties if name == field_table.PROPERTY]
    if told:
        terminalreporter.section("fields")
        terminalreporter.write_line("\n".join(field_table.table(dict.fromkeys(told))))


# Nothing that is imported for collecting is thrown away. The process that only divides the tests collects none.
if "PYTEST_XDIST_WORKER" in os.environ:
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave modules and tests out of garbage collection: they stay to the end, and looking through them took a tenth."""
    gc.collect()
    gc.freeze()
    # What a test leaves is looked for after 100,000 new objects, not 700: with these it took a twelfth of the time of page tests.
    gc.set_threshold(100_000, 10, 10)
    gc.enable()


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> once.Answers:
    """What processes answered in this run."""
    own = tmp_path_factory.getbasetemp()
    # The folder of a parallel process lies in that of the run.
    return once.Answers((own if worker_name == "main" else own.parent) / "answers")


@pytest.fixture
def asked_anew(answers: once.Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer of another test is taken: for tests that are about what answers."""
    monkeypatch.setattr(answers, "asked_anew", True)


@pytest.fixture(scope="session", autouse=True)
def made_once(answers: once.Answers) -> Iterator[None]:
    """Addresses and statements, compiled once in this process; its one reading process, and what others answered."""
    with pytest.MonkeyPatch.context() as patch, once.start_reading(patch, answers):
        once.remember_migrations(patch, answers)
        once.remember_recognised(patch, answers)
        once.remember_rendered(patch, answers)
        once.compile_addresses(patch)
        once.compile_statements(patch, SERVER)
        yield


@pytest.fixture(scope="session")
def template_databases(tmp_path_factory: pytest.TempPathFactory, worker_name: str, password_hash: str) -> Iterator[dict[str, str]]:
    """The URLs of two migrated databases that nobody changes: "empty", and one with "people"."""
    with contextlib.ExitStack() as stack:
        urls = {}
        for name in ("empty", "people"):
            if SERVER:
                urls[name] = stack.enter_context(_server_database(f"docmgr_template_{name}_{worker_name}"))
            else:
                urls[name] = f"sqlite:///{tmp_path_factory.mktemp('template') / 'docmgr.sqlite'}"
            _make_tables(urls[name], password_hash if name == "people" else None)
        yield urls


@pytest.fixture(scope="session")
def worker_name() -> str:
    """A name for this parallel test process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, template_databases: dict[str, str], worker_name: str) -> Iterator[str]:
    """The URL of this test's own database, with people in it where the test wants them."""
    template = make_url(template_databases["people" if "people" in request.fixturenames else "empty"]).database
    if SERVER:
        with _server_database(f"docmgr_test_{worker_name}", copy_of=template) as url:
            yield url
    else:
        target = tmp_path / "home" / "docmgr.sqlite"
        target.parent.mkdir()
        shutil.copyfile(template or "", target)
        yield f"sqlite:///{target}"


@contextlib.contextmanager
def _server_database(name: str, copy_of: str | None = None) -> Iterator[str]:
    server = create_engine(SERVER or "", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        # Copying the template's files takes two thirds of the time of writing each page to the log, the default since PostgreSQL 15.
        newer = (connection.dialect.server_version_info or (0,)) >= (15,)
        copied = f' TEMPLATE "{copy_of}"' + " STRATEGY file_copy" * newer if copy_of else ""
        connection.execute(text(f'CREATE DATABASE "{name}"{copied}'))
        try:
            yield make_url(SERVER or "").set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    server.dispose()


def _make_tables(url: str, password_hash: str | None) -> None:
    database = Database(url)
    migrate.upgrade(database)
    if password_hash is not None:
        with db.bound(database):
            make_people(password_hash)
    if database.engine.dialect.name == "sqlite":
        # Move everything from the write-ahead log into the one file that is copied.
        with database.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()


@pytest.fixture(scope="session")
def compiled_catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The translations, compiled once: a site that finds them in its data folder does not compile them again."""
    compiled = tmp_path_factory.mktemp("translations")
    i18n.compile_catalogues(i18n.CATALOGUES, compiled)
    return compiled


@pytest.fixture
def settings(tmp_path: Path, database_url: str, compiled_catalogues: Path) -> Settings:
    """The settings of a site in a folder of its own."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return site_settings(home, database_url, compiled_catalogues)


def site_settings(home: Path, url: str, catalogues: Path) -> Settings:
    """The settings of a site in the folder `home`, which exists, with the compiled translations."""
    (home / "uploads").mkdir()
    shutil.copytree(catalogues, home / "translations")
    return Settings(
        home=home,
        uploads=home / "uploads",
        database_url=url,
        secret_key="0123456789abcdef" * 4,
        max_file_bytes=20_000_000,
        free_disk_floor_bytes=0,
        agency="Sở Giáo dục và Đào tạo",
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Compiled templates: the application is created for each test, and compiling them took a third of its time."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application, with CSRF protection on."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.test_client_class = Client
    yield app
    app.extensions["docmgr"].close()


@pytest.fixture
def site(request: pytest.FixtureRequest, settings: Settings) -> Iterator[context.Context]:
    """The site, bound for the body of the test. It is the application's site, which is only created when a test uses
    it."""
    if "app" in request.fixturenames:
        site: context.Context = request.getfixturevalue("app").extensions["docmgr"]
        with site.bound():
            yield site
        return
    site = context.build(settings)
    with site.bound():
        yield site
    site.close()


@pytest.fixture
def database(site: context.Context) -> Database:
    """The bound database, for tests of services."""
    return site.database


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the cheapest password hash, because hashing is slow on purpose; tests about hashing switch this off."""
    if "real_hashes" not in request.keywords:
        monkeypatch.setattr(passwords, "_hasher", QUICK)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One password hash for all people."""
    return QUICK.hash(PASSWORD)


@pytest.fixture
def people(database: Database, password_hash: str) -> dict[str, User]:
    """One person per role, each in a unit, all with PASSWORD; and the root folder."""
    with db.read() as session:
        found = {user.username: user for user in session.scalars(select(User))}
    db.release()
    return {role: found[role] for role in ROLES} if found else make_people(password_hash)


@pytest.fixture
def clerk(people: dict[str, User]) -> Actor:
    """The clerk as an actor."""
    return actor_of(people["clerk"])


@pytest.fixture
def staff(people: dict[str, User]) -> Actor:
    """The staff member as an actor."""
    return actor_of(people["staff"])


@pytest.fixture
def auditor(people: dict[str, User]) -> Actor:
    """The auditor as an actor."""
    return actor_of(people["auditor"])


@pytest.fixture
def client(app: Flask) -> Client:
    """A visitor's browser."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs commands of the site's command line."""
    return app.test_cli_runner()


@pytest.fixture
def auth(app: Flask, people: dict[str, User]) -> Auth:
    """Signed-in browsers."""
    return Auth(app, people)
