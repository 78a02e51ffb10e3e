"""Decide whether a share link opens now, and open it: the only place where an address becomes a visitor with a right to read.

Everything is asked anew at each request: the link, its maker's account and rights, the state of the document. An address that
was never given out takes the same steps as one that no longer opens, and has the same answer.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseFile, Document, ShareLink, User
from docmgr.policy import Actor, Lent
from docmgr.services.access import guard, lending, local_rights, rule
from docmgr.services.cases import files
from docmgr.services.errors import NotFound
from docmgr.services.people import attempts, passwords, people
from docmgr.services.share_links import switch, words
from docmgr.services.trail import log


class WrongPassword(Exception):
    """Raised when the password of a share link is wrong."""


@dataclass(frozen=True)
class Admission:
    """A link that opens now. `actor` reads what the link shows, and nothing else. `maker` is who made it. Exactly one of
    `document` and `case` is set."""

    link: ShareLink
    actor: Actor
    maker: Actor
    document: Document | None
    case: CaseFile | None

    @property
    def asks(self) -> bool:
        """Whether a visitor has to press a button before it opens, because a password is asked for or openings are few. A
        program that only looks at addresses, as those of chats do, then uses up no opening."""
        return self.link.password_hash is not None or self.link.most_openings is not None


def hash_of(token: str) -> str:
    """The SHA-256 of a token in hexadecimal, which is all that is stored of it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def admitted(session: Session, token: str) -> Admission:
    """Find the link with this token and check in an open session that it opens now; how often it was opened is not looked at.
    Raises NotFound when it does not open, for whatever reason."""
    link = session.scalar(select(ShareLink).where(ShareLink.token_hash == hash_of(token)))
    # One that is over takes the same steps as one that nobody made.
    live = link is not None and link.withdrawn_at is None and link.expires_at > db.now()
    asked = link if live and link is not None else ShareLink(document_id=0, made_by=0)
    user = session.get(User, asked.made_by)
    # Nobody who stands in for somebody lends what that person has.
    (maker,) = people.with_groups(session, [user]) if user is not None else (Actor(user_id=None, label=""),)
    visitor = Actor(user_id=None, label=words.VISITOR, lent=Lent(maker.keys, asked.document_id, asked.case_id))
    document, case = _thing(session, asked, visitor, maker)
    on = switch.is_on(session)
    if link is None or not live or not on or not _may_lend(user) or (document is None) == (case is None):
        raise NotFound
    return Admission(link, visitor, maker, document, case)


def _may_lend(user: User | None) -> bool:
    return user is not None and user.disabled_at is None and policy.may(people.actor_for(user), "document:share")


def _thing(session: Session, link: ShareLink, visitor: Actor, maker: Actor) -> tuple[Document | None, CaseFile | None]:
    """Load what the link shows, as far as its maker may share it now: (document, case file), None each when not."""
    if link.document_id is not None:
        try:
            document = guard.readable(session, visitor, link.document_id)
        except NotFound:
            return None, None
        # Who may still edit need no longer share.
        shares = select(Document.id).where(Document.id == document.id, local_rights.holds(maker, "share"))
        return document if session.scalar(shares) is not None else None, None
    case = session.get(CaseFile, link.case_id)
    return None, case if case is not None and files.may_edit(maker, case) else None


def leading(session: Session, links: Iterable[ShareLink]) -> set[int]:
    """Find which of these links lead to something now, as far as their makers and what they lead to decide. Returns their ids.
    Each maker of links to documents takes one query more, however many links there are."""
    found: set[int] = set()
    by_maker: dict[int, list[ShareLink]] = defaultdict(list)
    for link in links:
        by_maker[link.made_by].append(link)
    if not by_maker:
        return found
    lenders = [user for user in session.scalars(select(User).where(User.id.in_(by_maker))) if _may_lend(user)]
    case_ids = {link.case_id for own in by_maker.values() for link in own if link.case_id is not None}
    cases = {case.id: case for case in session.scalars(select(CaseFile).where(CaseFile.id.in_(case_ids)))} if case_ids else {}
    for maker in people.with_groups(session, lenders):
        own = by_maker[maker.user_id or 0]
        shown = _shown(session, maker, [link.document_id for link in own if link.document_id is not None])
        for link in own:
            case = cases.get(link.case_id or 0)
            if link.document_id in shown or (case is not None and files.may_edit(maker, case)):
                found.add(link.id)
    return found


def _shown(session: Session, maker: Actor, document_ids: Collection[int]) -> set[int]:
    """Find which of these documents the maker may show to people outside now. Returns their ids."""
    if not document_ids:
        return set()
    query = select(Document.id).where(Document.id.in_(document_ids), rule.editable(maker), local_rights.holds(maker, "share"), lending.showable())
    return set(session.scalars(query))


def has_openings(link: ShareLink) -> bool:
    """Whether the link may be opened once more."""
    return link.most_openings is None or link.openings < link.most_openings


def look(token: str) -> Admission:
    """Check that a link can be opened now, without opening it. Raises NotFound when it cannot."""
    with db.read() as session:
        found = admitted(session, token)
        if not has_openings(found.link):
            raise NotFound
        return found


def open_link(token: str, password: str | None, address: str) -> Admission:
    """Open a link: count the opening and record it. `password` is what the visitor typed, None when there was no form, and
    `address` the network address. Raises NotFound when the link does not open, WrongPassword, and TooManyAttempts when the
    password was tried too early; then it was not checked."""
    found = look(token)
    attempt_id = _checked(found, password, address)
    with db.write() as session:
        found = admitted(session, token)
        counted = update(ShareLink).where(ShareLink.id == found.link.id, _open_now())
        values = {"openings": ShareLink.openings + 1, "last_opened_at": db.now()}
        # One statement: of several visitors at once none is missed, and none gets in after the last opening or a withdrawal.
        if session.scalar(counted.values(values).returning(ShareLink.id)) is None:
            raise NotFound
        if attempt_id is not None:
            attempts.succeed(session, attempt_id)
        record(session, "share_link:open", found)
        return found


def _checked(found: Admission, password: str | None, address: str) -> int | None:
    """Check the password of a link. Returns the id of the attempt, None when the link has no password."""
    stored = found.link.password_hash
    if stored is None:
        return None
    # No sign-in name has a colon.
    attempt_id = attempts.claim(f"link:{found.link.id}", address)
    if not passwords.verify(stored, password or ""):
        with db.write() as session:
            record(session, "share_link:refuse", found)
        raise WrongPassword
    return attempt_id


def _open_now() -> ColumnElement[bool]:
    """Return an SQL condition on ShareLink: it may be opened once more at this moment."""
    left = or_(ShareLink.most_openings.is_(None), ShareLink.openings < ShareLink.most_openings)
    return ShareLink.withdrawn_at.is_(None) & (ShareLink.expires_at > db.now()) & left


def record(session: Session, action: str, found: Admission, document: Document | None = None) -> None:
    """Record in the open unit of work what a visitor did. `document` is the one of the case file that was shown; None means
    that the event is about what the link leads to."""
    about = document or found.document
    details = {"link": found.link.id, "maker": found.maker.label}
    if about is not None:
        log.document_event(session, found.actor, action, about, details | ({"case": found.case.label} if found.case else {}))
    elif found.case is not None:
        log.record(session, found.actor, action, "case", found.case.id, found.case.label, details=details)
