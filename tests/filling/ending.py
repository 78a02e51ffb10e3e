"""Causes for tests of validity: documents with dates, texts that say what they end, and the status by every way of
asking."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from docmgr import db
from docmgr.models import Citation, Document, Folder, Grant, Job, Provision, Version
from docmgr.policy import Actor
from docmgr.services import jobs
from docmgr.services.documents import validity
from docmgr.services.folders import tree
from docmgr.services.indexing import sync
from docmgr.services.search import find
from docmgr.services.search.request import SearchRequest
from legaltext import validity as status
from legaltext.numbers import normalise_number
from tests.filling.filing import file_document, load

DAY = dt.date(2024, 6, 1)
BEFORE = DAY - dt.timedelta(days=1)
OLD = dt.date(2020, 1, 1)


def paper(number: str | None = None, folder: int | None = None, **more: object) -> int:
    """A published document, in force since its issue in 2020 unless `facts` say otherwise."""
    facts: dict[str, object] = {"issued_on": OLD, "effective_from": OLD, "subject": f"văn bản thử {number}", **more}
    made = file_document(folder or tree.root_id(), number, **facts)  # type: ignore[arg-type]
    with db.write() as session:
        jobs.enqueue(session, "index", made)
    return made


def says(cause: int, number: str | None, words: str, *, confirmed: bool = True, role: str = "replaces", **more: object) -> None:
    """A new version of `cause` whose text is `words`; "{}" is replaced by the mention of the number."""
    quote = f"Quyết định số {number}"
    with db.write() as session:
        document = session.get_one(Document, cause)
        no = (session.scalar(select(func.max(Version.no)).where(Version.document_id == cause)) or 0) + 1
        version = Version(document_id=cause, no=no, outcome="text", text=words)
        session.add(version)
        session.flush()
        text = words.format(quote)
        session.add(Provision(version_id=version.id, position=0, anchor="dieu-1", kind="dieu", label="Điều 1", text=text))
        if number:
            key = normalise_number(number)
            session.add(
                Citation(
                    version_id=version.id, position=0, role=role, number=number, number_key=key, anchor="dieu-1",
                    quote=quote, **more,
                )
            )  # fmt: skip
        document.current_no, document.confirmed_at = no, db.now() if confirmed else None
        session.add(Job(kind="index", document_id=cause))


def closed_folder(*keys: str) -> int:
    """A folder that only these keys may read."""
    with db.write() as session:
        folder = Folder(name="Riêng", parent_id=tree.root_id(), inherit=False)
        session.add(folder)
        session.flush()
        session.add_all(Grant(folder_id=folder.id, role="reader", key=key) for key in keys)
        return folder.id


def settle() -> None:
    """Let the index catch up."""
    while sync.drain():
        db.release()
    db.release()


def told(actor: Actor, document_id: int, day: dt.date = DAY) -> str:
    """The status on a day according to the page. The stored status and the index must agree with it."""
    document = load(document_id)
    page = validity.of(actor, document, day).status.code
    assert status.status_at(document, day).code == page, f"lists say otherwise than the page of {document_id}"
    for code in ("con_hieu_luc", "het_hieu_luc", "chua_hieu_luc", "khong_ro"):
        found = find.find(actor, SearchRequest("văn bản thử", {"status": (code,)}), day=day, per_page=100, record=False)
        hits = {hit.document.id for hit in found.hits}
        assert (document_id in hits) is (code == page), f"the index says otherwise than the page of {document_id}"
    return page


def standings(actor: Actor, document_id: int) -> list[tuple[int, str]]:
    """(cause, standing) for each cause that the reader sees."""
    return [(one.document.id, one.ending.standing) for one in validity.of(actor, load(document_id)).causes]


def kept(document_id: int) -> tuple[dt.date | None, int | None]:
    """The status that is stored for lists and that the index has."""
    document = load(document_id)
    return document.ended_on, document.ended_by
