"""`python -m tests.bench.office [--documents 50000] [--seconds 300]`: a department's site of full size. Prints the cost of pages, of a
change of rights, and what clerks and readers see who work at once. A site that was filled before, in the folder `--home`, is measured
without filling. Exit code 1 when an answer was no page, somebody stopped, or nobody read."""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

from docmgr import create_app, db
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.upkeep import migrate
from docmgr.settings import Settings
from tests.bench.office import filling, load, pages
from tests.bench.office.filling import OfficeSite
from tests.bench.sizes import make_people
from tests.support.browsers import ROLES, Auth, Client
from tests.support.running import Running, free_port

PAGE_MS, FOLDER_MS, INDEX_SECONDS, READ_MS = 150, 300, 60, 500
PARTS = ("pages", "rights", "load")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--clerks", type=int, default=filling.CLERKS)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--home", type=Path, help="a folder for the site: empty, or with a site of an earlier run, which is measured as it is")
    parser.add_argument("--parts", nargs="*", default=PARTS, choices=PARTS, help="what to measure")
    parser.add_argument("--only", default="", help="a regular expression over the addresses of pages")
    asked = parser.parse_args()
    print(f"20 million additions take {_speed():.1f} s of processor time here; load average {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = (asked.home or Path(temporary)) / "site"
        site, failed = _inside(home, asked)
        return 1 if ("load" in asked.parts and _load(home, site, asked)) or failed else 0


def _speed() -> float:
    """How fast the machine is: the seconds of processor time for 20 million additions."""
    began = time.process_time()
    # As a module's own lines, whose names are looked up in a dict.
    exec("count = 0\nfor _ in range(20_000_000):\n    count += 1", {})
    return time.process_time() - began


def _inside(home: Path, asked: argparse.Namespace) -> tuple[OfficeSite, bool]:
    """Fill the site, or take the one that is there, and measure what is measured in this process. Returns whether a page failed."""
    uploads, filled = home / "uploads", (home / "docmgr.sqlite").exists()
    uploads.mkdir(parents=True, exist_ok=True)
    app = create_app(Settings(home, uploads, f"sqlite:///{home / 'docmgr.sqlite'}", "0123456789abcdef" * 4))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    app.test_client_class = Client
    migrate.upgrade(app.extensions["docmgr"].database)
    with app.extensions["docmgr"].bound():
        people = filling.people() if filled else make_people()
        site = filling.found() if filled else _fill(asked.documents)
        failed = "pages" in asked.parts and _pages(app, people, site, asked.only)
        if "rights" in asked.parts:
            actors = [Actor(people[role].id, role, unit_id=people[role].unit_id, roles=frozenset({role})) for role in ("clerk", "staff")]
            cost = pages.rights(*actors, site)
            print(f"rights of the folder changed in {cost.change:.1f} s, refused after {cost.refused:.1f} s, index complete after {cost.indexed:.0f} s (at most {INDEX_SECONDS})")
    return site, failed


def _fill(documents: int) -> OfficeSite:
    began = time.process_time()
    site = filling.fill(documents, random.Random(20_261_201))
    filled = time.process_time()
    count = filling.index()
    print(f"{documents:,} documents in a folder, {count:,} in all: put in {filled - began:.0f} s, indexed {time.process_time() - filled:.0f} s")
    return site


def _pages(app: Flask, people: dict[str, User], site: OfficeSite, only: str) -> bool:
    """Print the cost of each page; returns whether one failed."""
    auth, failed = Auth(app, people), False
    browsers = {role: auth(role) for role in ROLES}
    db.release()
    print(f"{'page':<58}{'role':<15}{'most ms':>8}{'statements':>12}{'kB':>7}", flush=True)
    for role, address in pages.addresses(site):
        if not re.search(only, address):
            continue
        page = pages.measure(app, browsers[role], role, address)
        failed |= page.status != 200
        most = FOLDER_MS if page.address.startswith(f"/folders/{site.crowded}") else PAGE_MS
        told = "" if page.status == 200 else f"  answered {page.status}"
        told += "  SLOW" if page.ms > most else ""
        print(f"{address:<58}{role:<15}{page.ms:>8.0f}{page.statements:>12}{page.size / 1000:>7.0f}{told}", flush=True)
    return failed


def _load(home: Path, site: OfficeSite, asked: argparse.Namespace) -> bool:
    port = free_port()
    running = Running(home, port)
    try:
        running.started()
        figures = load.run(
            f"http://127.0.0.1:{port}", site, asked.documents, clerks=asked.clerks, readers=asked.readers, seconds=asked.seconds
        )
        spent = _spent(running)
    finally:
        running.stop()
    print(f"{asked.clerks} clerks and {asked.readers} readers for {asked.seconds:.0f} s; answers by status: {dict(figures.statuses)}")
    for kind, times in figures.times.items():
        print(f"{kind:<10}{len(times):>6} times, p50 {figures.percentile(kind, 0.5):.0f} ms, p95 {figures.percentile(kind, 0.95):.0f} ms")
    print(f"processor time of the site since its start: pages {spent[0]:.0f} s, worker {spent[1]:.0f} s")
    print(f"asking took {figures.spent:.0f} s of processor time, of {asked.seconds * (os.cpu_count() or 1):.0f} that the machine has; load average {os.getloadavg()[0]:.1f}")
    faults = figures.faults(kind for kind, people in (("read", asked.readers), ("upload", asked.clerks)) if people)
    print("no fault" if not faults else "faults:", *faults[:10], sep="\n")
    found = load.complaints(running.out.read_text(encoding="utf-8"))
    print(f"complaints in the output: {len(found)}", *found[:5], sep="\n")
    print(f"reading p95 at most {READ_MS} ms: {'reached' if figures.percentile('read', 0.95) <= READ_MS else 'short'}")
    return bool(found or faults)


def _spent(running: Running) -> tuple[float, float]:
    """The seconds of processor time of the web server and of the worker of a running site, each with its children."""
    (web,), (worker,) = running.below("gunicorn"), running.below("docmgr.worker")
    return sum(map(_processor_seconds, (web, *running.below("", web)))), sum(map(_processor_seconds, (worker, *running.below("", worker))))


def _processor_seconds(process: int) -> float:
    """Those of one process and of its children that have ended."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
