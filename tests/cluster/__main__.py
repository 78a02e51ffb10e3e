"""`python -m tests.cluster run|demo|start|stop|status|kill NAME|again NAME [--folder FOLDER]`: a site on several machines, all on this
one. `run` and `demo` stop it at Ctrl-C; `start` leaves it running, and the other commands find it from any shell."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from docmgr.demo.agency import AGENCY
from tests.cluster.cluster import ALL, DATABASE, WORKERS, Cluster, default_folder
from tests.cluster.processes import NotStarted
from tests.engines.install import Lacking

STAYING, DEMONSTRATION = ("run", "demo"), {"DOCMGR_AGENCY": AGENCY}


def main() -> int:
    """Do what the command says. Exit code 1 when the site does not start or a part does not run, 2 when a program is missing."""
    given = _arguments()
    folder = given.folder or default_folder().with_name("docmgr-cluster-demo" if given.command == "demo" else "docmgr-cluster")
    cluster = Cluster(folder, DEMONSTRATION if given.command == "demo" else {})
    if given.command == "status":
        return _status(cluster)
    if given.command == "stop":
        cluster.stop()
        return 0
    try:
        if given.command == "kill":
            cluster.kill(given.name, signal.SIGQUIT if given.name == DATABASE else signal.SIGKILL)
        elif given.command == "again":
            cluster.again(given.name)
        else:
            return _run(cluster, given.command)
    except Lacking as lacking:
        print(f"Máy này còn thiếu: {lacking}", file=sys.stderr)
        return 2
    except NotStarted as failed:
        print(f"Không chạy được: {failed}", file=sys.stderr)
        return 1
    return 0


def _run(cluster: Cluster, command: str) -> int:
    ended = threading.Event()
    if command in STAYING:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: ended.set())
    print(f"Đang khởi động {len(ALL)} tiến trình trong {cluster.folder}…", flush=True)
    try:
        said = cluster.start(demonstration=command == "demo")
        print(said + _greeting(cluster), flush=True)
        if command in STAYING:
            print("Dừng tất cả: Ctrl-C", flush=True)
            ended.wait()
    except (Lacking, NotStarted):
        cluster.stop()
        raise
    finally:
        if command in STAYING:
            cluster.stop()
    return 0


def _greeting(cluster: Cluster) -> str:
    where = f" --folder {cluster.folder}"
    return "\n".join((
        f"docmgr đang chạy trên nhiều máy tại {cluster.address}",
        f"Tài khoản mới: set -a; . {cluster.folder}/environment; .venv/bin/flask --app docmgr users add TEN --role administrator",
        f"Từng tiến trình: .venv/bin/python -m tests.cluster status{where} (kill TÊN, again TÊN, stop); nhật ký trong {cluster.folder}/logs",
    ))  # fmt: skip


def _status(cluster: Cluster) -> int:
    found = cluster.status()
    for name, (runs, pid, port) in found.items():
        print(f"{name:<10}{'đang chạy' if runs else 'không chạy':<12}{pid or '':>8}{f'127.0.0.1:{port}' if name not in WORKERS else '':>18}")
    return 0 if all(runs for runs, _, _ in found.values()) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "demo", "start", "stop", "status", "kill", "again"):
        one = commands.add_parser(name)
        one.add_argument("--folder", type=Path)
        if name in ("kill", "again"):
            one.add_argument("name", choices=ALL)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
