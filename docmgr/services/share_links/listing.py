"""List share links: those of a document, of a case file, or of the site. Their addresses are stored nowhere and so never shown
again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseFile, Document, ShareLink, User
from docmgr.policy import Actor, Denied
from docmgr.services.access import guard, lending, rule
from docmgr.services.cases import files
from docmgr.services.documents import references
from docmgr.services.message import Message, Words
from docmgr.services.share_links import switch, visiting

PAGE_SIZE = 50
HIDDEN = Message("văn bản bạn không được đọc")
HIDDEN_CASE = Message("hồ sơ bạn không được xem")


@dataclass(frozen=True)
class ShareLinkRow:
    """A link in a list. `state` is a key of words.STATES, and `maker` names who made it. `label` names what it leads to, where
    the list has links to several things; `named` is false when the actor may not read that, and `subject` is that of
    the document, None when it is hidden or the same."""

    link: ShareLink
    state: str
    maker: str
    label: Words
    subject: str | None = None
    named: bool = True


@dataclass(frozen=True)
class ShareLinkList:
    """One page of links, the newest first. `total` counts those on all pages. `on` tells whether the site's links are switched
    on, and `may_make` whether the thing may be shown to people outside now."""

    rows: tuple[ShareLinkRow, ...]
    total: int
    on: bool
    label: str = ""
    may_make: bool = True


def of_document(actor: Actor, document_id: int, page: int = 1) -> ShareLinkList:
    """List the links to a document. Raises Denied, and NotFound when the actor may not edit the document."""
    with db.read() as session:
        document = guard.editable(session, actor, document_id, "document:share")
        showable = session.scalar(select(Document.id).where(Document.id == document.id, lending.showable())) is not None
        rows, total = _rows(session, actor, ShareLink.document_id == document.id, page)
        return ShareLinkList(rows, total, switch.is_on(session), document.label, showable)


def of_case(actor: Actor, case_id: int, page: int = 1) -> ShareLinkList:
    """List the links to a case file. Raises NotFound, and Denied when the actor may not edit it."""
    policy.require(actor, "document:share")
    case = files.get(actor, case_id)
    if not files.may_edit(actor, case):
        raise Denied("case:edit")
    with db.read() as session:
        rows, total = _rows(session, actor, ShareLink.case_id == case.id, page)
        return ShareLinkList(rows, total, switch.is_on(session), case.label)


def of_site(actor: Actor, page: int = 1) -> ShareLinkList:
    """List the links of the site for an administrator, and those that they made themselves for others. What the actor may not
    read is not named. Raises Denied."""
    policy.require(actor, "share_link:list")
    with db.read() as session:
        own = ShareLink.made_by == actor.user_id
        which = ShareLink.id.is_not(None) if policy.may(actor, "share_link:manage") else own
        rows, total = _rows(session, actor, which, page)
        return ShareLinkList(rows, total, switch.is_on(session))


def _rows(session: Session, actor: Actor, which: ColumnElement[bool], page: int) -> tuple[tuple[ShareLinkRow, ...], int]:
    total = session.scalar(select(func.count(ShareLink.id)).where(which)) or 0
    query = select(ShareLink, User.full_name, CaseFile).join(User, User.id == ShareLink.made_by)
    query = query.outerjoin(CaseFile, CaseFile.id == ShareLink.case_id).where(which).order_by(ShareLink.id.desc())
    found: list[tuple[ShareLink, str, CaseFile | None]] = list(session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))
    ids = [link.document_id for link, *_ in found if link.document_id is not None]
    now = db.now()
    leading = visiting.leading(session, [link for link, *_ in found if _over(link, now) is None])
    named = _documents(session, actor, ids)
    rows = []
    for link, maker, case in found:
        thing = named.get(link.document_id or 0) if case is None else case if policy.may(actor, "case:read") else None
        hidden = HIDDEN if case is None else HIDDEN_CASE
        subject = references.subject_beside(thing) if isinstance(thing, Document) else None
        state = _over(link, now) or ("open" if link.id in leading else "dead")
        rows.append(ShareLinkRow(link, state, maker, thing.label if thing is not None else hidden, subject, thing is not None))
    return tuple(rows), total


def _documents(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, Document]:
    if not policy.may(actor, "document:read"):
        return {}
    query = select(Document).where(Document.id.in_(ids), rule.visible(actor))
    return {document.id: document for document in session.scalars(query)}


def _over(link: ShareLink, now: dt.datetime) -> str | None:
    """The state of a link that opens no more by itself; None when it is for its maker and what it leads to to decide."""
    if link.withdrawn_at is not None:
        return "withdrawn"
    if link.expires_at <= now:
        return "expired"
    if not visiting.has_openings(link):
        return "full"
    return None
