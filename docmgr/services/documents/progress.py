"""How far a document is on its way from upload to being findable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from docmgr import db
from docmgr.models import Document
from docmgr.policy import STATES, Actor
from docmgr.services.access import rule


@dataclass(frozen=True)
class UploadState:
    """Where a document is on its way to being findable, with a sentence for people."""

    document_id: int
    state: str
    reason: str | None
    sentence: str
    label: str


def states(actor: Actor, ids: Sequence[int]) -> list[UploadState]:
    """How far these documents are, those that the actor may read, at most 500; records nothing."""
    with db.read() as session:
        query = select(Document).where(Document.id.in_(list(ids)[:500]), rule.visible(actor))
        return [
            UploadState(d.id, d.state, d.reason, state_sentence(d), d.label)
            for d in session.scalars(query.order_by(Document.id))
        ]


def state_sentence(document: Document) -> str:
    """What happened to the document and what is next, in Vietnamese."""
    if document.reason:
        return document.reason
    if document.state == "findable" and document.confirmed_at is None:
        unsure = sum(1 for fact in document.facts if not fact.confirmed and fact.value)
        return f"Đã tìm kiếm được; cần xác nhận {unsure} mục." if unsure else "Đã tìm kiếm được; cần xác nhận thông tin."
    sentences = {
        "waiting": "Đã lưu, đang chờ đọc…",
        "reading": "Đã lưu, đang đọc…",
        "indexing": "Đã đọc, đang đưa vào chỉ mục…",
        "findable": "Đã tìm kiếm được.",
    }
    return sentences.get(document.state, STATES[document.state])


# States of a document on its way from upload to being findable; the others are ends.
BUSY_STATES = frozenset({"waiting", "reading", "indexing"})
