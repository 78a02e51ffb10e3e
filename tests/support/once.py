"""What is made once in a test process, although each test makes an application and a database of its own.

A running site compiles its addresses and statements once, and its worker starts one reading process. Tests that made
everything anew spent half of their processor time on compiling the same addresses and the same statements again.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, text
from werkzeug.routing.rules import Rule

from docmgr import db, worker
from docmgr.reading.ocr import recogniser
from docmgr.reading.process import rendering, wire
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading
from docmgr.services.documents.confirming import second_files
from docmgr.services.start import sheets
from docmgr.services.texts import read_file
from docmgr.services.upkeep import migrate, table_copy

# Options of the engine, the pool and the driver. Those of the dialect would be lost where one is shared.
OF_THE_POOL = {"connect_args", "hide_parameters", "pool_pre_ping", "pool_size", "pool_timeout"}


def compile_addresses(patch: pytest.MonkeyPatch) -> None:
    """Let equal rules of URL maps share the function that builds their addresses: it depends on nothing else."""
    compile_builder = Rule._compile_builder
    made: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, *rule._trace, *sorted((rule.defaults or {}).items()), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    patch.setattr(Rule, "_compile_builder", builder)


def compile_statements(patch: pytest.MonkeyPatch, server: str | None) -> None:
    """Let databases of one kind share their compiled statements; SQLAlchemy keeps these by the dialect's identity.

    `server` is the URL of the server that tests use, whose version the dialect asks for once; None where they use SQLite.
    """
    shared: dict[str, Engine] = {}

    def engine(url: str, **options: Any) -> Engine:
        assert options.keys() <= OF_THE_POOL
        made = create_engine(url, **options)
        name = made.dialect.name
        if name != "sqlite" and not server:
            return made  # a test of a server that is not there
        if name not in shared:
            shared[name] = create_engine("sqlite://" if name == "sqlite" else server or "")
            shared[name].connect().close()
            shared[name].dispose()
        made.dialect = made.pool._dialect = shared[name].dialect
        made._compiled_cache = shared[name]._compiled_cache
        return made

    patch.setattr(db, "create_engine", engine)


def remember_migrations(patch: pytest.MonkeyPatch, answers: Answers) -> None:
    """Let empty SQLite databases get the tables of a revision by the statements of the first one that was brought to it.
    Running all steps of the upgrade takes half a second of processor time."""
    upgrade_on = migrate.upgrade_on
    made: dict[tuple[Path, str], list[str]] = {}

    def upgrade(connection: Connection, revision: str = "head") -> None:
        if answers.asked_anew or connection.dialect.name != "sqlite" or connection.scalar(text("SELECT count(*) FROM sqlite_master")):
            upgrade_on(connection, revision)
            return
        driver: Any = connection.connection.driver_connection
        key = (migrate.MIGRATIONS, revision)
        if key in made:
            for statement in made[key]:
                driver.execute(statement)
        else:
            upgrade_on(connection, revision)
            # The first and the last statement of a dump begin and end a transaction.
            made[key] = list(driver.iterdump())[1:-1]

    patch.setattr(migrate, "upgrade_on", upgrade)
    _remember_steps(patch, answers)
    _remember_tables(patch, answers)


def _remember_steps(patch: pytest.MonkeyPatch, answers: Answers) -> None:
    """Read the files of the migrations once; Alembic executes all of them for each question about one."""
    read = ScriptDirectory.from_config
    made: dict[str | None, ScriptDirectory] = {}

    def steps(config: Config) -> ScriptDirectory:
        place = config.get_main_option("script_location")
        if answers.asked_anew or place not in made:
            made[place] = read(config)
        return made[place]

    patch.setattr(ScriptDirectory, "from_config", steps)


def _remember_tables(patch: pytest.MonkeyPatch, answers: Answers) -> None:
    """Read the tables of SQLite databases once for each schema, which is the text of its statements."""
    reflected = table_copy.reflected
    made: dict[tuple[str, ...], MetaData] = {}

    def tables(connection: Connection) -> MetaData:
        if answers.asked_anew or connection.dialect.name != "sqlite":
            return reflected(connection)
        schema = tuple(connection.scalars(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")))
        if schema not in made:
            made[schema] = reflected(connection)
        return made[schema]

    patch.setattr(table_copy, "reflected", tables)


class Answers:
    """Answers of processes that depend on nothing but what they are given, kept in `folder`, which the processes of a run
    share. Where `asked_anew` is set, each is asked for again: the tests of reading are about these processes, and those of
    migrations about their steps."""

    asked_anew = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def find(self, *given: object) -> Path:
        """The place of the answer to what was given: bytes, or anything that is printed as what it is."""
        digest = hashlib.sha256()
        for part in given:
            data = part if isinstance(part, bytes) else repr(part).encode()
            digest.update(b"%d:" % len(data) + data)
        return self.folder / digest.hexdigest()

    @staticmethod
    def keep(place: Path, answer: bytes) -> None:
        """Keep an answer, so that other processes find it whole or not at all."""
        written = place.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        written.write_bytes(answer)
        written.rename(place)


class KeptReader(Reader):
    """A reader whose process goes on when a worker is done, for the worker of the next test. What equal bytes of the same
    name say is remembered, except where files are unpacked or certificates trusted."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self._answers = answers
        self._path = os.environ["PATH"]

    def read(self, path: str | Path, **asked: Any) -> Reading:
        """Read a file, or say again what was read. What was cut off or lost is tried anew, and so is what is read with other
        programs than those of the run, by a process that has these."""
        self.last = {}
        if os.environ["PATH"] != self._path:
            with Reader() as own:
                found = own.read(path, **asked)
            self.last = own.last
            return found
        trust = asked.get("trust")
        if self._answers.asked_anew or asked.get("unpack") is not None or (trust is not None and any(trust.glob("*"))) or not Path(path).is_file():
            return super().read(path, **asked)
        place = self._answers.find("read", Path(path).read_bytes(), sorted((key, value) for key, value in asked.items() if key != "trust"))
        if not place.exists():
            found = super().read(path, **asked)
            if self.last.get("end") == "ok" and found.reason_code != "crashed":
                self._answers.keep(place, wire.to_bytes(found))
            return found
        return wire.from_bytes(place.read_bytes())

    def close(self) -> None:
        """Leave the reading process as it is; it forks anew for each file and keeps nothing of any."""

    def end(self) -> None:
        """Stop the reading process."""
        super().close()


