"""Pages of a site with 10,000 of everything: processor time, database statements, kilobytes.

`make bench-sizes [SIZE=10000]`. Every page is requested three times by a person who may see it; the median time is
printed. A page is measured inside one process, so that other work of the machine matters little.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from docmgr import create_app, db
from docmgr.models import Unit, User, UserRole
from docmgr.services.folders import tree
from docmgr.services.overview import gaps
from docmgr.services.upkeep import migrate
from docmgr.settings import Settings
from tests.filling import big_site
from tests.filling.big_site import BigSite
from tests.filling.keeping import many, work
from tests.support.browsers import ROLES, Auth, Client

ROUNDS = 3
SLOW_MS = 300


@dataclass(frozen=True)
class Page:
    """The cost of one page."""

    role: str
    address: str
    status: int
    ms: float
    statements: int
    size: int


def addresses(site: BigSite) -> list[tuple[str, str]]:
    """The (role, address) of pages that list things of which the big site has many."""
    document, folder, plan = f"/documents/{site.document}", f"/folders/{site.folder}", f"/plans/{site.plan}"
    inspection, task = f"/inspections/{site.inspection}", f"/tasks/{site.task}"
    middle = f"dieu-{site.size // 2}"
    pages = [("clerk", f"{document}{more}") for more in (
        "", f"?at={middle}", "?tab=files", "?tab=relations", "?tab=relations&list=out&page=2",
        "?tab=relations&list=in&page=2", "?tab=relations&list=copies", "?tab=relations&list=missing&page=2",
        "?tab=tasks", "?tab=inspections", "?tab=trail", "/facts", "/sharing", "/sharing?q=so", "/move", "/trail",
        "/relations/new", "/versions/new", "/obligations",
    )]  # fmt: skip
    pages += [("clerk", f"{folder}{more}") for more in ("", "?sort=number&page=3", "/edit", "/sharing")]
    pages += [("clerk", address) for address in (
        "/", "/documents", "/documents/new", "/bin", "/plans", "/plans/new", plan, f"{plan}/coverage", f"{plan}/edit",
        "/plans?year=2024", "/tasks", f"/tasks?unit={site.unit}", task, f"{task}/edit", f"/tasks/new?plan={site.plan}",
        f"/tasks/new?document={site.document}&anchor={middle}", "/inspections", "/inspections/new", inspection,
        f"{inspection}/edit", f"{inspection}/findings/new", f"{inspection}/recommendations/new",
        f"/links/new?document={site.document}", f"/links/provisions?document={site.document}&name=anchor&q=thuc",
        "/links/documents?q=thu&name=document", "/links/subjects?q=viec&name=subject", "/saved", "/search",
    )]  # fmt: skip
    pages += [("staff", address) for address in ("/", document, "/plans", "/tasks", f"/folders/{site.folder}")]
    pages += [("leader", address) for address in ("/", "/plans", "/inspections")]
    pages += [("auditor", address) for address in ("/", "/trail", document, inspection, f"{document}/trail", *(f"/trail/gaps?kind={kind}" for kind in gaps.KINDS))]
    pages += [("administrator", address) for address in (
        "/", "/people", "/people/new", f"/people/{site.person}", "/units", f"/units/{site.unit}", "/abbreviations",
        "/health", "/trail",
    )]  # fmt: skip
    return pages


def measure(app: Flask, browser: Client, role: str, address: str, rounds: int = ROUNDS) -> Page:
    """Request a page and return the median of its times."""
    times, statements, answer = [], 0, None
    for _ in range(rounds):
        with counted(app) as sent:
            began = time.process_time()
            answer = browser.get(address)
            times.append((time.process_time() - began) * 1000)
        statements = len(sent)
    assert answer is not None
    return Page(role, address, answer.status_code, sorted(times)[len(times) // 2], statements, len(answer.data))


@contextlib.contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Count the statements that the block sends, without BEGIN and the like."""
    sent: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    engine = app.extensions["docmgr"].database.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def build(home: Path, size: int) -> tuple[Flask, Auth, list[tuple[str, str]]]:
    """Create and fill a site in `home`; returns also the (role, address) of its pages."""
    app = empty(home)
    with app.extensions["docmgr"].bound():
        people = make_people()
        filled = big_site.fill(size, people)
        rooms = many.fill(filled, people)
        occurrences = work.fill(filled, people)
    pages = [*addresses(filled), *many.addresses(filled, rooms), *work.addresses(occurrences)]
    return app, Auth(app, people), list(dict.fromkeys(pages))


def empty(home: Path) -> Flask:
    """Create a site without anything in `home`."""
    uploads = home / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    app = create_app(Settings(home, uploads, f"sqlite:///{home / 'docmgr.sqlite'}", "0123456789abcdef" * 4))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    app.test_client_class = Client
    migrate.upgrade(app.extensions["docmgr"].database)
    return app


def make_people(password_hash: str = "-") -> dict[str, User]:
    """Make one person of each role, each in a unit, and the root folder."""
    made: dict[str, User] = {}
    with db.write() as session:
        units = {name: Unit(name=name) for name in sorted({unit for _, unit in ROLES.values()})}
        for role, (full_name, unit) in ROLES.items():
            roles = [UserRole(role=role)]
            made[role] = User(username=role, full_name=full_name, password_hash=password_hash, unit=units[unit], roles=roles)
        session.add_all([*units.values(), *made.values()])
    tree.ensure_root()
    return made


def main() -> int:
    """Print the table; exit code 1 when a page failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--only", default="", help="a regular expression over addresses")
    parser.add_argument("--home", type=Path, help="a folder to keep the site in")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        app, auth, listed = build(asked.home or Path(temporary), asked.size)
        print(f"{asked.size:,} of everything, put in within {time.monotonic() - began:.0f} s", flush=True)
        print(f"{'page':<74}{'role':<14}{'ms':>7}{'statements':>12}{'kB':>8}", flush=True)
        pages = []
        with app.extensions["docmgr"].bound():
            browsers = {role: auth(role) for role in ROLES}
            db.release()
        for role, address in listed:
            if re.search(asked.only, address):
                page = measure(app, browsers[role], role, address, asked.rounds)
                pages.append(page)
                state = "" if page.status == 200 else f"  answered {page.status}"
                state += "  SLOW" if page.ms > SLOW_MS else ""
                print(f"{address:<74}{role:<14}{page.ms:>7.0f}{page.statements:>12}{page.size / 1000:>8.0f}{state}", flush=True)
    slow = [page for page in pages if page.ms > SLOW_MS]
    print(f"{len(slow)} of {len(pages)} pages over {SLOW_MS} ms; {time.monotonic() - began:.0f} s in all")
    return 1 if any(page.status >= 500 for page in pages) else 0


if __name__ == "__main__":
    sys.exit(main())
