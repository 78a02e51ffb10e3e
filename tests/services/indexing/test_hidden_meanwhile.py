"""A document that is hidden while it is written into the index is never shown, even when the worker is killed between
the index's commit and the note in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db, worker
from docmgr.models import Document
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services import jobs
from docmgr.services.documents import bin, ingest, lifecycle
from docmgr.services.indexing import access, rebuild, requests, sync
from docmgr.services.search import complete, find, footer
from docmgr.services.upkeep import checks
from indexer import Request
from indexer import search as search_index
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

BODY = ("Điều 1. Phạm vi", "Kiểm tra hồ sơ zorblax.", "Điều 2. Hội nghị", "Hội nghị zorblaxt mỗi năm một lần.")
OTHER = ("Điều 1. Khác", "Nội dung khác.")
HIDING = ["bin", "withdraw"]


class Killed(BaseException):
    """An exception that nothing in the worker catches."""


@pytest.fixture
def staff(site, people, clerk) -> Actor:
    """A staff member, who may read another document of the same issuer and also of 2024."""
    upload(clerk, decision(number="77", body=OTHER), "b.docx", publish=True)
    work(site)
    return actor_of(people["staff"])


def seen(actor: Actor) -> dict[str, Any]:
    """Everything that the index shows to an actor."""
    db.release()
    pages = [find.find(actor, query, record=False) for query in ("zorblax", "zorblac", "hội nghị", "")]
    foot = footer.footer(actor)
    return {
        "pages": [(p.total, [h.document.id for h in p.hits], p.facets, p.missing_words, p.suggestion) for p in pages],
        "completion": (complete.find(actor, "zorb"), complete.find(actor, "quyết")),
        "footer": (foot.documents, foot.provisions),
    }


def hide(clerk: Actor, document: int, how: str) -> None:
    if how == "bin":
        lifecycle.delete(clerk, [document])
    else:
        lifecycle.set_workflow(clerk, document, "withdrawn")


def show(clerk: Actor, document: int, how: str) -> None:
    if how == "bin":
        bin.restore_document(clerk, document)
    else:
        lifecycle.set_workflow(clerk, document, "published")


def read_all() -> None:
    with worker.Reader() as reader:
        while ingest.read_some(reader):
            db.release()


def waiting(clerk: Actor) -> int:
    """A new document that was read and waits for the index."""
    document = upload(clerk, decision(body=BODY), publish=True)
    read_all()
    return document


def drain_all() -> None:
    jobs.release_leases()
    while sync.drain():
        db.release()


@contextmanager
def interrupted(
    site: Any, monkeypatch: pytest.MonkeyPatch, before: Callable[[], None], after: Callable[[], None]
) -> Iterator[None]:
    """Call `before` just before the index commits, and `after` between the commit and the note."""
    real = site.backend.index.write_batch

    @contextmanager
    def write_batch(*args: Any, **more: Any) -> Iterator[Any]:
        before()
        with real(*args, **more) as batch:
            yield batch
        after()

    with monkeypatch.context() as patched:
        patched.setattr(site.backend.index, "write_batch", write_batch)
        yield


def killed() -> None:
    raise Killed


def commit_and_look(site: Any, monkeypatch: pytest.MonkeyPatch, staff: Actor, before: Callable[[], None]) -> Any:
    """What staff see between a commit and its note."""
    looks: list[Any] = []
    with interrupted(site, monkeypatch, before, lambda: looks.append(seen(staff))):
        sync.drain()
    (look,) = looks
    return look


def commit_and_die(site: Any, monkeypatch: pytest.MonkeyPatch, before: Callable[[], None]) -> None:
    """Make the worker die between a commit and its note."""
    with interrupted(site, monkeypatch, before, killed), pytest.raises(Killed):
        sync.drain()


@pytest.mark.parametrize("how", HIDING)
def test_a_new_document_hidden_before_the_commit(site, clerk, staff, monkeypatch, how) -> None:
    without = seen(staff)
    hidden = waiting(clerk)
    assert commit_and_look(site, monkeypatch, staff, lambda: hide(clerk, hidden, how)) == without
    assert hidden in site.backend.index.versions()
    drain_all()
    assert seen(staff) == without and sync.check(COMMAND_LINE) == []


@pytest.mark.parametrize("how", HIDING)
def test_a_new_document_hidden_before_the_worker_dies(site, clerk, staff, monkeypatch, how) -> None:
    without = seen(staff)
    hidden = waiting(clerk)
    commit_and_die(site, monkeypatch, lambda: hide(clerk, hidden, how))
    assert hidden in site.backend.index.versions() and seen(staff) == without
    drain_all()
    assert seen(staff) == without and sync.check(COMMAND_LINE) == []


@pytest.mark.parametrize("how", HIDING)
def test_a_new_document_hidden_after_the_worker_died(site, clerk, staff, monkeypatch, how) -> None:
    without = seen(staff)
    hidden = waiting(clerk)
    commit_and_die(site, monkeypatch, lambda: None)
    assert find.find(staff, "zorblax", record=False).total == 1
    hide(clerk, hidden, how)
    assert seen(staff) == without
    drain_all()
    assert seen(staff) == without and sync.check(COMMAND_LINE) == []


def _shown_again(site: Any, clerk: Actor, staff: Actor, how: str) -> tuple[int, Any]:
    """A document that the index knows as hidden and that was just shown again; and what staff saw before."""
    document = upload(clerk, decision(body=BODY), publish=True)
    work(site)
    hide(clerk, document, how)
    work(site)
    without = seen(staff)
    show(clerk, document, how)
    return document, without


@pytest.mark.parametrize("how", HIDING)
def test_hidden_shown_and_hidden_again_before_the_commit(site, clerk, staff, monkeypatch, how) -> None:
    hidden, without = _shown_again(site, clerk, staff, how)
    assert commit_and_look(site, monkeypatch, staff, lambda: hide(clerk, hidden, how)) == without
    drain_all()
    assert seen(staff) == without and sync.check(COMMAND_LINE) == []


@pytest.mark.parametrize("how", HIDING)
def test_hidden_shown_and_hidden_again_before_the_worker_dies(site, clerk, staff, monkeypatch, how) -> None:
    hidden, without = _shown_again(site, clerk, staff, how)
    commit_and_die(site, monkeypatch, lambda: hide(clerk, hidden, how))
    assert hidden in site.backend.index.versions() and seen(staff) == without
    jobs.release_leases()
    # The next worker announces the first state again, while the index still has the second one.
    with interrupted(site, monkeypatch, killed, killed), pytest.raises(Killed):
        sync.drain()
    assert seen(staff) == without
    drain_all()
    assert seen(staff) == without and sync.check(COMMAND_LINE) == []


@pytest.mark.parametrize("how", HIDING)
def test_hidden_after_it_was_prepared_by_who_asked_the_database_before_it_was_announced(
    site, clerk, staff, monkeypatch, how
) -> None:
    hidden = waiting(clerk)
    asked: list[Any] = []
    real = sync._prepared

    def prepared(session: Any, document: Document, *more: Any) -> Any:
        made = real(session, document, *more)
        hide(clerk, document.id, how)
        with db.read() as looking:
            asked.append(access.index_access(looking, staff))
        db.release()
        return made

    with monkeypatch.context() as patched:
        patched.setattr(sync, "_prepared", prepared)
        sync.drain()
    found = search_index(site.backend.index, Request("zorblax"), asked[0])
    assert found.total == 0 and not found.facets.get("issuer") and found.suggestion is None
    show(clerk, hidden, how)
    drain_all()
    db.release()
    assert find.find(staff, "zorblax", record=False).total == 1 and sync.check(COMMAND_LINE) == []


def _restored(site: Any) -> None:
    """The state after a restore: no notes and no index."""
    with db.write() as session:
        session.execute(update(Document).values(indexed_revision=None, indexed_access_list_id=None))
    site.backend.index.discard()


@pytest.mark.parametrize("how", HIDING)
@pytest.mark.parametrize("dies", [False, True])
def test_hidden_while_a_restored_site_makes_its_index(site, clerk, staff, monkeypatch, how, dies) -> None:
    without = seen(staff)
    hidden = upload(clerk, decision(body=BODY), publish=True)
    work(site)
    _restored(site)
    looks: list[Any] = []
    real = site.backend.index._switch

    def switch(name: str) -> None:
        assert checks.check(COMMAND_LINE) == []
        hide(clerk, hidden, how)
        real(name)
        looks.extend([seen(staff), _looked_at(clerk)])
        if dies:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(site.backend.index, "_switch", switch)
        if dies:
            with pytest.raises(Killed):
                rebuild.serve()
        else:
            rebuild.serve()
    assert looks == [without, [hidden]] and seen(staff) == without
    assert requests.pending() == dies
    work(site)
    assert seen(staff) == without and sync.check(COMMAND_LINE) == [] and not requests.pending()


def _looked_at(actor: Actor) -> list[int]:
    """The documents that every search checks."""
    maybe, _ = access._stale(actor)
    with db.read() as session:
        return list(session.scalars(select(Document.id).where(Document.indexed_revision.is_not(None), maybe)))


@pytest.mark.parametrize("how", HIDING)
def test_hidden_again_while_an_index_is_made_beside_the_old_one(site, clerk, staff, monkeypatch, how) -> None:
    hidden, without = _shown_again(site, clerk, staff, how)
    looks: list[Any] = []
    real = site.backend.index._switch

    def switch(name: str) -> None:
        hide(clerk, hidden, how)
        looks.append(seen(staff))
        real(name)
        looks.append(seen(staff))

    rebuild.ask(COMMAND_LINE)
    with monkeypatch.context() as patched:
        patched.setattr(site.backend.index, "_switch", switch)
        rebuild.serve()
    assert looks == [without, without] and seen(staff) == without
    work(site)
    assert seen(staff) == without and sync.check(COMMAND_LINE) == []
