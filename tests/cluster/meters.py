"""What the parts of a cluster use: processor seconds of each kind of process with all below it, and bytes on the disk."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.cluster import parts
from tests.cluster.cluster import BALANCER, DATABASE, NODES, STORE, WEB, WORKERS, Cluster

KINDS: dict[str, tuple[str, ...]] = {"web": WEB, "workers": WORKERS, "search": NODES, "database": (DATABASE,), "store": (STORE,), "balancer": (BALANCER,)}
MB = 1e6


def seconds(cluster: Cluster, extra: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, float]:
    """The processor seconds that each kind of process has used since it began."""
    known = cluster.book.known()
    below = _below()
    return {
        kind: sum(_tree(known[name].pid, below) for name in names if name in known) for kind, names in {**KINDS, **(extra or {})}.items()
    }


def used(before: Mapping[str, float], after: Mapping[str, float], times: float) -> dict[str, float]:
    """The processor seconds between two moments, for each of so many times."""
    return {kind: max(0.0, after[kind] - before[kind]) / times for kind in after}


def busy() -> float:
    """The seconds that all processors of this machine together have been busy since it started."""
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text().split("\n")[0].split()[1:8]
    return sum(map(int, (user, nice, system, *interrupts))) / os.sysconf("SC_CLK_TCK")


def _below() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            above = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found.setdefault(above, []).append(int(path.parent.name))
    return found


def _tree(process: int, below: Mapping[int, Iterable[int]]) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # Its own seconds, and those of its children that have ended.
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_tree(child, below) for child in below.get(process, ()))


def sizes(cluster: Cluster) -> dict[str, float]:
    """MB on the disk: the index once and with its copies, the database, the files."""
    address = f"http://127.0.0.1:{cluster.book.port(NODES[0])}/_cat/indices/{parts.INDEX}*?format=json&bytes=b"
    with urllib.request.urlopen(address, timeout=20) as answer:
        rows = json.load(answer)
    files = sum(path.stat().st_size for path in (cluster.folder / STORE / "data").rglob("*") if path.is_file())
    return {
        "index": sum(int(row["pri.store.size"]) for row in rows) / MB, "index with copies": sum(int(row["store.size"]) for row in rows) / MB,
        "database": _asked(cluster, f"SELECT pg_database_size('{parts.DATABASE}')") / MB, "files": files / MB,
    }  # fmt: skip


def counts(cluster: Cluster) -> tuple[int, int]:
    """How many documents and provisions the database has."""
    return int(_asked(cluster, "SELECT count(*) FROM document")), int(_asked(cluster, "SELECT count(*) FROM provision"))


def _asked(cluster: Cluster, query: str) -> float:
    import psycopg

    with psycopg.connect(f"postgresql://{parts.DATABASE}@127.0.0.1:{cluster.book.port(DATABASE)}/{parts.DATABASE}") as connection:
        found = connection.execute(query).fetchone()  # type: ignore[arg-type]
    return float(found[0]) if found else 0.0