def remember_recognised(patch: pytest.MonkeyPatch, answers: Answers) -> None:
    """Recognise equal pages, and understand equal words, once in a run: each takes seconds. What failed is tried anew."""
    run = recogniser._run

    def asked(arguments: list[str], given: bytes = b"", seconds: float | None = None) -> bytes:
        if answers.asked_anew:
            return run(arguments, given, seconds)
        files = [Path(one).read_bytes() if os.path.isfile(one) else one for one in arguments]
        place = answers.find("ocr", os.environ["PATH"], *files, given)
        if not place.exists():
            answers.keep(place, run(arguments, given, seconds))
        return place.read_bytes()

    patch.setattr(recogniser, "_run", asked)


def remember_rendered(patch: pytest.MonkeyPatch, answers: Answers) -> None:
    """Render equal office files once in a run. What failed is tried anew."""
    run = rendering._run

    def asked(path: Path, kind: str, folder: str, out: BinaryIO) -> str | None:
        if answers.asked_anew or not path.is_file():
            return run(path, kind, folder, out)
        place = answers.find("rendered", os.environ["PATH"], kind, path.read_bytes())
        if place.exists():
            out.write(place.read_bytes())
            return None
        fault = run(path, kind, folder, out)
        if fault is None:
            out.seek(0)
            answers.keep(place, out.read())
        return fault

    patch.setattr(rendering, "_run", asked)


@contextmanager
def start_reading(patch: pytest.MonkeyPatch, answers: Answers) -> Iterator[None]:
    """Let workers and imports of this process share one reading process: it loads the libraries of all formats when it starts."""
    kept = KeptReader(answers)

    def reader(gives_way: bool = False) -> Reader:
        # Beside the processes of a parallel run, one that gives way would hardly run; tests/reading asks for its priority.
        assert isinstance(gives_way, bool)
        return kept

    for module in (worker, sheets, second_files, read_file):
        patch.setattr(module, "Reader", reader)
    yield
    kept.end()
