"""How far a document has come between its upload and the moment when a search finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, RecognisedPage, Version
from docmgr.policy import STATES, Actor
from docmgr.reading.outcomes import REASONS
from docmgr.services.access import rule
from docmgr.services.message import Message


@dataclass(frozen=True)
class UploadState:
    """How far a document has come between its upload and the moment when a search finds it. `state` is a key of
    policy.STATES. `sentence` tells it to people in Vietnamese. `reason` says why the document cannot be searched, or
    is None when nothing prevents it. `label` names the document, and `file_name` is the name of its
    newest file, or the label when it has none. `confirmed` tells whether a person has confirmed its facts."""

    document_id: int
    state: str
    reason: Message | None
    sentence: Message
    label: str
    file_name: str
    confirmed: bool


def states(actor: Actor, ids: Sequence[int]) -> list[UploadState]:
    """Load the upload states of the documents with these ids that the actor may read, ascending by id. Only the first 500
    ids count. No event is recorded."""
    with db.read() as session:
        query = select(Document).where(Document.id.in_(list(ids)[:500]), rule.visible(actor))
        return of_documents(session, session.scalars(query.order_by(Document.id)).all())


def of_documents(session: Session, documents: Sequence[Document]) -> list[UploadState]:
    """Make the upload states of loaded documents, in the same order. The number of queries does not grow with them."""
    recognised = _recognised(session, [d.id for d in documents if d.state == "recognising"])
    return [
        UploadState(d.id, d.state, reason(d), recognised.get(d.id) or sentence(d), d.label, d.file_name or d.label, d.confirmed_at is not None)
        for d in documents
    ]


def reason(document: Document) -> Message | None:
    """Explain why the document cannot be searched: it has a secrecy stamp, or its file could not be read. Returns
    None when the document can be searched or nobody has tried to read it yet."""
    if document.state == "withheld":
        return withheld_wholly(document.secrecy)
    return reading_reason(document.reason_code)


def reading_reason(code: str | None) -> Message | None:
    """Find the sentence that says why a file was not read or has no text. `code` is a key of
    reading.outcomes.REASONS. Returns None when `code` is None or empty, because then nothing went wrong. Raises
    KeyError for an unknown code."""
    return Message(REASONS[code][1]) if code else None


def withheld(level: str | None) -> Message:
    """Write the sentence that a file was withheld because of a secrecy stamp. `level` is the level of secrecy in
    Vietnamese; None means that the level is not known, and the sentence then names none."""
    if level is None:
        return Message(REASONS["secrecy"][1])
    return Message("Văn bản có dấu chỉ độ mật: hệ thống không giữ tệp và nội dung. (%(level)s)", level=Message(level))


def withheld_wholly(level: str | None) -> Message:
    """Write the full sentence for a document that was withheld because of a secrecy stamp. It asks people to keep the
    paper copy safe. `level` is the level of secrecy in Vietnamese. None gives a short sentence without level."""
    if level is None:
        return withheld(None)
    return Message(
        "Văn bản có dấu chỉ độ mật: hệ thống không giữ tệp và nội dung. (%(level)s) Tệp và chữ đã được gỡ khỏi hệ thống. "
        "Xin bảo quản bản giấy theo quy định về bí mật nhà nước.",
        level=Message(level),
    )


def state(document: Document) -> Message:
    """Write the state of the document in a few words, or why it cannot be searched."""
    return reason(document) or Message(STATES[document.state])


def sentence(document: Document) -> Message:
    """Write a whole sentence about the state of the document and what comes next, or about why it cannot be
    searched."""
    if (why := reason(document)) is not None:
        return why
    if document.state == "findable" and document.confirmed_at is None and document.official:
        return Message("Đã tìm kiếm được; cần xác nhận thông tin.")
    if document.state == "recognising":
        with db.read() as session:
            return _recognised(session, [document.id]).get(document.id) or Message(STATES["recognising"])
    return SENTENCES.get(document.state) or Message(STATES[document.state])


def _recognised(session: Session, ids: Sequence[int]) -> dict[int, Message]:
    """Say by document id how many pages of scans are recognised."""
    if not ids:
        return {}
    query = (
        select(Document.id, Version.pages, func.count(RecognisedPage.number))
        .join(Version, (Version.document_id == Document.id) & (Version.no == Document.current_no))
        .outerjoin(RecognisedPage, RecognisedPage.version_id == Version.id)
        .where(Document.id.in_(ids))
        .group_by(Document.id, Version.pages)
    )
    return {one: _at_page(min(done + 1, pages or 0), pages or 0) for one, pages, done in session.execute(query)}


def _at_page(page: int, pages: int) -> Message:
    return Message("Đã lưu, đang nhận dạng chữ: trang %(page)s/%(pages)s…", page=page, pages=pages)


SENTENCES = {
    "waiting": Message("Đã lưu, đang chờ đọc…"),
    "reading": Message("Đã lưu, đang đọc…"),
    "indexing": Message("Đã đọc, đang đưa vào chỉ mục…"),
    "findable": Message("Đã tìm kiếm được."),
}


# The states of a document between its upload and its being findable; all others are final.
BUSY_STATES = frozenset({"waiting", "reading", "recognising", "indexing"})
