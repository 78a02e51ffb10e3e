"""A new index: asked for by a file in the data folder, where the index lies too, or needed because there is none.

Only the worker rebuilds while it runs: what it wrote into the old index meanwhile would be lost at the switch.
"""

from __future__ import annotations

import time
from pathlib import Path

from docmgr import context, db
from docmgr.policy import Actor, require
from docmgr.services import index_sync, search, trail
from indexer import IndexUnusable

# A rebuild that failed is not tried again at once, unless somebody asks for it.
RETRY_SECONDS = 60.0


def _request() -> Path:
    return context.current().settings.home / "index.rebuild"


def _failure() -> Path:
    return context.current().settings.home / "index.rebuild.failed"


def ask(actor: Actor) -> None:
    """Leave the request; one trail event. Raises Denied."""
    require(actor, "health:read")
    with db.write() as session:
        trail.record(session, actor, "index:rebuild", "site", None, "Chỉ mục")
    _failure().unlink(missing_ok=True)
    _request().touch()


def retrain(actor: Actor) -> int:
    """Let the index learn where the words lie that only this agency's documents have, from those that everybody may
    read, and ask for a rebuild where that changes anything; how many words and pairs are known so. One trail event.
    Raises Denied, IndexUnusable, IndexBusy."""
    require(actor, "health:read")
    index = context.current().index
    with db.read() as session:
        anybody = search.index_access(session, Actor(user_id=0, label=""))
    learnt = index.teach(anybody.public or frozenset(), anybody.without)
    with db.write() as session:
        trail.record(session, actor, "index:retrain", "site", None, "Chỉ mục", details={"terms": learnt})
    if index.taught_anew():
        _failure().unlink(missing_ok=True)
        _request().touch()
    return learnt


def pending() -> bool:
    """Whether a request waits or is being worked on."""
    return _request().exists()


def failure() -> str | None:
    """Why the last rebuild did not come to its end; None where it did."""
    return _failure().read_text() if _failure().exists() else None


def serve() -> int:
    """The worker's part: rebuild where that was asked for or the index is unusable; how many rebuilds were made."""
    if not pending() and not _needed():
        return 0
    try:
        index_sync.rebuild()
        _failure().unlink(missing_ok=True)
    except Exception as error:
        _failure().write_text(repr(error))
        raise
    finally:
        _request().unlink(missing_ok=True)
    return 1


def _needed() -> bool:
    try:
        context.current().index.snapshot()
    except IndexUnusable:
        failed = _failure()
        return not failed.exists() or time.time() - failed.stat().st_mtime > RETRY_SECONDS
    return False
