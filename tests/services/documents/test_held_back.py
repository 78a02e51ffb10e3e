"""A file with files inside that nobody could look into stays a draft, and so does what contains it."""

from __future__ import annotations

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import Attachment, Document, Version
from docmgr.policy import Actor
from docmgr.services.documents import ingest, lifecycle
from docmgr.services.documents import page as pages
from docmgr.services.documents import upload as documents
from docmgr.services.documents.attachments import publishing
from docmgr.services.documents.waiting import listing
from docmgr.services.folders import tree
from tests.filling.papers import decision
from tests.reading.messages import archive, locked, mail
from tests.support.acting import upload, work

PAPER = decision()
RAR = b"Rar!\x1a\x07\0" + bytes(100)


def workflow(document_id: int | None) -> str:
    db.release()
    with db.read() as session:
        return session.get_one(Document, document_id).workflow


def told(actor: Actor, document_id: int) -> str | None:
    message = publishing.held_back(actor, pages.frame(actor, document_id))
    return message.told() if message is not None else None


def inside(container: int) -> dict[str, int | None]:
    db.release()
    with db.read() as session:
        query = select(Attachment).join(Version, Version.id == Attachment.version_id).where(Version.document_id == container)
        return {one.name: one.document_id for one in session.scalars(query)}


THIRD = archive({"giữa.zip": archive({"sâu.zip": archive({"a.docx": PAPER}), "b.docx": PAPER})})


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (THIRD, "giữa.zip"),
        (locked({"kín.docx": PAPER, "b.docx": PAPER}, ["kín.docx"]), "kín.docx"),
        (archive({"kín.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "b.docx": PAPER}), "kín.docx"),
        (archive({"b.docx": PAPER, "gói.rar": RAR}), "gói.rar"),
        (mail(attachments=[("thư.eml", archive({"x.zip": locked({"a.txt": b"a"}, ["a.txt"])}))]).as_bytes(), "thư.eml"),
    ],
)
def test_what_nobody_could_look_into_holds_the_outer_file_back(site: Context, clerk: Actor, data: bytes, names: str) -> None:
    outer = upload(clerk, data, "hồ sơ.zip", publish=True)
    work(site)
    assert workflow(outer) == "draft"
    assert f"({names})" in (told(clerk, outer) or "")
    # Its clerk is asked.
    waiting = {row.document.id: row for row in listing.table(clerk).rows}
    assert waiting[outer].held_back and not waiting[outer].good
    assert outer not in {row.document.id for row in listing.table(clerk, look="good").rows}
    # A person may decide otherwise, and that is the last word.
    lifecycle.set_workflow(clerk, outer, "published")
    assert told(clerk, outer) is None and outer not in {row.document.id for row in listing.table(clerk).rows}
    lifecycle.set_workflow(clerk, outer, "draft")
    assert names in (told(clerk, outer) or "")
    with db.read() as session:
        assert not session.get_one(Document, outer).publish_when_read


def test_a_container_that_cannot_be_opened_is_a_draft(site: Context, clerk: Actor) -> None:
    outer = upload(clerk, locked({"a.txt": b"a"}, ["a.txt"]), "kín.zip", publish=True)
    work(site)
    assert workflow(outer) == "draft"


def test_logos_programs_and_missing_files_hold_nothing_back(site: Context, clerk: Actor) -> None:
    letter = mail(attachments=[("a.docx", PAPER), ("chạy.exe", b"MZ\x90\0\3\0\0\0"), ("trống.txt", b"")])
    outer = upload(clerk, letter.as_bytes(), "thư.eml", publish=True)
    work(site)
    assert workflow(outer) == "published" and told(clerk, outer) is None


def test_the_outer_file_is_published_with_the_last_file_inside(site: Context, clerk: Actor) -> None:
    outer = upload(clerk, archive({"a.docx": PAPER, "b.zip": archive({"c.docx": decision(number="13")})}), "hồ sơ.zip", publish=True)
    seen = []
    with worker.Reader() as reader:
        for _ in range(4):
            assert ingest.read_some(reader, 1) == 1
            seen.append(workflow(outer))
    assert seen == ["draft", "draft", "draft", "published"]
    work(site)
    assert {workflow(one) for one in inside(outer).values()} == {"published"}


def test_files_inside_are_published_where_the_folder_says_so_and_were_looked_into(site: Context, clerk: Actor) -> None:
    folder = tree.by_path(clerk, "Đến", create=True)
    tree.edit(clerk, folder.id, name="Đến", publish_on_arrival=True, revision=None)
    closed = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    data = archive({"a.docx": PAPER, "kín.docx": closed})
    outer = documents.upload(clerk, io.BytesIO(data), "hồ sơ.zip", folder_id=folder.id).document_id
    work(site)
    found = {name: workflow(one) for name, one in inside(outer or 0).items()}
    assert found == {"a.docx": "published", "kín.docx": "draft"} and workflow(outer) == "draft"


def test_the_last_file_inside_waits_for_who_changes_its_container(site: Context, clerk: Actor) -> None:
    """Who deletes or moves many documents locks them in ascending order: first the container, then the file inside."""
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    outer = upload(clerk, archive({"a.docx": PAPER}), "hồ sơ.zip", publish=True)
    with worker.Reader() as reader:
        assert ingest.read_some(reader, 1) == 1
    (inner,) = inside(outer).values()
    held = threading.Event()

    def change_both() -> None:
        with site.bound(), db.write() as session:
            session.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
            session.scalar(select(Document.id).where(Document.id == outer).with_for_update())
            held.set()
            _until_somebody_waits()
            session.scalar(select(Document.id).where(Document.id == inner).with_for_update())

    with ThreadPoolExecutor(1) as pool, worker.Reader() as reader:
        changing = pool.submit(change_both)
        assert held.wait(20) and ingest.read_some(reader, 1) == 1
        changing.result(20)
    assert (workflow(outer), workflow(inner)) == ("published", "published")


def _until_somebody_waits() -> None:
    waiting = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
    end = time.monotonic() + 15
    with db.read() as session:
        while not session.scalar(text(waiting)) and time.monotonic() < end:
            time.sleep(0.02)
