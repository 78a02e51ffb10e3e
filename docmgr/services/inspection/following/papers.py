"""Documents that prove a line of an inspection, or belong to the answer to a recommendation. They are links of the inspection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr import db, policy
from docmgr.models import Inspection, InspectionCheck, Link, Recommendation
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.documents import references
from docmgr.services.errors import Invalid
from docmgr.services.inspection import findings, lists, team
from docmgr.services.links import links
from docmgr.services.links.links import LinkRow


def of_checks(actor: Actor, check_ids: Collection[int]) -> dict[int, list[LinkRow]]:
    """Load the evidence of these lines that the actor may read, by the id of the line. Raises Denied when the actor's roles may not read
    inspections."""
    return _of(actor, Link.check_id, check_ids)


def of_recommendations(actor: Actor, ids: Collection[int]) -> dict[int, list[LinkRow]]:
    """Load the documents of the answers to these recommendations that the actor may read, by the id of the recommendation. Raises Denied
    when the actor's roles may not read inspections."""
    return _of(actor, Link.recommendation_id, ids)


def _of(actor: Actor, column: InstrumentedAttribute[int | None], ids: Collection[int]) -> dict[int, list[LinkRow]]:
    policy.require(actor, "inspection:read")
    held = Link.ended_at.is_(None) & column.in_(ids)
    with db.read() as session:
        of = {link_id: number for link_id, number in session.execute(select(Link.id, column).where(held))}
    found: dict[int, list[LinkRow]] = {}
    for row in links.link_rows(actor, select(Link).where(held)) if of else []:
        found.setdefault(of[row.id] or 0, []).append(row)
    return found


def prove(actor: Actor, check_id: int, document_id: int, *, note: str | None = None, dated_on: dt.date | None = None) -> int:
    """Link a document as evidence to a line of an inspection; returns the id of the link. Raises Denied when the actor may not record the
    inspection, NotFound when the line does not exist or the actor may not read the document, and Invalid when it is linked there already."""
    with db.write() as session:
        inspection = _of_check(session, actor, check_id)
        return _link(session, actor, inspection, document_id, note, dated_on, role="evidence", check_id=check_id)


def answer_with(actor: Actor, recommendation_id: int, document_id: int, *, note: str | None = None, dated_on: dt.date | None = None) -> int:
    """Add a document to the answer to a recommendation; returns the id of the link. Raises Denied when the actor may not answer it, NotFound
    when it does not exist or the actor may not read the document, and Invalid when the answer was accepted or has the document already."""
    with db.write() as session:
        inspection = _of_answer(session, actor, recommendation_id)
        return _link(session, actor, inspection, document_id, note, dated_on, role="result", recommendation_id=recommendation_id)


def check_proof(actor: Actor, check_id: int) -> None:
    """Refuse what `prove` would refuse whatever the document is, before a file is stored."""
    with db.write() as session:
        _of_check(session, actor, check_id)


def check_answer(actor: Actor, recommendation_id: int) -> None:
    """Refuse what `answer_with` would refuse whatever the document is, before a file is stored."""
    with db.write() as session:
        _of_answer(session, actor, recommendation_id)


def _of_check(session: Session, actor: Actor, check_id: int) -> Inspection:
    policy.require(actor, "link:edit")
    inspection = forms.locked(session, Inspection, forms.loaded(session, InspectionCheck, check_id).inspection_id)
    if not team.may_record(session, actor, inspection):
        raise Denied("link:edit")
    return inspection


def _of_answer(session: Session, actor: Actor, recommendation_id: int) -> Inspection:
    policy.require(actor, "link:edit")
    inspection = forms.locked(session, Inspection, forms.loaded(session, Recommendation, recommendation_id).inspection_id)
    item = forms.locked(session, Recommendation, recommendation_id)
    if not lists.may_answer(actor, item):
        raise Denied("link:edit")
    if item.verdict in ("accepted", "closed"):
        raise Invalid(findings.ACCEPTED, "document_id")
    return inspection


def _link(session: Session, actor: Actor, inspection: Inspection, document_id: int, note: str | None, dated_on: dt.date | None, **more: Any) -> int:
    document, version, _place = references.pin(session, actor, document_id, None, None)
    link = Link(
        inspection_id=inspection.id, document_id=document_id, version_id=version.id if version else None, note=forms.cleaned(note, "note", 2000),
        dated_on=dated_on, created_by=actor.user_id, created_by_label=actor.label, **more,
    )  # fmt: skip
    links.refuse_repeat(session, link)
    session.add(link)
    session.flush()
    links.record(session, actor, "link:add", link, inspection, document, None)
    return link.id


