"""Give an opinion on a provision or on the whole, change it and take it back until the end. What waits for an answer is on the desk.

Of an anonymous consultation no row says whose an opinion is and no event when it was given: rows of one person have the same `pen`, a hash of the
person and a secret that is erased after the end. Locks: the document's row, then the consultation's.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Consultation, ConsultationPerson, Document, Opinion
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard, rule
from docmgr.services.consulting import words
from docmgr.services.documents import references
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log
from docmgr.services.trail.words import PLACE

WHOLE = ""
# Anonymous opinions have ids from here to below twice as much, by chance; keys have 31 bits.
FIRST_ID = 10**9


@dataclass(frozen=True)
class OpinionInput:
    """What the form says. `anchor` is WHOLE for the whole document, and `stance` a key of words.STANCES."""

    anchor: str = WHOLE
    stance: str = ""
    text: str = ""


def save(actor: Actor, consultation_id: int, given: OpinionInput, *, revision: int | None = None) -> int:
    """Store the actor's opinion on a provision or on the whole, instead of a former one there, and return its id. `revision` is that of the
    former opinion when the form was opened; None or 0 means that there was none. Raises Denied, NotFound when the actor is not asked or may
    not read the document, Conflict when it is not open or the opinion was changed meanwhile, and Invalid with the field that is wrong."""
    policy.require(actor, "document:read")
    stance = forms.one_of(given.stance, words.STANCES, "stance")
    text = forms.cleaned(given.text, "text", words.TEXT)
    if stance != "agree" and text is None:
        raise Invalid(Message("Hãy viết ý kiến; chỉ “Đồng ý” mới để trống được."), "text")
    with db.write() as session:
        document, row, person = _asked(session, actor, consultation_id)
        place = _place(session, row, given.anchor)
        pen = pen_of(row, actor)
        mine = Opinion.consultation_id == row.id, Opinion.pen == pen
        opinion = session.scalar(select(Opinion).where(*mine, Opinion.anchor == given.anchor))
        if opinion is not None:
            if revision is not None:
                forms.check_revision(opinion.revision, revision)
            forms.bump(opinion)
        elif (session.scalar(select(func.count(Opinion.id)).where(*mine)) or 0) >= words.MOST_OPINIONS:
            raise Invalid(
                Message("Mỗi người nêu nhiều nhất %(most)s ý kiến trong một đợt.", most=words.MOST_OPINIONS)
            )
        action = "consultation:answer" if opinion is None else "consultation:change"
        # The ids of anonymous ones tell no order of time.
        numbered = {"id": FIRST_ID + secrets.randbelow(FIRST_ID)} if row.anonymous else {}
        opinion = opinion or Opinion(**numbered, consultation_id=row.id, anchor=given.anchor, pen=pen)
        opinion.stance, opinion.text = stance, text
        if not row.anonymous:
            opinion.user_id, opinion.given_at = actor.user_id, db.now()
        session.add(opinion)
        person.answered = True
        session.flush()
        # Beside the readings of the same minute, an event would say whose an anonymous opinion is.
        if not row.anonymous:
            details = {"consultation": row.id, **({PLACE: place} if place else {})}
            log.document_event(session, actor, action, document, details)
        return opinion.id


def withdraw(actor: Actor, consultation_id: int, anchor: str, *, revision: int) -> None:
    """Take the actor's opinion on a provision or on the whole back, while people may answer. Who has none left has not answered. Raises Denied, NotFound when the
    actor is not asked, may not read the document or has no opinion there, and Conflict when it is not open or the opinion was changed meanwhile."""
    policy.require(actor, "document:read")
    with db.write() as session:
        document, row, person = _asked(session, actor, consultation_id)
        mine = Opinion.consultation_id == row.id, Opinion.pen == pen_of(row, actor)
        opinion = session.scalar(select(Opinion).where(*mine, Opinion.anchor == anchor))
        if opinion is None:
            raise NotFound
        forms.check_revision(opinion.revision, revision)
        place = references.provisions(session, [(row.version_id, anchor)]).get((row.version_id or 0, anchor))
        session.delete(opinion)
        session.flush()
        person.answered = session.scalar(select(Opinion.id).where(*mine).limit(1)) is not None
        if not row.anonymous:
            log.document_event(session, actor, "consultation:withdraw", document, {"consultation": row.id, **({PLACE: place.label[:300]} if place else {})})


def pen_of(row: Consultation, actor: Actor) -> str:
    """What tells the opinions of one person apart; "" when that cannot be told any more."""
    if not row.anonymous:
        return f"user:{actor.user_id}"
    return (
        hmac.new(row.salt.encode(), str(actor.user_id).encode(), hashlib.sha256).hexdigest()
        if row.salt
        else ""
    )


def _asked(
    session: Session, actor: Actor, consultation_id: int
) -> tuple[Document, Consultation, ConsultationPerson]:
    """Lock what an answer needs: nobody withholds the document, closes the consultation or answers it meanwhile."""
    held = forms.loaded(session, Consultation, consultation_id)
    guard.locked(session, held.document_id)
    document = guard.readable(session, actor, held.document_id)
    row = forms.locked(session, Consultation, consultation_id)
    asked = ConsultationPerson.consultation_id == row.id, ConsultationPerson.user_id == actor.user_id
    person = session.scalar(select(ConsultationPerson).where(*asked))
    if person is None:
        raise NotFound
    if document.state == "withheld" or row.version_id is None:
        raise Conflict(words.WITHHELD)
    if (state := words.state_of(row)) != "open":
        raise Conflict(words.OVER if state == "over" else words.NOT_YET)
    return document, row, person


def _place(session: Session, row: Consultation, anchor: str) -> str | None:
    """The name of the provision, None for the whole. Raises Invalid when the version has no such provision."""
    if anchor == WHOLE:
        return None
    found = references.provisions(session, [(row.version_id, anchor)]).get((row.version_id or 0, anchor))
    if found is None:
        raise Invalid(Message("Văn bản không có điều khoản này; hãy chọn lại trong danh sách."), "anchor")
    return found.label[:300]


def count(actor: Actor) -> int:
    """Count the consultations that wait for the actor. 0 when their roles may not read documents."""
    if not policy.may(actor, "document:read"):
        return 0
    with db.read() as session:
        return session.scalar(_waiting(actor, select(func.count(Consultation.id)))) or 0


def waiting(actor: Actor, limit: int) -> list[tuple[Consultation, Document]]:
    """List at most `limit` consultations that wait for the actor, what ends first on top. Empty when their roles may not read documents."""
    if not policy.may(actor, "document:read"):
        return []
    query = (
        _waiting(actor, select(Consultation, Document))
        .order_by(Consultation.to_on, Consultation.id)
        .limit(limit)
    )
    with db.read() as session:
        return [(row, document) for row, document in session.execute(query)]


def of_page(actor: Actor, document_id: int) -> Consultation | None:
    """Load the consultation on a document that waits for the actor, the one that ends first. None when there is none."""
    if not policy.may(actor, "document:read"):
        return None
    query = _waiting(actor, select(Consultation)).where(Consultation.document_id == document_id)
    with db.read() as session:
        found: Consultation | None = session.scalar(
            query.order_by(Consultation.to_on, Consultation.id).limit(1)
        )
        return found


def _waiting(actor: Actor, query: Any) -> Any:
    asked = select(ConsultationPerson.consultation_id).where(
        ConsultationPerson.user_id == actor.user_id, ConsultationPerson.answered.is_(False)
    )
    query = query.select_from(Consultation).join(Document, Document.id == Consultation.document_id)
    return query.where(
        Consultation.id.in_(asked),
        words.is_open(),
        Consultation.version_id.is_not(None),
        Document.state != "withheld",
        rule.visible(actor),
    )
