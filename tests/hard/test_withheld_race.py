"""A secrecy stamp is found in one copy while others are uploaded, added as versions or read: no copy remains.

The steps run in threads, each with its own database session. On PostgreSQL transactions really overlap; on SQLite
one waits for the other, and the race is between them and the store. When a step must come between two others, it is
delayed there.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, File, Job, Version, WithheldBytes
from docmgr.policy import Actor
from docmgr.reading.types import Reading
from docmgr.services import jobs
from docmgr.services.documents import ingest, intake, withholding
from docmgr.services.documents import upload as documents
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

WAIT = 20


def secret(number: int) -> bytes:
    return decision(number=str(number), stamp="MẬT")


class Together:
    """Steps that run at the same time; the first error is raised when all are done."""

    def __init__(self, site: Context) -> None:
        self._site, self._threads, self._errors = site, [], []

    def start(self, step: Callable[[], Any]) -> None:
        """Start a step in a thread with its own database session."""

        def run() -> None:
            try:
                with self._site.bound():
                    step()
            except Exception as error:  # noqa: BLE001 (raised again in `join`)
                self._errors.append(error)

        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(WAIT * 2)
            assert not thread.is_alive(), "the steps wait for each other"
        if self._errors:
            raise self._errors[0]


def read_as_secret(document_id: int) -> None:
    """What the worker does when reading a document's newest version ends with `withheld`."""
    with db.write() as session:
        job = session.scalar(select(Job).where(Job.document_id == document_id, Job.kind == "read"))
        if job is None:
            return
        gone = ingest.save(session, job, Reading(outcome="withheld", kind="docx", secrecy="Mật"))
        jobs.finish(session, [job])
    from docmgr import context

    for sha256 in gone:
        context.current().storage.remove(sha256)


def assert_nothing_stays(site: Context) -> None:
    """Neither bytes nor a version of a known secret remain after the worker has run."""
    work(site)
    db.release()
    with db.read() as session:
        known = set(session.scalars(select(WithheldBytes.sha256)))
        held = session.scalars(select(File.sha256).where(File.sha256.in_(known))).all()
        states = session.execute(
            select(Document.state, Document.workflow).join(Version, isouter=True).distinct()
        ).all()
        versions = session.scalar(select(func.count(Version.id)).join(File).where(File.sha256.in_(known)))
    assert known and held == [] and versions == 0, (held, states)
    assert [file.sha256 for file in site.storage.list() if file.sha256 in known] == []
    assert site.storage.condemned() == ()


@pytest.fixture
def two(people) -> tuple[Actor, Actor]:
    """The clerk, and a leader with a folder in which the clerk's documents are not visible."""
    clerk, leader = actor_of(people["clerk"]), actor_of(people["leader"])
    shared = tree.create(clerk, tree.root_id(), "Nhận").id
    sharing.grant(clerk, SharedThing(folder_id=shared), f"user:{leader.user_id}", "editor")
    return clerk, leader


def receiving() -> int:
    with db.read() as session:
        from docmgr.models import Folder

        return session.scalars(select(Folder.id).where(Folder.name == "Nhận")).one()


def test_an_upload_decided_while_a_copy_is_withheld_keeps_nothing(site, two, monkeypatch) -> None:
    """The upload finds no secret and keeps the bytes; then the stamp is found; then the upload gets its lock."""
    clerk, leader = two
    first, folder = upload(clerk, secret(1)), receiving()
    kept, told = threading.Event(), threading.Event()
    store = intake.store

    def slow(stream: Any, name: str) -> Any:
        # The copy is removed first, so that the upload writes after that.
        stored = store(stream, name)
        kept.set()
        assert told.wait(WAIT)
        path = site.storage.path(stored.sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(secret_bytes)
        return stored

    secret_bytes = secret(1)
    monkeypatch.setattr(intake, "store", slow)
    together = Together(site)
    together.start(lambda: documents.upload(leader, io.BytesIO(secret_bytes), "b.docx", folder_id=folder))
    assert kept.wait(WAIT)
    read_as_secret(first)
    told.set()
    together.join()
    assert_nothing_stays(site)


def test_a_version_added_while_a_copy_is_withheld_waits_for_the_lock(site, two, monkeypatch) -> None:
    """The reading holds the lock and has looked for copies; a version of the same bytes must come before or after
    it."""
    clerk, leader = two
    content = secret(2)
    first, folder = upload(clerk, content), receiving()
    other = documents.upload(
        leader, io.BytesIO(decision(number="77")), "a.docx", folder_id=folder
    ).document_id
    looked, added = threading.Event(), threading.Event()
    withhold_one = withholding._withhold_one

    def slow(session: Any, version: Any, secrecy: str | None) -> None:
        looked.set()
        # This is enough time for a version that does not wait. One that waits takes longer; on SQLite all of them wait.
        added.wait(1.5)
        withhold_one(session, version, secrecy)

    monkeypatch.setattr(withholding, "_withhold_one", slow)
    together = Together(site)
    together.start(lambda: read_as_secret(first))
    assert looked.wait(WAIT)

    def add() -> None:
        documents.add_version(leader, other, io.BytesIO(content), "b.docx", None)
        added.set()

    together.start(add)
    together.join()
    assert_nothing_stays(site)


def test_two_copies_read_at_once_are_both_withheld(site, two) -> None:
    """One reading finds the stamp; the other one, which found none, must not save its result."""
    clerk, leader = two
    content = secret(3)
    first, folder = upload(clerk, content), receiving()
    second = documents.upload(leader, io.BytesIO(content), "b.docx", folder_id=folder).document_id
    together, begin = Together(site), threading.Barrier(2)

    def blind() -> None:
        begin.wait(WAIT)
        with db.write() as session:
            job = session.scalar(select(Job).where(Job.document_id == second, Job.kind == "read"))
            if job is not None:
                ingest.save(
                    session, job, Reading(outcome="no_text", kind="docx", reason_code="no_words")
                )

    def seeing() -> None:
        begin.wait(WAIT)
        read_as_secret(first)

    together.start(blind)
    together.start(seeing)
    # The row of the slower one may be deleted meanwhile: its job is then taken again and finds nothing to do.
    with contextlib.suppress(SQLAlchemyError):
        together.join()
    assert_nothing_stays(site)


def test_many_hands_and_one_stamp(site, two, full_size) -> None:
    """Uploads, versions and readings of the same secrets in any order."""
    clerk, leader = two
    folder = receiving()
    for turn in range(40 if full_size else 3):
        content = secret(100 + turn)
        first = upload(clerk, content)
        other = documents.upload(
            leader, io.BytesIO(decision(number=str(500 + turn))), "a.docx", folder_id=folder
        )
        db.release()
        together, begin = Together(site), threading.Barrier(4)

        def at_once(
            step: Callable[[], Any], together: Together = together, begin: threading.Barrier = begin
        ) -> None:
            together.start(lambda: (begin.wait(WAIT), step()))

        at_once(lambda first=first: read_as_secret(first))
        at_once(
            lambda content=content: documents.upload(leader, io.BytesIO(content), "b.docx", folder_id=folder)
        )
        at_once(lambda content=content: documents.upload(clerk, io.BytesIO(content), "c.docx"))
        at_once(
            lambda content=content, other=other: documents.add_version(
                leader, other.document_id, io.BytesIO(content), "d.docx", None
            )
        )
        together.join()
    assert_nothing_stays(site)
