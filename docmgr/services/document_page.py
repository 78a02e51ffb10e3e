"""All that a document's page, `show` and exports need, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer

from docmgr import db
from docmgr.models import Citation, Document, Folder, Provision, Version
from docmgr.policy import Actor, require
from docmgr.services import access, documents, folders, relations, versions
from docmgr.services.errors import NotFound
from docmgr.services.relations import CitedDocument, MissingDocument, RelatedDocument


@dataclass(frozen=True)
class DocumentPage:
    """A document as one version shows it.

    `version` is None where a secrecy stamp had it removed, or where the actor may not see it before it is read.
    `latest`: no newer one is for the actor; `unread`: a newer one waits to be read. `versions`: those for the actor.
    """

    document: Document
    version: Version | None
    versions: tuple[Version, ...]
    latest: bool
    unread: bool
    provisions: tuple[Provision, ...]
    citations: tuple[CitedDocument, ...]
    missing: tuple[MissingDocument, ...]
    relations: tuple[RelatedDocument, ...]
    folder_path: tuple[Folder, ...]
    may_edit: bool


def load(actor: Actor, document_id: int, version_no: int | None = None) -> DocumentPage:
    """The page of a readable document; `version_no` None is the newest that is for the actor.

    Raises NotFound, also for the number of a version that was not read yet and that somebody else uploaded.
    """
    require(actor, "document:read")
    with db.read() as session:
        query = (
            select(Document)
            .where(Document.id == document_id, access.visible(actor))
            .options(selectinload(Document.versions))
        )
        document = session.scalar(query)
        if document is None:
            raise NotFound
        now = versions.shown_now(actor, document)
        seen = tuple(version for version in document.versions if versions.may_see(actor, version))
        version = now if version_no is None else next((one for one in seen if one.no == version_no), None)
        if version is None and version_no is not None:
            raise NotFound
        _load_text(session, version)
        version_id = version.id if version else None
        provisions = session.scalars(
            select(Provision).where(Provision.version_id == version_id).order_by(Provision.position)
        ).all()
        citations = session.scalars(
            select(Citation).where(Citation.version_id == version_id).order_by(Citation.position)
        ).all()
        cited = tuple(relations.resolve(session, actor, citations))
        return DocumentPage(
            document=document,
            version=version,
            versions=seen,
            latest=version is now,
            unread=any(one.no == document.current_no for one in document.versions if one not in seen),
            provisions=tuple(provisions),
            citations=cited,
            missing=relations.missing(cited),
            relations=relations.of_document(session, actor, document, cited),
            folder_path=tuple(folders.path(session, document.folder_id, actor)),
            may_edit=documents.may_edit(actor, document.id),
        )


def _load_text(session: Session, version: Version | None) -> None:
    """The text of the one version shown; that of all others stays where it is."""
    if version is not None:
        session.scalar(select(Version).where(Version.id == version.id).options(undefer(Version.text)))
