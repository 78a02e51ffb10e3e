"""What a visitor sees through a share link: facts and text of the newest version of a document, its original, and the list of a
case file. Names that people gave to files and versions are not among it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from docmgr import db
from docmgr.models import CaseDocument, Document, ShareLink, TrailEvent, Version
from docmgr.services.access import guard, local_rights, rule, versions
from docmgr.services.documents import files
from docmgr.services.documents.files import OpenedFile
from docmgr.services.documents.page import ProvisionExtent, places
from docmgr.services.errors import NotFound
from docmgr.services.share_links import visiting
from docmgr.services.share_links.visiting import Admission

PAGE_SIZE = 100


@dataclass(frozen=True)
class SharedDocument:
    """A document as a visitor sees it. `version_no` is the newest version at the moment `shown_at`. `kind` and `size` are those
    of its original, None where it has none that may be sent. `case_link` tells that the link leads to a case file."""

    document: Document
    label: str | None
    version_no: int
    text: str
    units: tuple[ProvisionExtent, ...]
    kind: str | None
    size: int | None
    shown_at: dt.datetime
    case_link: bool


@dataclass(frozen=True)
class SharedCase:
    """One page of the documents of a case file that its link shows; `total` counts those on all pages."""

    label: str
    documents: tuple[Document, ...]
    total: int


def name_of(document: Document) -> str | None:
    """How a document is named for people outside: by type and number, else by its subject. None when it has neither, since its
    file may be named after anything."""
    number = " ".join(part for part in (document.type, document.number) if part) if document.number else None
    return number or document.subject


def document(token: str, document_id: int | None = None, *, first: bool = False) -> SharedDocument:
    """Load a document for a visitor and record that it is shown. None as `document_id` means the one to which the link leads. On the
    `first` page after an opening, that is recorded already. Raises NotFound when the link shows no such document now."""
    with db.read() as session:
        found = visiting.admitted(session, token)
        shown, version = _newest(session, found, document_id)
        # Only the text of this version is loaded.
        session.scalar(select(Version).where(Version.id == version.id).options(undefer(Version.text)))
        units = places(session, version.id)
        original = _original(found, version)
        answer = SharedDocument(
            shown, name_of(shown), version.no, version.text or "", units, original.kind if original else None, original.size if original else None,
            db.now(), found.case is not None,
        )  # fmt: skip
    if not first:
        with db.write() as session:
            visiting.record(session, "share_link:view", found, answer.document)
    return answer


def _newest(session: Session, found: Admission, document_id: int | None) -> tuple[Document, Version]:
    wanted = found.document.id if found.document is not None and document_id is None else document_id
    if wanted is None:
        raise NotFound
    document = guard.readable(session, found.actor, wanted)
    if found.case is not None and "share" not in local_rights.on_document(session, found.maker, document):
        raise NotFound
    version = versions.newest(session, document)
    if version is None:
        raise NotFound
    return document, version


def _original(found: Admission, version: Version) -> OpenedFile | None:
    try:
        return files.sendable(found.actor, version.files[0].id)[0] if version.files else None
    except NotFound:
        return None


def case(token: str, page: int = 1) -> SharedCase | None:
    """List the documents of a case file that a visitor may open now, in their order. None when the link leads to a document.
    Raises NotFound when it leads nowhere now."""
    with db.read() as session:
        found = visiting.admitted(session, token)
        if found.case is None:
            return None
        own = select(Document).join(CaseDocument, CaseDocument.document_id == Document.id)
        own = own.where(CaseDocument.case_id == found.case.id, rule.visible(found.actor), local_rights.holds(found.maker, "share"))
        total = session.scalar(own.with_only_columns(func.count(Document.id))) or 0
        rows = own.order_by(CaseDocument.position, CaseDocument.document_id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
        return SharedCase(found.case.label, tuple(session.scalars(rows)), total)


def original(token: str, document_id: int, no: int) -> OpenedFile | None:
    """Find the original of a version for a visitor, named after the document. None when a newer version has come since the
    page was made. Raises NotFound when the link shows no such document now, or the file may not be sent."""
    with db.read() as session:
        found = visiting.admitted(session, token)
        document, version = _newest(session, found, document_id)
        if version.no != no:
            return None
        opened = _original(found, version)
        if opened is None:
            raise NotFound
        ending = f".{opened.kind}" if opened.kind.isalnum() else ""
        return replace(opened, name=(name_of(document) or "van-ban")[:150].strip(" .") + ending)


def downloaded(token: str, opened: OpenedFile, *, later_part: bool = False) -> None:
    """Record that a visitor downloads the original, and count it. A request for a later part of the bytes is part of the same
    download. Raises NotFound when the link does not show the document any more."""
    with db.write() as session:
        found = visiting.admitted(session, token)
        document, version = _newest(session, found, opened.document_id)
        if version.files and version.files[0].sha256 != opened.sha256:
            raise NotFound
        if not (later_part and _downloaded_lately(session, found, document)):
            session.execute(update(ShareLink).where(ShareLink.id == found.link.id).values(downloads=ShareLink.downloads + 1))
            visiting.record(session, "share_link:download", found, document)


def _downloaded_lately(session: Session, found: Admission, document: Document) -> bool:
    """Whether a first part was downloaded through the link within the last hour; else a later part is a download of its own."""
    since = db.now() - dt.timedelta(hours=1)
    query = select(TrailEvent.details).where(TrailEvent.document_id == document.id, TrailEvent.action == "share_link:download", TrailEvent.at >= since)
    return any((details or {}).get("link") == found.link.id for details in session.scalars(query))
