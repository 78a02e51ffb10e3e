"""A whole site on several machines, all on this one: three nodes of OpenSearch, PostgreSQL, an S3 store, two web machines behind
HAProxy, two workers. Each web machine and worker has a data folder of its own; they share nothing on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from docmgr.settings import ROOT
from tests.cluster import parts
from tests.cluster.parts import Command
from tests.cluster.processes import Book, NotStarted
from tests.engines import store

NODES = ("search-1", "search-2", "search-3")
WEB, WORKERS = ("web-1", "web-2"), ("worker-1", "worker-2")
DATABASE, STORE, BALANCER = "database", "store", "balancer"
ENGINES = (*NODES, DATABASE, STORE)
# In the order in which they start; they stop the other way round.
ALL = (*ENGINES, *WEB, *WORKERS, BALANCER)
# PostgreSQL ends its connections at once by this one, and without writing its caches by SIGQUIT.
STOPPING = {DATABASE: signal.SIGINT}
READY_SECONDS = 120.0


def default_folder() -> Path:
    """Where a cluster lies that is given no other folder."""
    return Path(tempfile.gettempdir()) / "docmgr-cluster"


class Cluster:
    """A cluster in a folder. What runs there is found by every program that opens the folder."""

    def __init__(self, folder: Path, more: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.book = Book(self.folder)
        self.more = self.book.variables(more or {})

    @property
    def address(self) -> str:
        """Where people reach the site."""
        return f"http://127.0.0.1:{self.book.port(BALANCER)}"

    @property
    def search_address(self) -> str:
        """The nodes of OpenSearch, with commas."""
        return ",".join(f"http://127.0.0.1:{self.book.port(name)}" for name in NODES)

    def environment(self, name: str) -> dict[str, str]:
        """The variables of one machine; every command finds the site by them."""
        first, *others = self.search_address.split(",")
        return {
            **parts.plain_environment(),
            "DOCMGR_HOME": str(self.folder / "homes" / name),
            "DOCMGR_DATABASE_URL": f"postgresql+psycopg://{parts.DATABASE}@127.0.0.1:{self.book.port(DATABASE)}/{parts.DATABASE}",
            "DOCMGR_SEARCH_URL": ",".join((f"{first}/{parts.INDEX}", *others)),
            "DOCMGR_SEARCH_SHARDS": "1",
            "DOCMGR_SEARCH_REPLICAS": "1",
            "DOCMGR_STORE_URL": f"s3://{parts.BUCKET}?endpoint=http://127.0.0.1:{self.book.port(STORE)}",
            "AWS_ACCESS_KEY_ID": store.KEY_ID,
            "AWS_SECRET_ACCESS_KEY": store.SECRET,
            "DOCMGR_SECRET_KEY": self.book.secret(),
            "DOCMGR_PUBLIC_URL": self.address,
            "DOCMGR_METRICS_TOKEN": self.book.secret()[:32],
            "PORT": str(self.book.port(name)) if name in WEB else "8000",
            "WEB_CONCURRENCY": "1",
            "PYTHONUNBUFFERED": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "1",
            **self.more,
        }

    def start(self, *, demonstration: bool = False) -> str:
        """Start all that does not run, and wait until the site serves; returns what preparing the database printed. Raises Lacking
        where a program is missing, NotStarted where one does not answer."""
        parts.require()
        for name in ENGINES:
            self._start(name)
        for name in ENGINES:
            self.wait(name)
        parts.make_database(self.book.port(DATABASE))
        said = "" if any(map(self.book.runs, WORKERS)) else self._prepare(demonstration)
        for name in (*WEB, *WORKERS, BALANCER):
            self._start(name)
        for name in (*WEB, BALANCER):
            self.wait(name)
        self._write_environment()
        return said

    def _prepare(self, demonstration: bool) -> str:
        command = [sys.executable, "-m", "docmgr.run", "--prepare", *(["--demo"] if demonstration else [])]
        env = self.environment(WEB[0])
        ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        (self.folder / "logs/prepare.log").write_text(ran.stdout + ran.stderr, encoding="utf-8")
        if ran.returncode:
            raise NotStarted(f"prepare: {(ran.stderr or ran.stdout)[-1500:]}")
        return ran.stdout

    def _start(self, name: str) -> None:
        command, env = self._command(name)
        self.book.start(name, command, env, ROOT if name in (*WEB, *WORKERS) else self.folder)

    def again(self, name: str) -> None:
        """Start one part that was killed or stopped, and wait until it answers."""
        self._start(name)
        self.wait(name)

    def _command(self, name: str) -> Command:
        book, folder = self.book, self.folder / name
        if name in NODES:
            return parts.search_node(self.folder, name, {one: (book.port(one), book.port(f"{one} inside")) for one in NODES})
        if name == DATABASE:
            return parts.postgresql(folder, book.port(name))
        if name == STORE:
            return parts.objects(folder, book.port(name))
        if name == BALANCER:
            return parts.balancer(self.folder, book.port(name), {one: book.port(one) for one in WEB})
        (self.folder / "homes").mkdir(exist_ok=True)
        if name in WEB:
            return [sys.executable, "-m", "gunicorn", "-c", "python:docmgr.gunicorn_conf", "docmgr:create_app()"], self.environment(name)
        return [sys.executable, "-m", "docmgr.worker"], self.environment(name)

    def wait(self, name: str) -> None:
        """Wait until a part answers. Raises NotStarted."""
        port = self.book.port(name) if name not in WORKERS else 0
        if name in NODES:
            asked = f"/_cluster/health?wait_for_nodes={len(NODES)}&wait_for_status=yellow&timeout=2s"
            self.book.wait_for(name, lambda: parts.answers(port, asked))
        elif name in WEB:
            self.book.wait_for(name, lambda: parts.answers(port, "/readyz"), READY_SECONDS)
        elif name == BALANCER:
            self.book.wait_for(name, lambda: parts.answers(port, "/healthz"))
        elif name == DATABASE:
            self.book.wait_for(name, self._database_answers)
        elif name == STORE:
            self.book.wait_for(name, lambda: parts.answers(port, "/healthz"))

    def _database_answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(f"postgresql://{parts.DATABASE}@127.0.0.1:{self.book.port(DATABASE)}/postgres", connect_timeout=2) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """End a part at once, as when its machine loses power; a database is told to by SIGQUIT."""
        self.book.end(name, number)

    def stop(self) -> None:
        """Stop all that runs: first who takes requests, last the engines."""
        known = self.book.known()
        for name in reversed([one for one in ALL if one in known]):
            self.book.end(name, STOPPING.get(name, signal.SIGTERM))
            self.book.forget(name)

    def status(self) -> dict[str, tuple[bool, int, int]]:
        """For each part: whether it runs, its process and its port (0: none)."""
        known = self.book.known()
        return {
            name: (name in known and known[name].alive, known[name].pid if name in known else 0, 0 if name in WORKERS else self.book.port(name))
            for name in ALL
        }  # fmt: skip

    def _write_environment(self) -> None:
        """The variables for commands typed by hand, for `set -a; . FILE`."""
        own = {name: value for name, value in self.environment("commands").items() if name.startswith(("DOCMGR_", "AWS_"))}
        file = self.folder / "environment"
        file.touch(mode=0o600)
        file.write_text("".join(f"{name}='{value}'\n" for name, value in own.items()), encoding="utf-8")


def flask(cluster: Cluster, *words: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line at the site, as on a machine of its own, with `more` variables."""
    (cluster.folder / "homes/commands").mkdir(parents=True, exist_ok=True)
    env = {**os.environ, **cluster.environment("commands"), **(more or {})}
    return subprocess.run([sys.executable, "-m", "flask", "--app", "docmgr", *words], cwd=ROOT, env=env, capture_output=True, text=True)
