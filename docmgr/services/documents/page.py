"""What a document's page, `show` and exports need: the frame of every tab, and the whole for those that show it all.

The frame loads nothing that its tab does not show, whatever the document holds; what is told by number is counted in SQL.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, undefer

from docmgr import db
from docmgr.models import Document, Folder, Provision, Version
from docmgr.policy import Actor, require
from docmgr.services.access import guard, versions
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from docmgr.services.relations import citations, missing_documents, relations, targets
from docmgr.services.relations.missing_documents import MissingDocument
from docmgr.services.relations.relations import Copies, RelatedDocument, RelationCounts
from docmgr.services.relations.targets import CitedDocument

# Versions that the list of choices on each tab offers, the newest; the tab of files pages through all.
VERSIONS_SHOWN = 20
VERSIONS_PAGE = 50


@dataclass(frozen=True)
class VersionRow:
    """A version in a list."""

    no: int
    created_at: dt.datetime
    note: str | None


@dataclass(frozen=True)
class DocumentFrame:
    """A document as one version shows it.

    `version` is None where a secrecy stamp had it removed, or where the actor may not see it before it is read.
    `latest`: no newer one is for the actor; `unread`: a newer one waits to be read. `versions` are the newest ones of
    `versions_total` that are for the actor.
    """

    document: Document
    version: Version | None
    latest: bool
    unread: bool
    versions: tuple[VersionRow, ...]
    versions_total: int
    folder_path: tuple[Folder, ...]
    may_edit: bool

    @property
    def version_id(self) -> int | None:
        """Id of the version shown."""
        return self.version.id if self.version else None

    @property
    def text(self) -> str:
        """The text of the version shown, where the frame was loaded with it."""
        return (self.version.text if self.version else None) or ""


@dataclass(frozen=True)
class DocumentPage(DocumentFrame):
    """The frame with all that the version holds."""

    provisions: tuple[ProvisionExtent, ...]
    citations: tuple[CitedDocument, ...]
    relations: tuple[RelatedDocument, ...]


@dataclass(frozen=True)
class RowSpan:
    """Which rows of a list."""

    limit: int
    skip: int


@dataclass(frozen=True)
class Related:
    """A stretch of each list of relations; `totals` says how long those are that were asked for."""

    outgoing: tuple[RelatedDocument, ...]
    incoming: tuple[RelatedDocument, ...]
    copies: tuple[Copies, ...]
    missing: tuple[MissingDocument, ...]
    totals: dict[str, int]


@dataclass(slots=True)
class ProvisionExtent:
    """A provision without its words, which stand in the version's text from `start` to `end`."""

    anchor: str
    parent: str | None
    kind: str
    label: str
    title: str
    start: int
    end: int
    text: str = ""


def frame(actor: Actor, document_id: int, version_no: int | None = None, *, with_text: bool = False) -> DocumentFrame:
    """What every tab shows of a readable document; `version_no` None is the newest that is for the actor.

    Raises NotFound, also for the number of a version that was not read yet and that somebody else uploaded.
    """
    require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        newest = versions.newest(session, document)
        now = versions.shown_now(session, actor, document, newest)
        version = now if version_no is None else versions.numbered(session, actor, document, version_no)
        if version is None and version_no is not None:
            raise NotFound
        if with_text and version is not None:
            # The text of the one version shown; that of all others stays where it is.
            session.scalar(select(Version).where(Version.id == version.id).options(undefer(Version.text)))
        shown, total = _versions(session, actor, document_id, VERSIONS_SHOWN)
        return DocumentFrame(
            document=document,
            version=version,
            latest=version is now,
            unread=newest is not None and newest is not now,
            versions=shown,
            versions_total=total,
            folder_path=tuple(tree.path(session, document.folder_id, actor)),
            may_edit=guard.may_edit(actor, document.id),
        )


def doubtful(actor: Actor, found: DocumentFrame) -> relations.Doubtful:
    """Citations of the version shown whose number or name several documents have, for `counts` and `related`."""
    with db.read() as session:
        return citations.doubtful(session, actor, found.version_id)


def counts(actor: Actor, found: DocumentFrame, known: relations.Doubtful) -> RelationCounts:
    """How many relations the tab of relations tells, without loading them."""
    with db.read() as session:
        return relations.counts(session, actor, found.document, found.version_id, known)


