"""A worker that lost its duty between the announcement and the batch writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docmgr import db, worker
from docmgr.services import duties
from docmgr.services.documents import ingest
from docmgr.services.indexing import sync
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


def test_a_batch_that_begins_after_the_duty_was_lost_writes_nothing(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(number="77"), "b.docx", publish=True)
    work(site)
    document = upload(clerk, decision(body=("Điều 1. Hội nghị", "Hội nghị mỗi năm một lần.")), publish=True)
    with worker.Reader() as reader:
        while ingest.read_some(reader):
            db.release()
    token, real, told = duties.take(duties.INDEX), site.backend.index.write_batch, []

    @contextmanager
    def held_up(*args: Any, **more: Any) -> Iterator[Any]:
        with real(*args, **more) as batch:
            duties.take(duties.INDEX)
            yield batch

    def late() -> None:
        # A thread of its own, as a worker's: what it works for ends with it.
        with site.bound():
            duties.work_for(duties.INDEX, token)
            told.append(sync.drain())

    monkeypatch.setattr(site.backend.index, "write_batch", held_up)
    thread = threading.Thread(target=late)
    thread.start()
    thread.join()
    assert told == [0] and document not in site.backend.versions()
    monkeypatch.undo()
    work(site)
    assert document in site.backend.versions()
