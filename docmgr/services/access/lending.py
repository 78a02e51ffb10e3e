"""What a share link or the public page shows to those who open it, as an SQL condition: the part of the read rule for visitors without an account.

A visitor has no access keys of their own. The link lends those of its maker for one document, or for what is in one case
file, and only for documents that are published and that the program has looked through. rule.readable applies it, so
that a visitor gets documents by the same guard as everybody else, and nothing besides.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from docmgr.models import AccessKey, Attachment, CaseDocument, Document, File, RecognisedPage, Version
from docmgr.policy import Lent
from docmgr.services.access import pending, published, versions

# While a document is in one of these states, nobody has yet looked for a secrecy stamp in all of its newest version.
UNREAD = ("waiting", "reading", "recognising")
# Reasons of files that have no words, but were looked through, and of files inside that nobody could look into.
WORDLESS = ("no_words", "ocr_nothing", "empty")
CLOSED = ("encrypted", "broken", "too_large", "nested", "archive")
# The access lists on which one of the keys `held` may read.
READ_LISTS = select(AccessKey.list_id).where(AccessKey.right == "read", AccessKey.key.in_(bindparam("held", expanding=True))).distinct()


def holds(keys: Collection[str], right: str) -> ColumnElement[bool]:
    """Return an SQL condition on Document: one of the access keys has the right "read" or "edit" on the document,
    and keeps it by what is pending."""
    return _holds(frozenset(keys), right)


def lists(keys: Collection[str], right: str, list_id: Any) -> ColumnElement[bool]:
    """Return an SQL condition: one of the access keys has the right "read" or "edit" on the access list with the id `list_id`, which
    is a column. What is pending is not asked."""
    held = select(AccessKey.list_id).where(AccessKey.list_id == list_id, AccessKey.right == right, AccessKey.key.in_(sorted(keys)))
    return exists(held)


# A page has the condition in dozens of its queries, and making it anew takes longer than most of them.
@lru_cache(maxsize=256)
def _holds(keys: frozenset[str], right: str) -> ColumnElement[bool]:
    return and_(lists(keys, right, Document.access_list_id), ~pending.refuses(keys, right))


def reaches(lent: Lent) -> ColumnElement[bool]:
    """Return an SQL condition on Document: a link, or the public page, that lends `lent` shows the document now, unless it is in the recycle bin."""
    if lent.made_public:
        # What only has a stamp of secrecy so far is withheld soon.
        open_ = Document.secrecy.is_(None) & (Document.state != "withheld")
        return and_(showable(), published.now(), open_, holds(lent.keys, "read"))
    if lent.document_id is not None:
        return and_(Document.id == lent.document_id, holds(lent.keys, "edit"), showable())
    held = aliased(CaseDocument)
    inside = select(held.case_id).where(held.case_id == lent.case_id, held.document_id == Document.id).correlate(Document)
    return and_(inside.exists(), holds(lent.keys, "read"), showable())


@lru_cache(maxsize=1)
def showable() -> ColumnElement[bool]:
    """Return an SQL condition on Document: people outside may be shown it at all. It is published, and its newest version was
    read, with all that is inside its files, and is not withheld."""
    newest = aliased(Version)
    read = select(newest.id).where(newest.document_id == Document.id, newest.no == Document.current_no)
    read = read.where(_looked_through(newest), ~versions.waits_inside(newest.id), ~_closed_inside(newest.id)).correlate(Document)
    return and_(Document.workflow == "published", Document.state.not_in(UNREAD), read.exists())


def _looked_through(version: Any) -> ColumnElement[bool]:
    """Return an SQL condition on an alias of Version: its file was read as a whole, also the pages that are pictures."""
    recognised = select(func.count()).where(RecognisedPage.version_id == version.id).correlate(version).scalar_subquery()
    pictures = or_(version.picture_pages.is_(None), func.json_array_length(version.picture_pages) <= recognised)
    return and_(or_(version.outcome == "text", version.reason_code.in_(WORDLESS)), pictures)


def _closed_inside(version_id: Any, levels: int = versions.NESTED) -> ColumnElement[bool]:
    """Return an SQL condition: nobody could look into a file inside the files of the version with this id, or inside that file."""
    inner, inside = aliased(Version), aliased(Attachment)
    closed = ~_looked_through(inner) if levels == 1 else or_(~_looked_through(inner), _closed_inside(inner.id, levels - 1))
    held = select(inside.id).outerjoin(File, File.sha256 == inside.sha256)
    held = held.outerjoin(inner, and_(inner.id == File.version_id, inner.document_id == inside.document_id))
    held = held.where(inside.version_id == version_id, or_(inside.reason_code.in_(CLOSED), and_(inner.id.is_not(None), closed)))
    return held.correlate_except(inside, inner, File).exists()
