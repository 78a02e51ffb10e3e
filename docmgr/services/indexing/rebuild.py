"""Build a new index, on request or when none can be used. Train the language model of the index on this agency's
documents. Only the worker rebuilds while it runs."""

from __future__ import annotations

from docmgr import context, db
from docmgr.policy import Actor, require
from docmgr.services.indexing import access, requests, sync
from docmgr.services.trail import log
from indexer import IndexAway, IndexUnusable

UNDER_WAY = "Đã yêu cầu lập lại chỉ mục; tiến trình nền sẽ lập lại từ cơ sở dữ liệu."


def ask(actor: Actor) -> None:
    """Request a rebuild of the index from the worker and record an event. Raises Denied when the actor is no
    administrator."""
    require(actor, "health:read")
    with db.write() as session:
        log.record(session, actor, "index:rebuild", "site", None, "Chỉ mục")
    requests.ask()


def retrain(actor: Actor) -> int:
    """Train the language model of the index: learn vectors for the words that only this agency's documents have, and
    record an event.

    Only documents that everybody may read are used. A rebuild is requested when the model has changed. Returns how
    many words and pairs of words were learnt. Raises Denied when the actor is no administrator, IndexUnusable when
    there is no index to learn from, and IndexBusy when another process writes to the index.
    """
    require(actor, "health:read")
    learnt = _teach()
    with db.write() as session:
        log.record(session, actor, "index:retrain", "site", None, "Chỉ mục", details={"terms": learnt})
    if context.current().backend.taught_anew():
        requests.ask()
    return learnt


def _teach() -> int:
    with db.read() as session:
        anybody = access.index_access(session, Actor(user_id=0, label=""))
    return context.current().backend.retrain(anybody.public or frozenset(), anybody.without)


def serve() -> int:
    """Rebuild the index if somebody requested it or the index cannot be used; return 1 if it was rebuilt, else 0. The
    worker calls it in its loop."""
    if not requests.pending() and not _needed():
        return 0
    with requests.working():
        _learn_again()
        sync.rebuild()
    return 1


def _learn_again() -> None:
    """Train the language model anew if it was trained before, so that it forgets documents that have been hidden
    since."""
    backend = context.current().backend
    if not backend.has_learnt():
        return
    try:
        _teach()
    except IndexUnusable:
        backend.forget()


def _needed() -> bool:
    try:
        context.current().backend.require_usable()
    except IndexAway:
        # A rebuild would fail too. What waits is written when the server is back.
        return False
    except IndexUnusable:
        return not requests.failed_lately()
    return False
