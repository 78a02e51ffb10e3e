"""Which versions of a document somebody is shown, and which bytes are served at all.

A version that was not read yet may bear a secrecy stamp that nobody has seen: until its reading has an outcome it is
for whoever uploaded it alone, and everybody else goes on with the version read before it. Bytes that are known as
secret are for nobody, whatever document they hang on.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from docmgr.models import Document, File, Version, WithheldBytes
from docmgr.policy import Actor


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Version: it was read, or the actor uploaded it. Rights on the document are not looked at here."""
    if actor.user_id is not None:
        own: ColumnElement[bool] = Version.created_by == actor.user_id
    else:
        # What the command line stored bears no person's number; a visitor has uploaded nothing.
        own = Version.created_by.is_(None) if actor.everything else false()
    return or_(Version.outcome.is_not(None), own)


def may_see(actor: Actor, version: Version) -> bool:
    """`seen_by` in Python, for versions that are loaded already."""
    if version.outcome is not None:
        return True
    return version.created_by == actor.user_id and (actor.user_id is not None or actor.everything)


def not_secret() -> ColumnElement[bool]:
    """SQL condition on File: its bytes are not known as secret."""
    return ~exists().where(WithheldBytes.sha256 == File.sha256)


def is_current() -> ColumnElement[bool]:
    """SQL condition on Version joined with its Document: the newest that was read, as `of_words` has it."""
    other = aliased(Version)
    read = select(func.max(other.no)).where(other.document_id == Document.id, other.outcome.is_not(None))
    return Version.no == func.coalesce(read.correlate(Document).scalar_subquery(), Document.current_no)


def newest(session: Session, document: Document) -> Version | None:
    """The newest version; None where a secrecy stamp had it removed."""
    return session.scalar(
        select(Version).where(Version.document_id == document.id, Version.no == document.current_no)
    )


def numbered(session: Session, actor: Actor, document: Document, no: int) -> Version | None:
    """The version with this number, where it is for the actor."""
    found = session.scalar(select(Version).where(Version.document_id == document.id, Version.no == no))
    return found if found is not None and may_see(actor, found) else None


def shown_now(session: Session, actor: Actor, document: Document, newest: Version | None) -> Version | None:
    """The version that the document's page shows the actor unless another one is asked for.

    The newest one, or, while that is not for the actor yet, the newest before it that is; None where there is none, or
    where a secrecy stamp had the newest one removed.
    """
    if newest is None or may_see(actor, newest):
        return newest
    own = select(Version).where(Version.document_id == document.id, seen_by(actor))
    return session.scalar(own.order_by(Version.no.desc()).limit(1))


def of_words(session: Session, document: Document, no: int | None = None) -> Version | None:
    """The version whose words count: the one with this number, else the newest that was read (or waits as the first)."""
    own = select(Version).where(Version.document_id == document.id)
    version = session.scalar(own.where(Version.no == (document.current_no if no is None else no)))
    if no is not None or version is None or version.outcome is not None:
        return version
    read = (
        own.where(Version.no < version.no, Version.outcome.is_not(None)).order_by(Version.no.desc()).limit(1)
    )
    return session.scalar(read) or version
