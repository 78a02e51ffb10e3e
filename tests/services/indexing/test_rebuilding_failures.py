"""A document that a rebuild could not write gets into the new index later, without further action."""

from __future__ import annotations

from sqlalchemy import select

from docmgr import db
from docmgr.models import Job
from docmgr.policy import COMMAND_LINE
from docmgr.services.indexing import rebuild, sync
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


def test_what_a_rebuild_could_not_write_waits_for_the_next_try(site, people, monkeypatch) -> None:
    """It had no job, because the old index had it, and nothing else would bring it into the new one."""
    clerk = actor_of(people["clerk"])
    ids = [
        upload(
            clerk, decision(number=str(number), body=("Điều 1. Phạm vi", "Kiểm tra hồ sơ.")), f"{number}.docx"
        )
        for number in range(3)
    ]
    work(site)
    real = sync.entries_of

    def entries_of(session, document, *more):
        if document.id == ids[1]:
            raise ValueError("cannot be written")
        return real(session, document)

    with monkeypatch.context() as patched:
        patched.setattr(sync, "entries_of", entries_of)
        rebuild.ask(COMMAND_LINE)
        assert rebuild.serve() == 1
    db.release()
    with db.read() as session:
        assert [(job.kind, job.document_id) for job in session.scalars(select(Job).where(Job.kind != "render"))] == [("index", ids[1])]
    assert site.backend.index.versions().keys() == {ids[0], ids[2]}
    sync.drain()
    assert site.backend.index.versions().keys() == {*ids}
