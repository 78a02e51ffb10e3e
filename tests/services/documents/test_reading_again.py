"""A temporary failure of reading, with other versions: the document ends in the state of its newest version."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import update

from docmgr import db, worker
from docmgr.models import Document, Job
from docmgr.reading.process.runner import Reader
from docmgr.services.documents import ingest
from docmgr.services.documents import upload as documents
from docmgr.services.indexing import sync
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload


class Faulty:
    """Reads like the real reader, but fails for files with this name a given number of times."""

    def __init__(self, reader: Reader, name: str, times: int) -> None:
        self.reader, self.name, self.times = reader, name, times

    def read(self, path: Any, *, name: str, **more: Any) -> Any:
        if name == self.name and self.times:
            self.times -= 1
            raise OSError("for a moment")
        return self.reader.read(path, name=name, **more)


def _state(document_id: int) -> str:
    db.release()
    with db.read() as session:
        return session.get_one(Document, document_id).state


def _due() -> None:
    with db.write() as session:
        session.execute(update(Job).values(run_after=db.now(), leased_until=None))


@pytest.fixture
def clerk(site, people):
    """The clerk, who uploads."""
    return actor_of(people["clerk"])


def test_an_older_version_read_late_does_not_leave_the_document_reading(site, clerk) -> None:
    document = upload(clerk, decision(), "cu.docx")
    with worker.Reader() as real:
        reader = Faulty(real, "cu.docx", 1)
        assert ingest.read_some(reader, 1) == 1
        # Until the next try the document waits.
        assert _state(document) == "waiting"
        documents.add_version(clerk, document, io.BytesIO(decision(number="13")), "moi.docx", None)
        while sync.drain() or ingest.read_some(reader, 1):
            pass
        assert _state(document) == "findable"
        _due()
        assert ingest.read_some(reader, 1) == 1
        while sync.drain():
            pass
        assert _state(document) == "findable"


def test_an_older_version_that_fails_for_good_leaves_the_newest_as_it_is(site, clerk) -> None:
    document = upload(clerk, decision(), "cu.docx")
    documents.add_version(clerk, document, io.BytesIO(decision(number="13")), "moi.docx", None)
    with worker.Reader() as real:
        reader = Faulty(real, "cu.docx", 99)
        for _ in range(8):
            ingest.read_some(reader)
            while sync.drain():
                pass
            _due()
        assert _state(document) == "findable"
        with db.read() as session:
            outcomes = [v.outcome for v in session.get_one(Document, document).versions]
        assert sorted(map(str, outcomes)) == ["text", "unreadable"]


def test_the_newest_version_says_that_it_is_being_read(site, clerk) -> None:
    document = upload(clerk, decision(), "moi.docx")
    seen = []

    class Looking:
        def read(self, _path: Any, *, name: str, **_more: Any) -> Any:
            seen.append(_state(document))
            raise OSError("for a moment")

    ingest.read_some(Looking(), 1)
    assert seen == ["reading"] and _state(document) == "waiting"
