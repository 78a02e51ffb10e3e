"""What a reader is told of a document's force: its status for everyone, and each cause that this reader may read.

The status is worked out anew from what is so now, by the rule that `ended_on` is kept by; a page never waits for that.
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
    """A document that ends this one, and how sure that is."""

    document: DocumentRef
    ending: Ending


@dataclass(frozen=True)
class Validity:
    """`end`: the first day out of force, whatever ends it; `causes`: those that the reader may read, the earliest first;
    `lone`: in force as far as the store knows, which holds no document that would end it."""

    status: Status
    end: dt.date | None
    causes: tuple[Cause, ...]

    @property
    def lone(self) -> bool:
        """Whether only the first day in force is known."""
        return self.status.code == validity.IN_FORCE and self.end is None and not self.causes


def of(actor: Actor, document: Document, day: dt.date | None = None) -> Validity:
    """The force of a document that the actor may read, today or on another day."""
    with db.read() as session:
        found = endings.of(session, [document.id]).get(document.id, ())
        counting = endings.first(found)
        ended = validity.earliest(document.effective_to, counting.day if counting else None)
        told = validity.status_between(document.effective_from, ended, day or dates.today())
        refs = references.documents(session, actor, [one.cause_id for one in found])
        causes = tuple(Cause(refs[one.cause_id], one) for one in found if one.cause_id in refs)
        return Validity(told, ended, causes)


def kept_causes(session: Session, actor: Actor, documents: Iterable[Document]) -> dict[int, DocumentRef]:
    """What ended each of the documents of a list, as far as the actor may read it; one query."""
    ended = {document.id: document.ended_by for document in documents if document.ended_by is not None}
    refs = references.documents(session, actor, ended.values())
    return {document_id: refs[cause] for document_id, cause in ended.items() if cause in refs}
