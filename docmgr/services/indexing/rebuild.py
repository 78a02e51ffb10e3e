"""A new index: asked for, or needed because there is none; and what the index learns from this agency's own documents.

Only the worker rebuilds while it runs: it alone knows what it wrote into the old index meanwhile, which the new one must
have at the switch.
"""

from __future__ import annotations

from docmgr import context, db
from docmgr.policy import Actor, require
from docmgr.services.indexing import access, requests, sync
from docmgr.services.trail import log
from indexer import IndexUnusable

UNDER_WAY = "Đã yêu cầu lập lại chỉ mục; tiến trình nền sẽ lập lại từ cơ sở dữ liệu."


def ask(actor: Actor) -> None:
    """Leave the request; one trail event. Raises Denied."""
    require(actor, "health:read")
    with db.write() as session:
        log.record(session, actor, "index:rebuild", "site", None, "Chỉ mục")
    requests.ask()


def retrain(actor: Actor) -> int:
    """Let the index learn where the words lie that only this agency's documents have, from those that everybody may
    read, and ask for a rebuild where that changes anything; how many words and pairs are known so. One trail event.
    Raises Denied, IndexUnusable, IndexBusy."""
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
    """The worker's part: rebuild where that was asked for or the index is unusable; how many rebuilds were made."""
    if not requests.pending() and not _needed():
        return 0
    with requests.working():
        _learn_again()
        sync.rebuild()
    return 1


def _learn_again() -> None:
    """What was learnt from documents that were hidden since must not outlive them."""
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
    except IndexUnusable:
        return not requests.failed_lately()
    return False
