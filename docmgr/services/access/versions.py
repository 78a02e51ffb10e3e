"""Decide which versions of a document a person sees, and which bytes may be sent at all.

A version that the worker has not yet read may have a secrecy stamp that nobody has seen. Until it has been read, only
its uploader sees it, and everybody else sees the last version that was read. Bytes that are known to be secret are
sent to nobody, whatever document they belong to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from docmgr.models import Attachment, Document, File, Version, WithheldBytes
from docmgr.policy import Actor

# A file inside a file is unpacked, and one inside that, but none deeper.
NESTED = 2


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Version: the worker has read the version, or the actor uploaded it. The rights on
    its document are not part of the condition."""
    return or_(Version.outcome.is_not(None), _own(actor))


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.user_id is not None:
        return Version.created_by == actor.user_id
    # Versions stored by the command line have no uploader's id, and a visitor has uploaded nothing.
    return Version.created_by.is_(None) if actor.everything else false()


def may_see(actor: Actor, version: Version) -> bool:
    """Whether the actor may see the version: the worker has read it, or the actor uploaded it. The rights on its
    document are not checked."""
    if version.outcome is not None:
        return True
    return version.created_by == actor.user_id and (actor.user_id is not None or actor.everything)


def looked_through(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Version: the actor uploaded it, or no file inside its files still waits to be read. An
    attachment of a mail is such a file. It may have a secrecy stamp that nobody has seen."""
    return or_(_own(actor), ~waits_inside(Version.id))


def waits_inside(version_id: Any, levels: int = NESTED) -> ColumnElement[bool]:
    """Return an SQL condition: a file inside the files of the version with this id is not read yet, or one inside
    that file. `levels` is how deep to look."""
    inner = aliased(Version)
    waits = inner.outcome.is_(None) if levels == 1 else or_(inner.outcome.is_(None), waits_inside(inner.id, levels - 1))
    inside = aliased(Attachment)
    held = select(inside.id).join(File, File.sha256 == inside.sha256).join(inner, inner.id == File.version_id)
    held = held.where(inside.version_id == version_id, inner.document_id == inside.document_id, waits)
    return held.correlate_except(inside, inner, File).exists()


def not_secret() -> ColumnElement[bool]:
    """Return an SQL condition on File: the bytes of the file are not known to be secret."""
    return ~exists().where(WithheldBytes.sha256 == File.sha256)


def file_seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on File: the worker has looked for a secrecy stamp in it, or the actor added it. The rights
    on its document and version are not part of the condition."""
    return or_(File.waits.is_(False), File.created_by == actor.user_id) if actor.user_id is not None else _settled(actor)


def _settled(actor: Actor) -> ColumnElement[bool]:
    return or_(File.waits.is_(False), File.created_by.is_(None)) if actor.everything else File.waits.is_(False)


def is_first() -> ColumnElement[bool]:
    """Return an SQL condition on File: it is the first file of its version, the source of its text. Whatever is stored by
    the pages of a version means the pages of this file: recognised words, and pages that were turned."""
    own = aliased(File)
    first = select(func.min(own.id)).where(own.version_id == File.version_id).correlate(File)
    return File.id == first.scalar_subquery()


def files_of(actor: Actor, version: Version) -> tuple[File, ...]:
    """List the files of a version that the actor may see, the first one first. A further file that the worker has not yet
    read is shown to its uploader alone. Rights on the document and on the version are not checked."""
    own = actor.user_id is not None or actor.everything
    return tuple(file for file in version.files if not file.waits or (own and file.created_by == actor.user_id))


def is_current() -> ColumnElement[bool]:
    """Return an SQL condition on Version joined with its Document: the version is the newest one that the worker has
    read. When none has been read, it is the newest one."""
    other = aliased(Version)
    read = select(func.max(other.no)).where(other.document_id == Document.id, other.outcome.is_not(None))
    return Version.no == func.coalesce(read.correlate(Document).scalar_subquery(), Document.current_no)


def newest(session: Session, document: Document) -> Version | None:
    """Load the newest version of the document. None when it was removed because of a secrecy stamp, even if older
    versions remain."""
    return session.scalar(
        select(Version).where(Version.document_id == document.id, Version.no == document.current_no)
    )


def numbered(session: Session, actor: Actor, document: Document, no: int) -> Version | None:
    """Load the version of the document with the version number `no`. None when there is no such version or the actor
    may not see it."""
    found = session.scalar(select(Version).where(Version.document_id == document.id, Version.no == no))
    return found if found is not None and may_see(actor, found) else None


def shown_now(session: Session, actor: Actor, document: Document, newest: Version | None) -> Version | None:
    """Choose the version that the document's page shows to the actor by default. This is the newest version that the
    actor may see. Pass as `newest` the result of the function `newest`. Returns None when the newest version was
    removed, or when the actor may see no version."""
    if newest is None or may_see(actor, newest):
        return newest
    own = select(Version).where(Version.document_id == document.id, seen_by(actor))
    return session.scalar(own.order_by(Version.no.desc()).limit(1))


def of_words(session: Session, document: Document, no: int | None = None) -> Version | None:
    """Choose the version of a document to whose text search results, tasks and links refer. With a version number `no`,
    this is the version with that number. Without `no`, it is the newest version that the worker has read. When none has
    been read, it is the newest version. None when there is no such version, or when the newest one was removed because
    of a secrecy stamp."""
    own = select(Version).where(Version.document_id == document.id)
    version = session.scalar(own.where(Version.no == (document.current_no if no is None else no)))
    if no is not None or version is None or version.outcome is not None:
        return version
    read = (
        own.where(Version.no < version.no, Version.outcome.is_not(None)).order_by(Version.no.desc()).limit(1)
    )
    return session.scalar(read) or version
