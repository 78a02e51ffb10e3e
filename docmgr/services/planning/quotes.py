"""The words of a document from which a task comes: the quote must occur in the provision of the stored version."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from docmgr.models import Task
from docmgr.policy import Actor
from docmgr.services.documents import references
from docmgr.services.documents.references import ProvisionRef
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext.text import clean_line


class QuoteSource(Protocol):
    """The provision from which a task comes, as the form of the task names it."""

    @property
    def document_id(self) -> int | None:
        """The document."""

    @property
    def version_no(self) -> int | None:
        """The number of its version."""

    @property
    def anchor(self) -> str | None:
        """The provision."""

    @property
    def quote(self) -> str | None:
        """The words; blank for the whole provision."""


def store(session: Session, actor: Actor, task: Task, given: QuoteSource) -> None:
    """Store the source of a task. Raises NotFound when the actor may not read the document, and Invalid when the provision lacks the quote."""
    if task.document_id is not None and not references.documents(session, actor, [task.document_id]):
        # The form did not show the document, so its empty field must not remove it.
        return
    same_place = task.document_id == given.document_id and task.anchor == (given.anchor or None)
    if same_place:
        # The version stays the one that was quoted, even when a newer one exists.
        for kept in references.provisions(session, [(task.version_id, task.anchor)]).values():
            task.quote = _words(kept, given.quote)
        return
    task.document_id, task.version_id, task.anchor, task.quote = given.document_id, None, None, None
    if given.document_id is None:
        return
    _, version, place = references.pin(session, actor, given.document_id, given.anchor, given.version_no)
    task.version_id = version.id if version else None
    if place is not None:
        task.anchor, task.quote = place.anchor, _words(place, given.quote)


def _words(place: ProvisionRef, quote: str | None) -> str:
    """Return `quote`, or the text of `place` if `quote` is None or blank. Raises Invalid when `place` lacks `quote`."""
    wanted = clean_line(quote or "")
    if not wanted:
        return place.words
    if wanted not in clean_line(place.words):
        raise Invalid(Message("Lời trích phải có nguyên văn trong điều khoản; để trống để lấy cả điều khoản."), "quote")
    return wanted
