"""Whether this process can serve people now: the database, the store and the search engine answer. Monitoring programs ask
for it, and whatever starts a further machine. Each part is asked in a thread of its own, all at once, so the answer comes
within about a second also when all of them hang."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from docmgr import context, db
from docmgr.context import Context
from docmgr.services import outage
from docmgr.services.upkeep import asking
from indexer import IndexUnusable

ANSWER_SECONDS = 0.8
# The names that /readyz and /metrics use.
DATABASE, STORE, SEARCH = "database", "store", "search"


@dataclass(frozen=True)
class Part:
    """A part on which the site depends: its `name`, whether it `answers`, and how many seconds the answer took (None:
    there was none in time)."""

    name: str
    answers: bool
    seconds: float | None


def parts() -> list[Part]:
    """Ask the database, the store and the search engine whether they answer now."""
    site = context.current()
    started = [(name, asking.start(f"{name} {site.settings.home}", _timed(ask, site))) for name, ask in _ASKED.items()]
    deadline = time.monotonic() + ANSWER_SECONDS
    found = []
    for name, answer in started:
        works, seconds = answer(max(0.0, deadline - time.monotonic())) or (False, None)
        found.append(Part(name, works, seconds))
    return found


def _timed(ask: Callable[[Context], bool], site: Context) -> Callable[[], tuple[bool, float]]:
    def run() -> tuple[bool, float]:
        began = time.monotonic()
        works = ask(site)
        return works, time.monotonic() - began

    return run


def _database(site: Context) -> bool:
    try:
        with site.bound(), db.read() as session:
            session.scalar(select(1))
    except outage.ERRORS:
        return False
    return True


def _store(site: Context) -> bool:
    return site.storage.writable()


def _search(site: Context) -> bool:
    try:
        site.backend.require_usable()
    except (IndexUnusable, OSError):
        return False
    return True


_ASKED: dict[str, Callable[[Context], bool]] = {DATABASE: _database, STORE: _store, SEARCH: _search}
