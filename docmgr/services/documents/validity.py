"""Decide the validity of a document as an actor sees it.

The status is the same for everyone; the documents that caused it are named only to an actor who may read them. The
status is computed from current data by the same code that sets `ended_on`, so that a page never waits for the worker.
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
    """A document that ends the validity of another one. `ending` tells how it does so, from which day and how certain
    that is."""

    document: DocumentRef
    ending: Ending


@dataclass(frozen=True)
class Validity:
    """The validity of a document. `end` is the first day on which it is out of force, whatever the reason, or None.
    `causes` are the documents that end it and that the actor may read, those with the earliest day first."""

    status: Status
    end: dt.date | None
    causes: tuple[Cause, ...]

    @property
    def lone(self) -> bool:
        """Whether the document counts as in force only because nothing is known that ends it: `end` is None and there
        are no causes. Pages then warn that the ending document may be missing in the store."""
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
    """Load which document ended the validity of each of `documents`, as it is stored with them. Keys are the ids
    of the ended documents, values are references to the documents that ended them. A document is left out when no
    document has ended it, or when the actor may not read the one that did. It takes one SQL query for a whole
    list."""
    ended = {document.id: document.ended_by for document in documents if document.ended_by is not None}
    refs = references.documents(session, actor, ended.values())
    return {document_id: refs[cause] for document_id, cause in ended.items() if cause in refs}