def load(actor: Actor, document_id: int, version_no: int | None = None) -> DocumentPage:
    """A readable document with all that a version of it holds. Raises NotFound."""
    found = frame(actor, document_id, version_no, with_text=True)
    with db.read() as session:
        cited = targets.resolve(session, actor, citations.of_version(session, found.version_id))
        return DocumentPage(
            **{name: getattr(found, name) for name in DocumentFrame.__dataclass_fields__},
            provisions=places(session, found.version_id, words=True),
            citations=tuple(cited),
            relations=relations.of_document(session, actor, found.document, found.version_id),
        )


def places(session: Session, version_id: int | None, *, words: bool = False) -> tuple[ProvisionExtent, ...]:
    """The provisions of a version in reading order; their words only where asked for."""
    columns = (
        Provision.anchor, Provision.parent, Provision.kind, Provision.label, Provision.title, Provision.start,
        Provision.end, *((Provision.text,) if words else ()),
    )  # fmt: skip
    query = select(*columns).where(Provision.version_id == version_id).order_by(Provision.position)
    return tuple(ProvisionExtent(*row) for row in session.execute(query))


def outline_of(actor: Actor, found: DocumentFrame) -> tuple[ProvisionExtent, ...]:
    """The provisions of the version shown, without their words. Raises Denied."""
    require(actor, "document:read")
    with db.read() as session:
        return places(session, found.version_id)


def count_citations(actor: Actor, found: DocumentFrame) -> int:
    """How many citations the version shown has. Raises Denied."""
    require(actor, "document:read")
    with db.read() as session:
        return citations.count(session, found.version_id)


def cited(
    actor: Actor, found: DocumentFrame, anchors: Collection[str] = (), within: range | None = None
) -> list[CitedDocument]:
    """Citations of the version shown with what they mean; of a part of its text those that stand there or at `anchors`."""
    with db.read() as session:
        if within is None:
            rows = citations.of_version(session, found.version_id)
        else:
            rows = citations.standing_in(session, found.version_id, anchors, found.text, within)
        return targets.resolve(session, actor, rows)


def related(
    actor: Actor, found: DocumentFrame, known: relations.Doubtful, lists: Iterable[str], span: RowSpan
) -> Related:
    """A stretch of each of these lists (out, in, copies, missing); how long they are, but for `missing` (`counts` has it)."""
    wanted, document = set(lists), found.document
    end = span.skip + span.limit
    with db.read() as session:
        out = relations.outgoing(session, actor, document, found.version_id, known) if "out" in wanted else []
        into = relations.incoming(session, actor, document) if "in" in wanted else []
        copies, many = relations.copies(session, known if "copies" in wanted else (), span.limit, span.skip)
        missing: tuple[MissingDocument, ...] = ()
        if "missing" in wanted:
            missing = missing_documents.page(session, actor, found.version_id, span.limit, span.skip)
        return Related(
            outgoing=relations.load(session, out[span.skip : end]),
            incoming=relations.load(session, into[span.skip : end]),
            copies=tuple(copies),
            missing=missing,
            totals={"out": len(out), "in": len(into), "copies": many},
        )


def version_list(actor: Actor, document_id: int, page: int = 1) -> tuple[tuple[VersionRow, ...], int]:
    """One page of a readable document's versions, the newest first, and how many there are. Raises NotFound."""
    guard.get(actor, document_id)
    with db.read() as session:
        return _versions(session, actor, document_id, VERSIONS_PAGE, (page - 1) * VERSIONS_PAGE)


def numbers(actor: Actor, version_ids: set[int]) -> dict[int, int]:
    """The numbers of these versions, by id; for as many as a page shows. Raises Denied."""
    require(actor, "document:read")
    with db.read() as session:
        return {number: no for number, no in session.execute(select(Version.id, Version.no).where(Version.id.in_(version_ids)))}


def _versions(
    session: Session, actor: Actor, document_id: int, limit: int, skip: int = 0
) -> tuple[tuple[VersionRow, ...], int]:
    of_it = and_(Version.document_id == document_id, versions.seen_by(actor))
    total = session.scalar(select(func.count()).select_from(Version).where(of_it)) or 0
    query = select(Version.no, Version.created_at, Version.note).where(of_it).order_by(Version.no.desc())
    return tuple(VersionRow(*row) for row in session.execute(query.limit(limit).offset(skip))), total
