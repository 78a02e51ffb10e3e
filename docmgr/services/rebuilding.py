"""A new index: asked for, or needed because there is none; and what the index learns from this agency's own documents.

Only the worker rebuilds while it runs: it alone knows what it wrote into the old index meanwhile, which the new one must
have at the switch.
"""

from __future__ import annotations

from docmgr import context, db
from docmgr.policy import Actor, require
from docmgr.services import index_sync, rebuild_requests, search, trail
from docmgr.services.rebuild_requests import failure as failure
from docmgr.services.rebuild_requests import pending as pending
from indexer import IndexUnusable

UNDER_WAY = "Đã yêu cầu lập lại chỉ mục; tiến trình nền sẽ lập lại từ cơ sở dữ liệu."


def ask(actor: Actor) -> None:
    """Leave the request; one trail event. Raises Denied."""
    require(actor, "health:read")
    with db.write() as session:
        trail.record(session, actor, "index:rebuild", "site", None, "Chỉ mục")
    rebuild_requests.ask()


def retrain(actor: Actor) -> int:
    """Let the index learn where the words lie that only this agency's documents have, from those that everybody may
    read, and ask for a rebuild where that changes anything; how many words and pairs are known so. One trail event.
    Raises Denied, IndexUnusable, IndexBusy."""
    require(actor, "health:read")
    learnt = _teach()
    with db.write() as session:
        trail.record(session, actor, "index:retrain", "site", None, "Chỉ mục", details={"terms": learnt})
    if context.current().index.taught_anew():
        rebuild_requests.ask()
    return learnt


def _teach() -> int:
    with db.read() as session:
        anybody = search.index_access(session, Actor(user_id=0, label=""))
    return context.current().index.teach(anybody.public or frozenset(), anybody.without)


def serve() -> int:
    """The worker's part: rebuild where that was asked for or the index is unusable; how many rebuilds were made."""
    if not pending() and not _needed():
        return 0
    with rebuild_requests.working():
        _learn_again()
        index_sync.rebuild()
    return 1


def _learn_again() -> None:
    """What was learnt from documents that were hidden since must not outlive them."""
    index = context.current().index
    if not index.has_learnt():
        return
    try:
        _teach()
    except IndexUnusable:
        index.forget()


def _needed() -> bool:
    try:
        context.current().index.snapshot()
    except IndexUnusable:
        return not rebuild_requests.failed_lately()
    return False
