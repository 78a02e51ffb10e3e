"""All that a document's page, `show` and exports need, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from docmgr import db
from docmgr.models import Citation, Document, Folder, Provision, Version
from docmgr.policy import Actor, require
from docmgr.services import access, documents, folders, relations
from docmgr.services.errors import NotFound
from docmgr.services.relations import CitedDocument, MissingDocument, RelatedDocument


@dataclass(frozen=True)
class DocumentPage:
    """A document as one version shows it; `version` is None where a secrecy stamp had it removed."""

    document: Document
    version: Version | None
    latest: bool
    provisions: tuple[Provision, ...]
    citations: tuple[CitedDocument, ...]
    missing: tuple[MissingDocument, ...]
    relations: tuple[RelatedDocument, ...]
    folder_path: tuple[Folder, ...]
    may_edit: bool


def load(actor: Actor, document_id: int, version_no: int | None = None) -> DocumentPage:
    """The page of a readable document; `version_no` None is the newest. Raises NotFound."""
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
        wanted = document.current_no if version_no is None else version_no
        version = session.scalar(
            select(Version).where(Version.document_id == document.id, Version.no == wanted).options(undefer(Version.text))
        )
        if version is None and version_no is not None:
            raise NotFound
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
            latest=wanted == document.current_no,
            provisions=tuple(provisions),
            citations=cited,
            missing=relations.missing(cited),
            relations=relations.of_document(session, actor, document, cited),
            folder_path=tuple(folders.path(session, document.folder_id, actor)),
            may_edit=documents.may_edit(actor, document.id),
        )
