"""Load the data of a document's page, of the command `show` and of exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, undefer

from docmgr import db
from docmgr.models import Document, File, Folder, Provision, Version
from docmgr.policy import Actor, require
from docmgr.services.access import guard, versions
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from docmgr.services.relations import citations, missing_documents, relations, targets
from docmgr.services.relations.missing_documents import MissingDocument
from docmgr.services.relations.relations import Copies, RelatedDocument, RelationCounts
from docmgr.services.relations.targets import CitedDocument

# How many versions, the newest ones, each tab offers to choose from; the tab of files pages through all of them.
VERSIONS_SHOWN = 20
VERSIONS_PAGE = 50


@dataclass(frozen=True)
class VersionRow:
    """A version of a document in a list. `no` is its version number, `note` the uploader's remark on it or None."""

    no: int
    created_at: dt.datetime
    note: str | None


@dataclass(frozen=True)
class DocumentFrame:
    """A document with the version that its page shows. `version` is None when the newest version was removed because of
    a secrecy stamp, or when the actor may see none. `latest`: this is the newest version that the actor may see.
    `unread`: a newer one is hidden until it is read. `versions` are the newest ones that the actor may see, and
    `versions_total` counts all of them. `folder_path` has the folders that the actor may see, root first.
    `rights` are the local rights that the actor may use on the document."""

    document: Document
    version: Version | None
    latest: bool
    unread: bool
    versions: tuple[VersionRow, ...]
    versions_total: int
    folder_path: tuple[Folder, ...]
    rights: frozenset[str]

    @property
    def may_edit(self) -> bool:
        """Whether the actor may edit the document."""
        return "edit" in self.rights

    @property
    def version_id(self) -> int | None:
        """The id of the version that the frame shows, or None when it shows none."""
        return self.version.id if self.version else None

    @property
    def text(self) -> str:
        """The text of the version that the frame shows. Empty when it shows none or was loaded without the text."""
        return (self.version.text if self.version else None) or ""


@dataclass(frozen=True)
class DocumentPage(DocumentFrame):
    """A document with the version that is shown, and with all provisions, citations and relations of that version."""

    provisions: tuple[ProvisionExtent, ...]
    citations: tuple[CitedDocument, ...]
    relations: tuple[RelatedDocument, ...]


@dataclass(frozen=True)
class RowSpan:
    """A range of the rows of a list: at most `limit` rows after the first `skip` rows."""

    limit: int
    skip: int


@dataclass(frozen=True)
class Related:
    """Some rows of each list of a document's relations. `outgoing` are relations from the document, `incoming`
    relations to it. `copies` are citations that fit several documents equally. `missing` are cited documents that are
    not stored. `totals` has the full lengths of "out", "in" and "copies"; 0 for a list that was not asked for."""

    outgoing: tuple[RelatedDocument, ...]
    incoming: tuple[RelatedDocument, ...]
    copies: tuple[Copies, ...]
    missing: tuple[MissingDocument, ...]
    totals: dict[str, int]


@dataclass(slots=True)
class ProvisionExtent:
    """A provision as a range of the version's text, from `start` to `end` in characters. `text` is empty unless it
    was asked for."""

    anchor: str
    parent: str | None
    kind: str
    label: str
    title: str
    start: int
    end: int
    text: str = ""


def frame(actor: Actor, document_id: int, version_no: int | None = None, *, with_text: bool = False) -> DocumentFrame:
    """Load what every tab of a document's page shows. `version_no` is the number of the version; None means the newest one
    that the actor may see. `with_text` loads its text too. Raises Denied when the actor's roles may not read
    documents, and NotFound when the actor may not read the document or see this version."""
    require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        newest = versions.newest(session, document)
        now = versions.shown_now(session, actor, document, newest)
        version = now if version_no is None else versions.numbered(session, actor, document, version_no)
        if version is None and version_no is not None:
            raise NotFound
        if with_text and version is not None:
            # Only the text of the shown version is loaded.
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
            rights=guard.rights(actor, document),
        )


def files(actor: Actor, found: DocumentFrame) -> tuple[File, ...]:
    """List the files of the version in `found` that the actor may see, the source of its text first. Empty when the frame
    shows no version."""
    return versions.files_of(actor, found.version) if found.version else ()


def doubtful(actor: Actor, found: DocumentFrame) -> relations.Doubtful:
    """Find the citations of the shown version whose number or name fits several documents that the actor may read. Pass
    the result to `counts` and `related`. It is empty when the frame shows no version."""
    with db.read() as session:
        return citations.doubtful(session, actor, found.version_id)


def counts(actor: Actor, found: DocumentFrame, known: relations.Doubtful) -> RelationCounts:
    """Count the relations that the tab of relations shows. Pass as `known` the result of `doubtful`."""
    with db.read() as session:
        return relations.counts(session, actor, found.document, found.version_id, known)


def load(actor: Actor, document_id: int, version_no: int | None = None) -> DocumentPage:
    """Load a document with the provisions, citations and relations of the version `version_no`; None means the newest one
    that the actor may see. Raises NotFound when the actor may not read the document or see this version."""
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
    """Load the provisions of the version `version_id` in reading order. Their own texts are loaded only when `words` is
    set. Empty when `version_id` is None."""
    columns = (
        Provision.anchor, Provision.parent, Provision.kind, Provision.label, Provision.title, Provision.start,
        Provision.end, *((Provision.text,) if words else ()),
    )  # fmt: skip
    query = select(*columns).where(Provision.version_id == version_id).order_by(Provision.position)
    return tuple(ProvisionExtent(*row) for row in session.execute(query))


def outline_of(actor: Actor, found: DocumentFrame) -> tuple[ProvisionExtent, ...]:
    """Load the provisions of the version in the frame `found`, in reading order and without texts. Empty when it shows no
    version. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        return places(session, found.version_id)


def count_citations(actor: Actor, found: DocumentFrame) -> int:
    """Count the citations of the version in `found`; 0 when the frame shows no version. Raises Denied when the actor's
    roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        return citations.count(session, found.version_id)


def cited(
    actor: Actor, found: DocumentFrame, anchors: Collection[str] = (), within: range | None = None
) -> list[CitedDocument]:
    """Load the citations of the shown version, each with the document that it means. Empty when no version is shown.
    `within` limits them to a range of the text, in characters; the frame must have the text. `anchors` are the
    provisions in this range: a citation not found in the text counts when its provision is among them."""
    with db.read() as session:
        if within is None:
            rows = citations.of_version(session, found.version_id)
        else:
            rows = citations.standing_in(session, found.version_id, anchors, found.text, within)
        return targets.resolve(session, actor, rows)


def related(
    actor: Actor, found: DocumentFrame, known: relations.Doubtful, lists: Iterable[str], span: RowSpan
) -> Related:
    """Load the rows in `span` of each list of relations named in `lists`: "out", "in", "copies" or "missing". Other
    lists are empty. Pass as `known` the result of `doubtful`. `counts` tells the full length of "missing"."""
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
    """Load one page of the versions of a document that the actor may see, the newest first. Returns (versions, their
    count on all pages). Raises NotFound when the actor may not read the document."""
    guard.get(actor, document_id)
    with db.read() as session:
        return _versions(session, actor, document_id, VERSIONS_PAGE, (page - 1) * VERSIONS_PAGE)


def numbers(actor: Actor, version_ids: set[int]) -> dict[int, int]:
    """Load the version numbers of the versions `version_ids`, by version id. Raises Denied when roles may not read documents."""
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
