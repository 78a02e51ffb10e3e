"""Documents that must be published, by a rule that names their type, and that nobody has published yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, func, null, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Publication, PublicationRule, PublicationRuleType, RegisterEntry
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.planning import due, known_days
from legaltext import dates


@dataclass(frozen=True)
class MissingRow:
    """A document with the rule by which it must be published. `due_on` is the last day on which that had to begin, None where the rule
    has no such day, and `late` how many days ago that was (0: not yet)."""

    document: Document
    rule: PublicationRule
    due_on: dt.date | None
    late: int


def _query(*columns: Any) -> Select[Any]:
    """Select pairs of a document and a rule. What was registered as incoming is for its own agency to publish."""
    query = select(*columns).select_from(Document).join(PublicationRuleType, PublicationRuleType.type == Document.type)
    query = query.join(PublicationRule, PublicationRule.id == PublicationRuleType.rule_id)
    until = or_(PublicationRule.valid_to.is_(None), Document.issued_on <= PublicationRule.valid_to)
    # Written so that SQLite, which has no statistics here, looks up the few of the document and not the many of the rule.
    of_rule = func.coalesce(Publication.rule_id, null()) == PublicationRule.id
    held = select(Publication.id).where(Publication.document_id == Document.id, of_rule)
    held = held.where(Publication.withdrawn_at.is_(None)).correlate(Document, PublicationRule)
    incoming = select(RegisterEntry.id).where(RegisterEntry.document_id == Document.id, RegisterEntry.kind == "incoming").correlate(Document)
    query = query.where(~incoming.exists())
    return query.where(Document.workflow == "published", Document.state != "withheld", Document.issued_on >= PublicationRule.valid_from, until, ~held.exists())


def _narrowed(readable: ColumnElement[bool], year: int | None, rule_id: int | None) -> list[ColumnElement[bool]]:
    where = [readable]
    if year is not None:
        where.append(extract("year", Document.issued_on) == year)
    if rule_id is not None:
        where.append(PublicationRule.id == rule_id)
    return where


def count(session: Session, actor: Actor, year: int | None = None, rule_id: int | None = None) -> int:
    """Count them, among the documents that the actor may read."""
    return session.scalar(_query(func.count()).where(*_narrowed(rule.visible(actor), year, rule_id))) or 0


def page(actor: Actor, year: int | None, rule_id: int | None, number: int, per_page: int) -> tuple[MissingRow, ...]:
    """List one page of them, the oldest first. Raises Denied."""
    policy.require(actor, "document:read")
    query = _query(Document, PublicationRule).where(*_narrowed(rule.visible(actor), year, rule_id)).order_by(Document.issued_on, Document.id, PublicationRule.id)
    with db.read() as session:
        return rows(session, session.execute(query.limit(per_page).offset((number - 1) * per_page)).all())


def rows(session: Session, found: Sequence[Any]) -> tuple[MissingRow, ...]:
    """Work out until when each of these pairs (document, rule) had to be published."""
    calendar = known_days.load(session, {document.issued_on.year + more for document, _ in found for more in (0, 1, 2)})
    today, made = dates.today(), []
    for document, of_rule in found:
        days = of_rule.start_days
        due_on = due.last_day(document.issued_on, days, "working", calendar).last if days is not None else None
        made.append(MissingRow(document, of_rule, due_on, max((today - due_on).days, 0) if due_on is not None else 0))
    return tuple(made)


def issued_since(session: Session, since: dt.date, limit: int) -> tuple[MissingRow, ...]:
    """List at most `limit` of them that were issued from a day on, the latest first, whoever may read them: for notices, which ask
    that when they are shown."""
    query = _query(Document, PublicationRule).where(rule.not_in_bin(), Document.issued_on >= since, PublicationRule.start_days.is_not(None))
    return rows(session, session.execute(query.order_by(Document.issued_on.desc(), Document.id.desc()).limit(limit)).all())


def waits(actor: Actor) -> bool:
    """Whether such documents wait for the actor: clerks publish."""
    return "clerk" in actor.roles and policy.may(actor, "document:edit")


def count_waiting(session: Session, actor: Actor) -> int:
    """Count those that wait for the actor, among the documents that they may edit."""
    return (session.scalar(_query(func.count()).where(rule.editable(actor))) or 0) if waits(actor) else 0


def waiting(session: Session, actor: Actor, limit: int) -> tuple[MissingRow, ...]:
    """List at most `limit` of those that wait for the actor, the oldest first."""
    if not waits(actor):
        return ()
    query = _query(Document, PublicationRule).where(rule.editable(actor)).order_by(Document.issued_on, Document.id, PublicationRule.id)
    return rows(session, session.execute(query.limit(limit)).all())
