"""Old readings that were kept: a person sees what a new reading would cost, and takes it or keeps the old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docmgr import db, paging
from docmgr.models import Document, KeptReading, Version
from docmgr.policy import Actor, may, require
from docmgr.services import forms
from docmgr.services.access import guard, rule, versions
from docmgr.services.documents.rereading import queue, saving
from docmgr.services.documents.rereading.places import Move
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log

PAGE_ROWS = 50
REASONS = {
    saving.PLACES: "Cách đọc mới sẽ làm mất chỗ mà nhiệm vụ, liên kết hoặc quan hệ đang trỏ tới.",
    saving.NO_TEXT: "Lần đọc lại không ra chữ, nên chữ đã đọc trước đây được giữ.",
    saving.INTERNAL: "Đọc lại không thành công vì lỗi bên trong, nên chữ đã đọc trước đây được giữ.",
}
GONE = Message("Việc này đã có người xử lý.")


@dataclass(frozen=True)
class KeptRow:
    """A version whose old reading was kept. `reason` says why, and `places` is how many places would move."""

    document: Document
    no: int
    reason: Message
    places: int


@dataclass(frozen=True)
class KeptPage:
    """What a new reading would cost one version. `moves` are the places that would move, with the text at the new
    place. `may_take` says whether the new reading can be taken; when reading failed it can only be tried again."""

    document: Document
    no: int
    reason: Message
    moves: tuple[Move, ...]
    may_take: bool


def listed(actor: Actor, page: int = 1) -> tuple[list[KeptRow], int, int]:
    """List the versions that wait for a decision and whose documents the actor may edit, the newest documents first.
    Returns (rows of the page, count on all pages, page number). Raises Denied when the actor's roles may not edit
    documents."""
    require(actor, "document:edit")
    with db.read() as session:
        total = _count(session, actor)
        page, _ = paging.nearest(page, total, PAGE_ROWS)
        query = select(Document, Version.no, KeptReading).select_from(KeptReading).join(Version, Version.id == KeptReading.version_id)
        query = query.join(Document, Document.id == Version.document_id).where(_open(actor))
        found = session.execute(query.order_by(Document.id.desc(), Version.no.desc()).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS))
        return [KeptRow(document, no, Message(REASONS[kept.reason]), len(kept.moves)) for document, no, kept in found], total, page


def count(actor: Actor) -> int:
    """Count the versions that wait for a decision of the actor; 0 when the actor's roles may not edit documents."""
    with db.read() as session:
        return _count(session, actor) if may(actor, "document:edit") else 0


def _count(session: Session, actor: Actor) -> int:
    query = select(func.count(KeptReading.version_id)).join(Version, Version.id == KeptReading.version_id)
    return session.scalar(query.join(Document, Document.id == Version.document_id).where(_open(actor))) or 0


def _open(actor: Actor) -> ColumnElement[bool]:
    return KeptReading.decision.is_(None) & rule.editable(actor)


def waits(actor: Actor, document: Document, version: Version | None) -> bool:
    """Whether the version waits for a decision, and the actor may edit its document."""
    if version is None or not guard.may_edit(actor, document.id):
        return False
    with db.read() as session:
        kept = session.get(KeptReading, version.id)
        return kept is not None and kept.decision is None


def show(actor: Actor, document_id: int, no: int) -> KeptPage:
    """Load what a new reading of the version `no` would cost. Raises Denied or NotFound when the actor may not edit the
    document, and NotFound when this version waits for no decision."""
    with db.read() as session:
        document = guard.editable(session, actor, document_id)
        kept = _kept(session, actor, document, no)
        if kept is None:
            raise NotFound
        moves = tuple(Move(**one) for one in kept.moves)
        return KeptPage(document, no, Message(REASONS[kept.reason]), moves, kept.reason == saving.PLACES)


def _kept(session: Session, actor: Actor, document: Document, no: int) -> KeptReading | None:
    version = versions.numbered(session, actor, document, no)
    kept = session.get(KeptReading, version.id) if version is not None else None
    return kept if kept is not None and kept.decision is None else None


def decide(actor: Actor, document_id: int, no: int, decision: str, shown: Sequence[str] = ()) -> None:
    """Decide about a new reading: "accept" has the file read again, and then the places move as was shown; "keep" leaves
    the old reading until the readers change again. `shown` has the anchors of the places that the person saw.
    Raises Denied or NotFound when the actor may not edit the document. Raises Invalid when somebody has decided
    already, or when other places would move now than were shown."""
    if decision not in (saving.ACCEPT, saving.KEEP):
        raise Invalid(Message("Hãy chọn một mục trong danh sách."))
    with db.write() as session:
        document = guard.for_change(session, actor, document_id)
        kept = _kept(session, actor, document, no)
        if kept is None or (decision == saving.ACCEPT and [one["anchor"] for one in kept.moves] != list(shown)):
            raise Invalid(GONE)
        kept.decision = decision
        if decision == saving.ACCEPT:
            version = session.get_one(Version, kept.version_id)
            version.as_written = kept.as_written
            queue.ask(session, version, "read")
        forms.bump(document)
        action = "version:accept" if decision == saving.ACCEPT else "version:keep"
        log.document_event(session, actor, action, document, {"no": no})
