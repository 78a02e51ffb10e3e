"""Make share links and withdraw them.

Whoever may share a document and edit it makes links to it; for a case file, whoever may edit that. A link is withdrawn by its
maker, by everybody who could make one to the same thing, and by administrators.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseFile, Document, ShareLink
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard, lending, local_rights, rule
from docmgr.services.cases import files
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.people import passwords
from docmgr.services.share_links import switch, words
from docmgr.services.share_links.visiting import hash_of
from docmgr.services.trail import log
from legaltext import dates

# 32 bytes are 256 bits, as in the token of a session.
TOKEN_BYTES = 32


@dataclass(frozen=True)
class LinkInput:
    """What a person chose for a new link. A blank `password` asks for none, and None as `most_openings` sets no limit."""

    days: int | None = words.DAYS
    password: str = ""
    most_openings: int | None = None


def of_document(actor: Actor, document_id: int, given: LinkInput) -> str:
    """Make a link to a document and return its token, which is stored nowhere. Raises Denied, NotFound when the actor may not
    edit the document, and Invalid with the field that is wrong, or when the document may not be shown to people outside."""
    policy.require(actor, "document:share")
    hashed = _checked(given)
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, "document:share", taken_too=True)
        if session.scalar(select(Document.id).where(Document.id == document.id, lending.showable())) is None:
            raise Invalid(words.NOT_PUBLISHED)
        token, details = _made(session, actor, given, hashed, document_id=document.id)
        log.document_event(session, actor, "share_link:make", document, details)
        return token


def of_case(actor: Actor, case_id: int, given: LinkInput) -> str:
    """Make a link to a case file and return its token, which is stored nowhere. Raises Denied when the actor may not edit the
    case file, NotFound, and Invalid with the field that is wrong."""
    policy.require(actor, "document:share")
    hashed = _checked(given)
    with db.write() as session:
        case = forms.locked(session, CaseFile, case_id)
        if not files.may_edit(actor, case):
            raise Denied("case:edit")
        token, details = _made(session, actor, given, hashed, case_id=case.id)
        log.record(session, actor, "share_link:make", "case", case.id, case.label, details=details)
        return token


def _checked(given: LinkInput) -> str | None:
    """Check what was chosen; returns the hash of the password, None when there is none."""
    if given.days is None or not words.SHORTEST_DAYS <= given.days <= words.LONGEST_DAYS:
        raise Invalid(words.NO_DAYS, "days")
    if given.most_openings is not None and not 1 <= given.most_openings <= words.MOST_OPENINGS:
        raise Invalid(words.NO_OPENINGS, "most_openings")
    if not given.password:
        return None
    passwords.check_new(given.password)
    return passwords.hash_password(given.password)


def _made(session: Session, actor: Actor, given: LinkInput, hashed: str | None, **on: int) -> tuple[str, dict[str, object]]:
    """Add the link to the open unit of work, which has what it leads to locked. Returns its token and the details of the event."""
    if not switch.is_on(session):
        raise Invalid(words.SWITCHED_OFF)
    ((column, number),) = on.items()
    now = db.now()
    in_force = ShareLink.withdrawn_at.is_(None) & (ShareLink.expires_at > now) & (getattr(ShareLink, column) == number)
    if (session.scalar(select(func.count(ShareLink.id)).where(in_force)) or 0) >= words.MOST_IN_FORCE:
        raise Invalid(words.TOO_MANY)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    ends = now + dt.timedelta(days=given.days or words.DAYS)
    row = ShareLink(
        token_hash=hash_of(token), made_by=actor.user_id, made_at=now, expires_at=ends, password_hash=hashed, most_openings=given.most_openings, **on
    )
    session.add(row)
    session.flush()
    details = {"link": row.id, "expires": dates.printed_moment(ends), "password": hashed is not None, "most_openings": given.most_openings}
    return token, details


def may_withdraw(session: Session, actor: Actor, link: ShareLink) -> bool:
    """Whether the actor may withdraw the link: they made it, or could make one to the same thing, or are an administrator."""
    if policy.may(actor, "share_link:manage") or (actor.user_id is not None and link.made_by == actor.user_id):
        return True
    if not policy.may(actor, "document:share"):
        return False
    if link.document_id is not None:
        # Also from the recycle bin: a link to a document that is restored opens again.
        editable = rule.readable(actor, "edit") & local_rights.holds(actor, "share")
        return session.scalar(select(Document.id).where(Document.id == link.document_id, editable)) is not None
    return files.may_edit(actor, session.get_one(CaseFile, link.case_id))


def withdraw(actor: Actor, link_id: int) -> ShareLink:
    """Withdraw a link for ever and return it. Nothing happens when it was withdrawn already. Raises Denied, and NotFound when
    there is no such link or the actor may not withdraw it."""
    policy.require(actor, "share_link:list")
    with db.write() as session:
        link = forms.locked(session, ShareLink, link_id)
        if not may_withdraw(session, actor, link):
            raise NotFound
        if link.withdrawn_at is None:
            link.withdrawn_at, link.withdrawn_by = db.now(), actor.user_id
            _record_withdrawal(session, actor, link)
        return link


def _record_withdrawal(session: Session, actor: Actor, link: ShareLink) -> None:
    if link.document_id is not None:
        log.document_event(session, actor, "share_link:withdraw", session.get_one(Document, link.document_id), {"link": link.id})
    else:
        case = session.get_one(CaseFile, link.case_id)
        log.record(session, actor, "share_link:withdraw", "case", case.id, case.label, details={"link": link.id})
