"""While a new index is built the old one follows all changes, and the new one has them when it replaces the old one.

The notes in the database must cover what the current index holds, at every moment and whenever the worker dies.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db, worker
from docmgr.models import Document, Job
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services import jobs
from docmgr.services.documents import bin, ingest, lifecycle
from docmgr.services.indexing import rebuild as rebuilding
from docmgr.services.indexing import requests, sync
from docmgr.services.search import find
from indexer import IndexUnusable
from indexer.index.folder import IndexFolder
from indexer.index.rebuild import Rebuild
from tests.filling.papers import decision
from tests.support.acting import upload, work

BODY = ("Điều 1. Phạm vi", "Kiểm tra hồ sơ zorblax.")
NEW = ("Điều 1. Phạm vi", "Kiểm tra hồ sơ quzmiro.")
# Page pictures are made by a worker that stays.
WAITING = select(Job).where(Job.kind != "render")


class Killed(BaseException):
    """An exception that nothing in the worker catches."""


class Wrong(BaseException):
    """A wrong state that a test found during a rebuild, which continues after any Exception."""


def must(right: bool, what: object) -> None:
    if not right:
        raise Wrong(what)


@pytest.fixture
def papers(site, clerk, monkeypatch) -> list[int]:
    """Four documents in the index, each of which a rebuild writes in a commit of its own."""
    monkeypatch.setattr(sync, "BATCH_DOCUMENTS", 1)
    made = [upload(clerk, decision(number=str(n), body=BODY), f"{n}.docx", publish=True) for n in range(4)]
    work(site)
    return made


def read_all() -> None:
    with worker.Reader() as reader:
        while ingest.read_some(reader):
            db.release()


def found(actor: Actor, words: str) -> set[int]:
    db.release()
    return {hit.document.id for hit in find.find(actor, words, record=False).hits}


def is_covered(site: Any) -> None:
    """A search leaves out documents with a differing note, so each difference of the index must be noted."""
    held = site.backend.index.versions()
    with db.read() as session:
        rows = session.execute(select(Document.id, Document.indexed_revision, Document.indexed_access_list_id)).all()
    noted = {row[0]: (row[1], row[2]) for row in rows}
    db.release()
    for document_id, (_, access) in held.items():
        revision, own = noted[document_id]
        must(revision is not None and own in (access, sync.UNSURE), (document_id, access, noted[document_id]))


def rebuilt(site: Any, monkeypatch: pytest.MonkeyPatch, steps: dict[Any, Callable[[], Any]]) -> None:
    """Rebuild, calling `steps` after so many groups were written, and at "switch" and "switched"."""
    write, switch, count = Rebuild.write, site.backend.index._switch, 0

    def written(target: Rebuild, documents: Any) -> None:
        nonlocal count
        write(target, documents)
        count += 1
        is_covered(site)
        steps.get(count, int)()
        db.release()

    def switched(name: str) -> None:
        is_covered(site)
        steps.get("switch", int)()
        switch(name)
        is_covered(site)
        steps.get("switched", int)()

    rebuilding.ask(COMMAND_LINE)
    with monkeypatch.context() as patched:
        patched.setattr(Rebuild, "write", written)
        patched.setattr(site.backend.index, "_switch", switched)
        assert rebuilding.serve() == 1


def is_settled(site: Any) -> None:
    jobs.release_leases()
    work(site)
    is_covered(site)
    with db.read() as session:
        assert session.scalars(WAITING).all() == []
    assert sync.check(COMMAND_LINE) == [] and requests.failure() is None and not requests.pending()


def test_what_is_uploaded_meanwhile_is_found_at_once_and_after_the_switch(
    site, clerk, staff, papers, monkeypatch
) -> None:
    new: list[int] = []
    looks: list[set[int]] = []

    def look() -> None:
        looks.append(found(staff, "quzmiro"))

    def uploaded() -> None:
        new.append(upload(clerk, decision(number="9", body=NEW), "9.docx", publish=True))
        read_all()
        look()

    rebuilt(site, monkeypatch, {1: uploaded, 2: look, "switch": look, "switched": look})
    assert looks == [set(), {*new}, {*new}, {*new}]
    with db.read() as session:
        assert session.scalars(WAITING).all() == []
        assert session.get_one(Document, new[0]).state == "findable"
    is_settled(site)


@pytest.mark.parametrize("how", ["bin", "rights"])
@pytest.mark.parametrize("at", [1, 3])
def test_what_is_hidden_meanwhile_stays_so_and_what_is_shown_is_found(
    site, clerk, staff, papers, monkeypatch, how, at
) -> None:
    hidden, shown = papers[0], papers[2]
    hide(clerk, shown, how)
    work(site)
    looks: list[set[int]] = []

    def change() -> None:
        hide(clerk, hidden, how)
        show(clerk, shown, how)

    def look() -> None:
        looks.append(found(staff, "zorblax") & {hidden, shown})

    rebuilt(site, monkeypatch, {at: change, at + 1: look, "switch": look, "switched": look})
    assert looks == [{shown}] * 3
    held = site.backend.index.versions()
    with db.read() as session:
        assert session.scalars(WAITING).all() == []
        document = session.get_one(Document, shown)
        assert held[shown] == (document.revision, document.access_list_id)
    is_settled(site)


def hide(clerk: Actor, document: int, how: str) -> None:
    if how == "bin":
        lifecycle.delete(clerk, [document])
    else:
        lifecycle.set_workflow(clerk, document, "draft")


def show(clerk: Actor, document: int, how: str) -> None:
    if how == "bin":
        bin.restore_document(clerk, document)
    else:
        lifecycle.set_workflow(clerk, document, "published")


def test_rights_that_move_back_before_the_last_look_and_again_after_the_switch(
    site, clerk, staff, papers, monkeypatch
) -> None:
    """The notes on the old index say nothing about the new one, which must not hold the former rights."""
    moving, real, seen, looks = papers[0], sync._announced, 0, list[set[int]]()

    def announced(group: list[Any]) -> list[Any]:
        nonlocal seen
        seen += group[0].document_id == moving
        if seen == 3:  # Written, drained, and now written once more.
            seen += 1
            show(clerk, moving, "rights")
        return real(group)

    def hidden_again() -> None:
        hide(clerk, moving, "rights")
        looks.append(found(staff, "zorblax"))

    monkeypatch.setattr(sync, "_announced", announced)
    rebuilt(site, monkeypatch, {1: lambda: hide(clerk, moving, "rights"), "switched": hidden_again})
    assert seen == 4 and looks == [{*papers} - {moving}]
    is_settled(site)


@pytest.mark.parametrize("at", [2, 5, "switch", "switched"])
@pytest.mark.parametrize("how", ["bin", "rights"])
def test_what_was_hidden_meanwhile_stays_so_where_the_worker_dies(
    site, clerk, staff, papers, monkeypatch, at, how
) -> None:
    def killed() -> None:
        raise Killed

    with pytest.raises(Killed):
        rebuilt(site, monkeypatch, {1: lambda: hide(clerk, papers[0], how), at: killed})
    is_covered(site)
    assert found(staff, "zorblax") == {*papers[1:]}
    show(clerk, papers[0], how)
    hide(clerk, papers[1], how)
    assert found(staff, "zorblax") <= {*papers} - {papers[1]}
    is_settled(site)
    assert found(staff, "zorblax") == {*papers} - {papers[1]}


def test_an_index_that_takes_nothing_is_rebuilt_once_and_what_waits_follows(
    site, clerk, staff, papers, monkeypatch
) -> None:
    rebuilds, tries, real = list[bool](), list[bool](), site.backend.index.rebuild

    def unusable(*_: object, **__: object) -> Any:
        tries.append(True)
        raise IndexUnusable("Chỉ mục hỏng, không ghép được.")

    def rebuild(*given: Any) -> Any:
        rebuilds.append(True)
        return real(*given)

    upload(clerk, decision(number="9", body=NEW), "9.docx", publish=True)
    read_all()
    write = Rebuild.write

    def written(target: Rebuild, documents: Any) -> None:
        write(target, documents)
        hide(clerk, papers[0], "bin") if len(target.done) == 1 else None

    with monkeypatch.context() as patched:
        patched.setattr(site.backend.index, "write_batch", unusable)
        patched.setattr(site.backend.index, "rebuild", rebuild)
        patched.setattr(Rebuild, "write", written)
        assert sync.drain() == 1
    assert rebuilds == [True] and len(tries) == 2
    assert found(staff, "quzmiro") and found(staff, "zorblax") == {*papers[1:]}
    is_settled(site)


@pytest.mark.parametrize("seed", range(4))
def test_anything_may_happen_while_an_index_is_made(site, clerk, staff, papers, monkeypatch, seed) -> None:
    chance, publish = random.Random(seed), IndexFolder._publish
    hidden: dict[int, str] = {}

    def move() -> None:
        document = chance.choice(papers)
        if document in hidden:
            show(clerk, document, hidden.pop(document))
        else:
            hidden[document] = chance.choice(["bin", "rights"])
            hide(clerk, document, hidden[document])

    def published(shelf: IndexFolder, *given: Any, **more: Any) -> None:
        for _ in range(chance.randrange(3)):
            move()
        publish(shelf, *given, **more)
        is_covered(site)
        for _ in range(chance.randrange(2)):
            move()
        must(found(staff, "zorblax").isdisjoint(hidden), hidden)
        if chance.random() < 0.08:
            raise Killed

    monkeypatch.setattr(IndexFolder, "_publish", published)
    for _ in range(3):
        rebuilding.ask(COMMAND_LINE)
        try:
            rebuilding.serve()
        except Killed:
            jobs.release_leases()
        is_covered(site)
        assert found(staff, "zorblax").isdisjoint(hidden)
    monkeypatch.undo()
    with db.write() as session:
        session.execute(update(Job).values(run_after=db.now()))
    is_settled(site)
    assert found(staff, "zorblax") == {*papers} - hidden.keys()
