"""A site of the release before the generations of readers, upgraded: everything is read again, and nothing is lost."""

from __future__ import annotations

import os
from typing import Any

import sqlalchemy as sa

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import Attachment, Document, DocumentFact, Job, KeptReading, Link, Provision, Task, Version
from docmgr.policy import COMMAND_LINE
from docmgr.reading.generation import READER_VERSION
from docmgr.reading.process.runner import Reader
from docmgr.services.documents import progress
from docmgr.services.documents.rereading import queue
from docmgr.services.folders import tree
from docmgr.services.texts import rereading
from docmgr.services.upkeep import migrate
from tests.filling import old_site
from tests.filling.papers import decision
from tests.support.acting import upload

SIZE = 1_000 if os.environ.get("DOCMGR_HARD") == "1" else 36


def rows(*columns: Any, **where: Any) -> list[Any]:
    db.release()
    with db.read() as session:
        return [tuple(row) for row in session.execute(sa.select(*columns).filter_by(**where).order_by(*columns[:2]))]


def dangling() -> list[Any]:
    have = set(rows(Provision.version_id, Provision.anchor))
    used = rows(Task.version_id, Task.anchor) + rows(Link.version_id, Link.anchor)
    return [place for place in used if place[1] and place not in have]


def test_an_upgraded_site_reads_again_and_loses_nothing(site: Context) -> None:
    made = old_site.fill(site, SIZE)
    migrate.upgrade(site.database)
    assert migrate.differences(site.database) == []
    db.release()
    tree.ensure_root()
    confirmed = rows(DocumentFact.document_id, DocumentFact.field, DocumentFact.value, confirmed=True)
    places = rows(Task.id, Task.anchor), rows(Link.id, Link.anchor)
    assert dangling() == [] and queue.progress(COMMAND_LINE).waiting == SIZE
    with db.read() as session:
        assert session.scalars(sa.select(Job.kind).distinct()).all() == ["reread"]
    turn = rereading.Turn(Reader, lambda: queue.progress(COMMAND_LINE).waiting < SIZE - 5)
    assert turn() >= 5
    # A file that comes now is read and found before the others, which wait.
    new = upload(COMMAND_LINE, decision(), publish=True)
    worker.run_until_idle(site)
    db.release()
    assert progress.states(COMMAND_LINE, [new])[0].state == "findable"
    assert queue.progress(COMMAND_LINE).waiting > 0
    worker.run_until_idle(site, again=True)
    db.release()
    _everything_is_as_it_should_be(made, confirmed, places)


def _everything_is_as_it_should_be(made: old_site.OldSite, confirmed: list[Any], places: tuple[Any, Any]) -> None:
    assert rows(DocumentFact.document_id, DocumentFact.field, DocumentFact.value, confirmed=True) == confirmed
    assert (rows(Task.id, Task.anchor), rows(Link.id, Link.anchor)) == places and dangling() == []
    readers = dict(rows(Version.document_id, Version.reader, no=1))
    with db.read() as session:
        kept = session.execute(sa.select(Version.document_id, KeptReading.reason).join(Version, Version.id == KeptReading.version_id))
        assert sorted(map(tuple, kept)) == [(number, "places") for number in made.lost]
        assert {number for number, reader in readers.items() if reader != READER_VERSION} == set(made.lost)
        for number in made.confirmed:
            assert session.get_one(Document, number).subject == old_site.WRONG
        for number in (*made.plain, *made.pointed):
            assert (session.get_one(Document, number).subject or "").startswith("Về việc thử số")
        for number in (*made.old_font, *made.unknown):
            assert session.get_one(Document, number).state == "findable", number
        assert session.scalar(sa.select(sa.func.count(Attachment.id))) == len(made.unknown)
    found = queue.progress(COMMAND_LINE)
    assert (found.waiting, found.older, found.undecided) == (0, 0, len(made.lost))
