"""The commands of the engines of a cluster, each in a folder of its own: OpenSearch, PostgreSQL, an S3 store, HAProxy."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from docmgr.settings import ROOT
from tests.engines import install, opensearch, store
from tests.engines.install import Lacking

BUCKET, DATABASE, INDEX = "docmgr", "docmgr", "docmgr"
POSTGRESQL = Path("/usr/lib/postgresql")
# What a process needs of the environment of the shell; nothing else of it reaches the cluster.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "JAVA_HOME")
# Every request that the balancer answers otherwise than by what a machine said of itself, or late, can be told by this line: time, status,
# what ended it (%ts of HAProxy), milliseconds, machine, request.
LOGGED = '    log stdout format raw local0\n    log-format "%t %ST %tsc %TR/%Tw/%Tc/%Tr/%Ta %s %rc %HM %HPO"\n'
Command = tuple[list[str], dict[str, str]]


def plain_environment() -> dict[str, str]:
    """Variables for any process of the cluster."""
    return {name: os.environ[name] for name in KEPT if name in os.environ}


def require() -> None:
    """Raise Lacking with what is missing on this machine."""
    wanted = {
        "Java (default-jre-headless)": shutil.which("java"),
        "OpenSearch (make engines)": (opensearch.HOME / "lib").is_dir(),
        "versitygw (make engines)": versitygw().exists(),
        "PostgreSQL (postgresql)": postgres_programs(),
        "HAProxy (haproxy)": shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
    }
    missing = [name for name, found in wanted.items() if not found]
    if missing:
        raise Lacking(", ".join(missing))


def versitygw() -> Path:
    """The program of the store, which need not be there."""
    return install.folder() / f"versitygw-{install.VERSITYGW}"


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL of this machine; None where there is none."""
    found = sorted(POSTGRESQL.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def search_node(folder: Path, name: str, ports: Mapping[str, tuple[int, int]]) -> Command:
    """A node of OpenSearch; `ports` are those of all nodes, for people and among each other."""
    seeds = ", ".join(f'"127.0.0.1:{transport}"' for _, transport in ports.values())
    made, needed = opensearch.prepared(folder / name, {
        "cluster.name": "docmgr-cluster", "node.name": name, "http.port": ports[name][0], "transport.port": ports[name][1],
        "discovery.seed_hosts": f"[{seeds}]", "cluster.initial_cluster_manager_nodes": f"[{', '.join(ports)}]",
    })  # fmt: skip
    return made, {**plain_environment(), **needed}


def postgresql(folder: Path, port: int) -> Command:
    """The server, with a new cluster in `folder` where there is none. It refuses to run as root, so it then runs as postgres."""
    programs = postgres_programs()
    assert programs is not None
    data, owner = folder / "data", _as_owner()
    if not (data / "PG_VERSION").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if owner:
            shutil.chown(folder, "postgres", "postgres")
        made = [*owner, str(programs / "initdb"), "-D", str(data), "-U", DATABASE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        ran = subprocess.run(made, cwd=folder, env=plain_environment(), capture_output=True, text=True)
        if ran.returncode:
            raise Lacking(f"initdb: {ran.stderr[-500:]}")
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), "max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "2GB"}
    server = [*owner, str(programs / "postgres"), "-D", str(data), "-p", str(port)]
    return [*server, *(part for name, value in options.items() for part in ("-c", f"{name}={value}"))], plain_environment()


def _as_owner() -> list[str]:
    # This runs the program in its own place, so the id that is known is that of the server; runuser would stay beside it.
    ids = ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return ["setpriv", *ids, "--"] if os.getuid() == 0 else []


def make_database(port: int) -> None:
    """Make the database of the site, unless it is there."""
    import psycopg
    from psycopg.errors import DuplicateDatabase

    with psycopg.connect(f"postgresql://{DATABASE}@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        try:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        except DuplicateDatabase:
            return


def objects(folder: Path, port: int) -> Command:
    """The S3 store, with its bucket."""
    for name in store.FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "data" / BUCKET).mkdir(exist_ok=True)
    return store.command(versitygw(), folder, port), {**plain_environment(), **store.KEYS}


def balancer(folder: Path, port: int, web: Mapping[str, int]) -> Command:
    """HAProxy as deploy/haproxy.cfg sets it up, but on this machine's ports and without TLS before it."""
    text = (ROOT / "deploy/haproxy.cfg").read_text(encoding="utf-8").replace("bind :8080", f"bind 127.0.0.1:{port}")
    text = text.replace("    http-request set-header X-Forwarded-Proto https\n", "")
    text = text.replace("    mode http\n", f"    mode http\n{LOGGED}", 1)
    for name, place in web.items():
        text = text.replace(f"{name}:8000", f"127.0.0.1:{place}")
    left = re.findall(r"\S+:80\d\d\b", text)
    assert not left, f"deploy/haproxy.cfg names other places: {left}"
    (folder / "haproxy.cfg").write_text(text, encoding="utf-8")
    program = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "haproxy"
    return [program, "-db", "-f", str(folder / "haproxy.cfg")], plain_environment()


def listens(port: int) -> bool:
    """Whether something listens at a port of this machine."""
    with socket.socket() as one:
        one.settimeout(2)
        return one.connect_ex(("127.0.0.1", port)) == 0


def answers(port: int, path: str, right: Sequence[int] = (200,)) -> bool:
    """Whether a request is answered with one of these statuses."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status in right
    except urllib.error.HTTPError as error:
        return error.code in right
    except OSError:
        return False
