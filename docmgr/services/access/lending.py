"""What a share link shows to those who open it, as an SQL condition: the part of the read rule for visitors without an account.

A visitor has no access keys of their own. The link lends those of its maker for one document, or for what is in one case
file, and only for documents that are published and that the program has looked through. rule.readable applies it, so
that a visitor gets documents by the same guard as everybody else, and nothing besides.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased

from docmgr.models import AccessKey, CaseDocument, Document, Version
from docmgr.policy import Lent
from docmgr.services.access import versions

# While a document is in one of these states, nobody has yet looked for a secrecy stamp in all of its newest version.
UNREAD = ("waiting", "reading", "recognising")
# How the reading of a version must have ended. Nobody could look into a file that is unreadable.
READ = ("text", "no_text")


def holds(keys: Collection[str], right: str) -> ColumnElement[bool]:
    """Return an SQL condition on Document: one of the access keys has the right "read" or "edit" on the document."""
    return exists(
        select(AccessKey.list_id).where(
            AccessKey.list_id == Document.access_list_id,
            AccessKey.right == right,
            AccessKey.key.in_(sorted(keys)),
        )
    )


def reaches(lent: Lent) -> ColumnElement[bool]:
    """Return an SQL condition on Document: a link that lends `lent` shows the document now, unless it is in the recycle bin."""
    if lent.document_id is not None:
        return and_(Document.id == lent.document_id, holds(lent.keys, "edit"), showable())
    held = aliased(CaseDocument)
    inside = select(held.case_id).where(held.case_id == lent.case_id, held.document_id == Document.id).correlate(Document)
    return and_(inside.exists(), holds(lent.keys, "read"), showable())


def showable() -> ColumnElement[bool]:
    """Return an SQL condition on Document: people outside may be shown it at all. It is published, and its newest version was
    read, with all that is inside its files, and is not withheld."""
    newest = aliased(Version)
    read = select(newest.id).where(newest.document_id == Document.id, newest.no == Document.current_no)
    read = read.where(newest.outcome.in_(READ), ~versions.waits_inside(newest.id)).correlate(Document)
    return and_(Document.workflow == "published", Document.state.not_in(UNREAD), read.exists())
