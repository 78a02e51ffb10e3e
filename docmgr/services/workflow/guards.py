"""The conditions of transitions, by name (words.GUARDS): each says what lacks, or None when it holds."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, Signature, Version
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.registers import lines
from docmgr.services.workflow.definition import Transition
from legaltext.numbers import normalise_number

_SCANS = frozenset({"png", "jpg", "tiff"})

LACKING = {
    "confirmed": "Thông tin của văn bản chưa được xác nhận.",
    "numbered": "Văn bản chưa có số trong sổ văn bản đi; hãy cấp số trước.",
    "agrees": "Số, ngày trong thông tin văn bản khác với sổ: sổ ghi %(number)s ngày %(day)s.",
    "signed": "Chưa có bản PDF ký số hoặc bản chụp đã ký; hãy thêm tệp đã ký vào văn bản.",
    "arrived": "Văn bản chưa có số trong sổ văn bản đến; hãy vào sổ trước.",
}


def require(session: Session, document: Document, transition: Transition) -> None:
    """Raise Invalid with what lacks when a condition of the transition does not hold for the document."""
    for name in transition.guards:
        lacking = _GUARDS[name](session, document)
        if lacking is not None:
            raise Invalid(lacking)


def _confirmed(_session: Session, document: Document) -> Message | None:
    return None if document.confirmed_at is not None else Message(LACKING["confirmed"])


def _numbered(session: Session, document: Document) -> Message | None:
    return None if lines.issued(session, document.id, "outgoing") is not None else Message(LACKING["numbered"])


def _arrived(session: Session, document: Document) -> Message | None:
    return None if lines.issued(session, document.id, "incoming") is not None else Message(LACKING["arrived"])


def _agrees(session: Session, document: Document) -> Message | None:
    entry = lines.issued(session, document.id, "outgoing")
    if entry is None:
        return Message(LACKING["numbered"])
    if normalise_number(document.number or "") == normalise_number(entry.symbol or "") and document.issued_on == entry.dated_on:
        return None
    return Message(LACKING["agrees"], number=entry.symbol or "", day=f"{entry.dated_on:%d/%m/%Y}")


def _signed(session: Session, document: Document) -> Message | None:
    """A signed copy is a PDF with an electronic signature, a picture, a PDF without text of its own, or a PDF that was added
    beside the file with the text."""
    newest = session.scalar(select(Version).where(Version.document_id == document.id).order_by(Version.no.desc()).limit(1))
    if newest is None:
        return Message(LACKING["signed"])
    first, *others = newest.files or (None,)
    scanned = first is not None and first.kind == "pdf" and (newest.outcome == "no_text" or newest.health == "ocr")
    pictured = any(file.kind in _SCANS for file in newest.files) or any(file is not None and file.kind == "pdf" for file in others)
    signed = session.scalar(select(Signature.id).where(Signature.version_id == newest.id).limit(1)) is not None
    return None if scanned or pictured or signed else Message(LACKING["signed"])


_GUARDS: dict[str, Callable[[Session, Document], Message | None]] = {
    "confirmed": _confirmed, "numbered": _numbered, "agrees": _agrees, "signed": _signed, "arrived": _arrived,
}  # fmt: skip
