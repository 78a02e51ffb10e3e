"""The public page: what everybody reads without signing in. The only place where somebody without an account gets a published text.

A document is there while a publication for everybody runs, every signed-in person may read it, and people outside may be shown it at all
(services.access.lending). All of that is asked anew at each request, so what is withdrawn, ended or no longer readable is gone at once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, undefer

from docmgr import db
from docmgr.models import Document, Publication, PublicationOpening, Version
from docmgr.policy import Actor, Lent
from docmgr.services.access import guard, published, rule, versions
from docmgr.services.documents import files
from docmgr.services.documents.files import OpenedFile
from docmgr.services.documents.page import ProvisionExtent, places
from docmgr.services.errors import NotFound
from docmgr.services.openness import switch, words
from legaltext import dates

PAGE_SIZE = 20
# Whoever looks at the page, signed in or not, reads it as this visitor: what every signed-in person may read, as far as it is public.
VISITOR = Actor(user_id=None, label=words.VISITOR, lent=Lent(frozenset({"staff"}), made_public=True))
# Both dialects have "on conflict do update", but SQLAlchemy has a separate statement for each.
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True)
class PublicRow:
    """A document in the list, and from when until when it is public."""

    document: Document
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True)
class PublicDocument:
    """A document as everybody sees it. `kind` and `size` are those of its original, None where it has none that may be sent."""

    row: PublicRow
    label: str | None
    version_no: int
    text: str
    units: tuple[ProvisionExtent, ...]
    kind: str | None
    size: int | None


def name_of(document: Document) -> str | None:
    """How a document is named for people outside: by type and number, else by its subject. None when it has neither, since its file may
    be named after anything."""
    number = " ".join(part for part in (document.type, document.number) if part) if document.number else None
    return number or document.subject


def open_to_all(session: Session) -> None:
    """Raise NotFound unless the public page is switched on."""
    if not switch.is_on(session):
        raise NotFound


def page(number: int = 1) -> tuple[tuple[PublicRow, ...], int]:
    """List one page of the documents, what became public last first. Returns (rows, how many on all pages). Raises NotFound when the
    public page is off."""
    with db.read() as session:
        open_to_all(session)
        total = session.scalar(select(func.count(Document.id)).where(rule.visible(VISITOR))) or 0
        return tuple(_rows(session, (number - 1) * PAGE_SIZE)), total


def _rows(session: Session, offset: int) -> list[PublicRow]:
    days = _days().subquery()
    query = select(Document, days.c.starts_on, days.c.ends_on).join(days, days.c.document_id == Document.id).where(rule.visible(VISITOR))
    query = query.order_by(days.c.starts_on.desc(), Document.id.desc()).limit(PAGE_SIZE).offset(offset)
    return [PublicRow(*row) for row in session.execute(query)]


def _days() -> Any:
    """Select the days of what is public now: of several publications of a document, the first start and the last end."""
    of = Publication.document_id
    days = select(of, func.min(Publication.starts_on).label("starts_on"), func.max(Publication.ends_on).label("ends_on"))
    return days.where(Publication.audience == "public", published.runs()).group_by(of)


def rows_of(session: Session, ids: list[int]) -> dict[int, PublicRow]:
    """Load those of these documents that are public now, by id."""
    days = _days().where(Publication.document_id.in_(ids)).subquery()
    query = select(Document, days.c.starts_on, days.c.ends_on).join(days, days.c.document_id == Document.id).where(rule.visible(VISITOR))
    return {document.id: PublicRow(document, *more) for document, *more in session.execute(query)}


def document(document_id: int, *, count: bool = True) -> PublicDocument:
    """Load a document for everybody, and count that it was opened. Raises NotFound when it is not public now, or the page is off."""
    with db.read() as session:
        shown, version = _newest(session, document_id)
        # Only the text of this version is loaded.
        session.scalar(select(Version).where(Version.id == version.id).options(undefer(Version.text)))
        original = _original(version)
        row = rows_of(session, [document_id]).get(document_id)
        if row is None:
            raise NotFound
        made = PublicDocument(
            row, name_of(shown), version.no, version.text or "", places(session, version.id), original.kind if original else None,
            original.size if original else None,
        )  # fmt: skip
    if count:
        with db.write() as session:
            _count(session, document_id, "openings")
    return made


def _newest(session: Session, document_id: int) -> tuple[Document, Version]:
    open_to_all(session)
    document = guard.readable(session, VISITOR, document_id)
    version = versions.newest(session, document)
    if version is None:
        raise NotFound
    return document, version


def _original(version: Version) -> OpenedFile | None:
    try:
        return files.sendable(VISITOR, version.files[0].id)[0] if version.files else None
    except NotFound:
        return None


def original(document_id: int, no: int) -> OpenedFile | None:
    """Find the original of a version for everybody, named after the document. None when a newer version has come since the page was made.
    Raises NotFound when the document is not public now, or the file may not be sent."""
    with db.read() as session:
        document, version = _newest(session, document_id)
        if version.no != no:
            return None
        opened = _original(version)
        if opened is None:
            raise NotFound
        ending = f".{opened.kind}" if opened.kind.isalnum() else ""
        return replace(opened, name=(name_of(document) or "van-ban")[:150].strip(" .") + ending)


def downloaded(opened: OpenedFile) -> None:
    """Count that a file was downloaded. Raises NotFound when its document is not public any more."""
    with db.write() as session:
        _newest(session, opened.document_id)
        _count(session, opened.document_id, "downloads")


def _count(session: Session, document_id: int, what: str) -> None:
    """Add one to what happened today. Nobody is recorded, neither person nor address."""
    table = PublicationOpening
    first = {"openings": 0, "downloads": 0} | {what: 1}
    made = _INSERTS[session.get_bind().dialect.name](table).values(document_id=document_id, day=dates.today(), **first)
    session.execute(made.on_conflict_do_update(index_elements=["document_id", "day"], set_={what: getattr(table, what) + 1}))
