"""Make versions look as an older generation of the readers left them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from docmgr import db
from docmgr.models import (
    Citation,
    Document,
    DocumentFact,
    KeptReading,
    Provision,
    Signature,
    TrailEvent,
    Version,
)


def version_of(document_id: int, no: int | None = None) -> Version:
    """A version of the document with its text; the newest one by default."""
    db.release()
    with db.read() as session:
        query = select(Version).where(Version.document_id == document_id).order_by(Version.no.desc())
        version = session.scalars(query.where(Version.no == no) if no else query).first()
        assert version is not None
        # The text is loaded only when it is asked for, and the session ends here.
        session.refresh(version, ["text"])
        return version


def age(document_id: int, no: int | None = None, **values: Any) -> None:
    """Let a version have been read before generations were counted, with these other values of its columns."""
    version = version_of(document_id, no)
    with db.write() as session:
        session.execute(update(Version).where(Version.id == version.id).values(reader=None, **values))


def age_text(document_id: int, old: str, new: str) -> None:
    """Let the older reader have read `new` in the place of `old`, in the text and in the provisions."""
    version = version_of(document_id)
    age(document_id, text=(version.text or "").replace(old, new))
    with db.write() as session:
        for provision in session.scalars(select(Provision).where(Provision.version_id == version.id)):
            provision.text = provision.text.replace(old, new)


def age_anchors(document_id: int, anchors: dict[str, str]) -> None:
    """Let the older reader have given other anchors: the present one → the old one, also in the anchors below it."""
    version = version_of(document_id)
    age(document_id)
    with db.write() as session:
        for row in session.scalars(select(Provision).where(Provision.version_id == version.id)):
            for new, old in anchors.items():
                for name in ("anchor", "parent"):
                    value = getattr(row, name)
                    if value == new or (value or "").startswith(f"{new}."):
                        setattr(row, name, old + value[len(new) :])


def age_unread(document_id: int, reason: str = "unsupported", kind: str = "unknown") -> None:
    """Let the older reader have found nothing, because it did not know this kind of file."""
    version = version_of(document_id)
    age(document_id, outcome="unreadable", reason_code=reason, text=None, health="none")
    with db.write() as session:
        for table in (Provision, Citation, Signature):
            session.execute(delete(table).where(table.version_id == version.id))
        document = session.get_one(Document, document_id)
        document.state, document.reason_code = "unreadable", reason
        for file in session.get_one(Version, version.id).files:
            file.kind = kind


def fact(document_id: int, field: str) -> DocumentFact:
    """One fact of the document."""
    db.release()
    with db.read() as session:
        return session.get_one(DocumentFact, (document_id, field))


def kept_of(document_id: int) -> KeptReading | None:
    """The note that the old reading of the newest version was kept, or None."""
    version = version_of(document_id)
    with db.read() as session:
        return session.get(KeptReading, version.id)


def anchors_of(document_id: int) -> list[str]:
    """The anchors of the newest version, in reading order."""
    version = version_of(document_id)
    with db.read() as session:
        query = select(Provision.anchor).where(Provision.version_id == version.id)
        return list(session.scalars(query.order_by(Provision.position)))


def rereadings(document_id: int) -> list[dict[str, Any]]:
    """The details of the events that tell of new readings of the document."""
    db.release()
    with db.read() as session:
        query = select(TrailEvent.details).where(TrailEvent.document_id == document_id, TrailEvent.action == "document:reread")
        return list(session.scalars(query.order_by(TrailEvent.seq)))
