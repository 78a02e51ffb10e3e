"""Decide whether a document is in force, and name the documents that ended it.

The status is the same for everyone. The documents that caused it are named only to an actor who may read them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.relations import endings
from docmgr.services.relations.endings import Ending
from legaltext import dates, validity
from legaltext.validity import Status


@dataclass(frozen=True)
class Cause:
    """A document that ends the validity of another one. `ending` tells how, from which day and how certainly."""

    document: DocumentRef
    ending: Ending


@dataclass(frozen=True)
class Validity:
    """The validity of a document. `end` is the first day on which it is out of force, or None. `causes` are the
    documents that end it, the earliest day first. Documents that the actor may not read are left out."""

    status: Status
    end: dt.date | None
    causes: tuple[Cause, ...]

    @property
    def lone(self) -> bool:
        """Whether the document is in force, with no `end` and no `causes`. Pages then warn that a document that ended
        it may be missing in the store."""
        return self.status.code == validity.IN_FORCE and self.end is None and not self.causes


def of(actor: Actor, document: Document, day: dt.date | None = None) -> Validity:
    """Decide the validity of a document on the day `day`; None means today. The caller has checked that the actor may
    read the document."""
    with db.read() as session:
        found = endings.of(session, [document.id]).get(document.id, ())
        counting = endings.first(found)
        ended = validity.earliest(document.effective_to, counting.day if counting else None)
        told = validity.status_between(document.effective_from, ended, day or dates.today())
        refs = references.documents(session, actor, [one.cause_id for one in found])
        causes = tuple(Cause(refs[one.cause_id], one) for one in found if one.cause_id in refs)
        return Validity(told, ended, causes)


def kept_causes(session: Session, actor: Actor, documents: Iterable[Document]) -> dict[int, DocumentRef]:
    """Load the document that ended the validity of each of `documents`. Returns references to the ending documents, by
    id of the ended document. A document is left out when nothing has ended it, or when the actor may not read the
    ending document."""
    ended = {document.id: document.ended_by for document in documents if document.ended_by is not None}
    refs = references.documents(session, actor, ended.values())
    return {document_id: refs[cause] for document_id, cause in ended.items() if cause in refs}
