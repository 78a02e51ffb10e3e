"""Tell monitoring programs whether the site works now. The answer comes within a second, even when the database hangs."""

from __future__ import annotations

import shutil

from sqlalchemy import select, text

from docmgr import context, db
from docmgr.context import Context
from docmgr.services import outage
from docmgr.services.upkeep import asking

ANSWER_SECONDS = 0.8
LOCK_SECONDS = 0.3
# The names that /healthz uses.
DATABASE, WRITING, ROOM, UPLOADS = "database", "writing", "disk_low", "uploads_read_only"


def problems() -> list[str]:
    """Find what does not work now, as names: "database" (nothing can be read), "writing" (nothing can be saved now),
    "disk_low" and "uploads_read_only" (no files are accepted). Empty when everything works."""
    site = context.current()
    return [*_database(site), *_store(site)]


def stopped(found: list[str]) -> bool:
    """Whether people cannot use the site. This is so when the database cannot be read. It is also so when nothing can
    be saved and a request has already given up waiting. `found` is the result of `problems`."""
    return DATABASE in found or (WRITING in found and context.current().database.worn)


def _database(site: Context) -> list[str]:
    found = asking.start(f"pulse {site.database.url}", lambda: _ask(site))(ANSWER_SECONDS)
    return [DATABASE] if found is None else found


def _ask(site: Context) -> list[str]:
    with site.bound(patience=LOCK_SECONDS):
        try:
            with db.read() as session:
                session.scalar(select(1))
        except outage.ERRORS:
            return [DATABASE]
        try:
            with db.write() as session:
                if session.get_bind().dialect.name == "postgresql":
                    # The lock that every change takes, because every change is recorded in the trail.
                    session.execute(text("LOCK TABLE trail_event IN ROW EXCLUSIVE MODE"))
        except outage.ERRORS:
            return [WRITING]
    return []


def _store(site: Context) -> list[str]:
    found = []
    if shutil.disk_usage(site.settings.home).free < site.settings.free_disk_floor_bytes:
        found.append(ROOM)
    if not site.storage.writable():
        found.append(UPLOADS)
    return found
