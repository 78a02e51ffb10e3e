"""Take a document to edit it, give it back, and take it away from its holder."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Checkout, Document, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import checkouts, guard, rule
from docmgr.services.access.checkouts import CheckoutNote
from docmgr.services.errors import Conflict
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext import dates

REASON = 500
FREE = Message("Văn bản này không còn được giữ, hoặc đã có người khác giữ; hãy xem lại.")
NOT_YOURS = Message("Bạn không giữ văn bản này, hoặc thời gian giữ đã hết.")


@dataclass(frozen=True)
class ShownCheckout:
    """Who has taken a document, for its pages. `note` is None when nobody has. `mine`: the actor has; `may_withdraw`: the
    actor may take it away from the holder."""

    note: CheckoutNote | None
    mine: bool = False
    may_withdraw: bool = False

    @property
    def mark(self) -> str:
        """Names this taking for the form that ends it, so that it ends no later one."""
        return forms.mark(self.note.since) if self.note else ""


def of_document(actor: Actor, document_id: int) -> ShownCheckout:
    """Load who has taken a document. Raises Denied or NotFound when the actor may not read it."""
    document = guard.get(actor, document_id)
    with db.read() as session:
        note = checkouts.among(session, [document.id]).get(document.id)
        if note is None or note.user_id == actor.user_id:
            return ShownCheckout(note, mine=note is not None)
        mine = Document.id == document_id, rule.editable(actor)
        withdraws = policy.may(actor, "checkout:withdraw") and session.scalar(select(Document.id).where(*mine)) is not None
        return ShownCheckout(note, may_withdraw=withdraws)


def hours(actor: Actor) -> int:
    """After how many hours without a change by its holder a document is free again. Raises Denied when the actor may not read
    documents."""
    policy.require(actor, "document:read")
    with db.read() as session:
        return checkouts.hours(session)


def take(actor: Actor, document_id: int, reason: str | None = None) -> None:
    """Take a document to edit it; who has it already keeps it for the whole time again. Raises Denied, also for a program,
    NotFound when the actor may not edit it, CheckedOut when somebody else has it, and Invalid when the reason is too long."""
    policy.require(actor, "document:edit")
    if actor.user_id is None:
        raise policy.Denied("document:edit")
    said = forms.cleaned(reason, "reason", REASON)
    with db.write() as session:
        document = guard.for_change(session, actor, document_id)
        if checkouts.present(session, document_id) is not None:
            return
        # The row may be one whose time is over.
        row = session.get(Checkout, document_id) or Checkout(document_id=document_id)
        row.user_id, row.reason, row.taken_at, row.until = actor.user_id, said, db.now(), checkouts.until(session)
        session.add(row)
        details = {"reason": said, "until": dates.printed_moment(row.until)}
        log.document_event(session, actor, "checkout:take", document, details)


def give_back(actor: Actor, document_id: int) -> None:
    """Give back a document that the actor has taken. Raises Denied or NotFound when the actor may not read it, and Conflict
    when the actor does not have it any more."""
    guard.get(actor, document_id)
    with db.write() as session:
        document = guard.locked(session, document_id)
        row = checkouts.present(session, document_id)
        if row is None or row.user_id != actor.user_id:
            raise Conflict(NOT_YOURS)
        end(session, actor, document)


def end(session: Session, actor: Actor, document: Document) -> None:
    """Give back a document for the actor in the open unit of work, if it is taken. The caller has locked it for the actor's
    change, so that nobody else has it."""
    row = checkouts.present(session, document.id)
    if row is not None:
        session.delete(row)
        log.document_event(session, actor, "checkout:return", document)


def withdraw(actor: Actor, document_id: int, reason: str | None, *, mark: str) -> None:
    """Take a document away from its holder, who is told. `mark` is that of the ShownCheckout that the page showed. Raises
    Denied unless the actor is a clerk or an administrator, NotFound when the actor may not edit the document, Conflict when
    it is not taken any more or by somebody else, and Invalid without a reason."""
    policy.require(actor, "checkout:withdraw")
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, "checkout:withdraw", taken_too=True)
        row = checkouts.present(session, document_id)
        if row is None or forms.mark(row.taken_at) != mark:
            raise Conflict(FREE)
        said = forms.required(reason, Message("Hãy ghi lý do."), "reason", REASON)
        holder = session.get_one(User, row.user_id)
        session.delete(row)
        details = {"held_by": holder.full_name, "reason": said, "keys": [f"user:{holder.id}"]}
        log.document_event(session, actor, "checkout:withdraw", document, details)
