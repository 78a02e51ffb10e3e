"""What a finding pins: a provision as it stood on the day of the inspection, its text today, and whether it changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from docmgr import db, policy
from docmgr.models import Document, Finding, Inspection, InspectionCheck, Link, Provision, Relation, Version
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard, rule, versions
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import NotFound
from legaltext import dates
from legaltext.dates import VIETNAM

LONGEST = 20_000
# Relations by which a later document changes what this one says.
CHANGING = ("amends", "replaces", "repeals", "corrects", "suspends")
MOST_CHANGES = 10


@dataclass(frozen=True)
class StoredText:
    """The text of a provision in the version `version_no` of its document; None when that version has no such provision."""

    version_no: int
    text: str | None


@dataclass(frozen=True)
class Pinned:
    """A pinned provision. `then` is its text on the day `on`, `now` its text today. `early` says that the document came later than that day, so
    `then` is from its first version. `changed_by` are documents issued since that change this one and that the actor may read."""

    document: DocumentRef
    anchor: str
    label: str
    on: dt.date
    then: StoredText | None
    now: StoredText | None
    early: bool
    changed_by: tuple[DocumentRef, ...]

    @property
    def changed(self) -> bool:
        """Whether the words of the provision are other ones today."""
        texts = [" ".join((one.text or "").split()) if one else "" for one in (self.then, self.now)]
        return texts[0] != texts[1]


def of_finding(actor: Actor, finding_id: int) -> Pinned | None:
    """Load the provision that a finding pins, else the one against which it was checked, as of the day of the inspection. None when there is
    none or the actor may not read its document. Raises Denied when the actor's roles may not read inspections, and NotFound when there is
    no such finding."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        finding = forms.loaded(session, Finding, finding_id)
        place = _place(session, finding)
        if place is None or not policy.may(actor, "document:read"):
            return None
        document_id, anchor, on = place
        try:
            document = guard.readable(session, actor, document_id)
        except NotFound:
            return None
        return _pinned(session, actor, document, anchor, on)


def _place(session: Session, finding: Finding) -> tuple[int, str, dt.date] | None:
    of = session.get_one(Inspection, finding.inspection_id)
    day = min(of.ended_on or of.started_on or finding.created_at.astimezone(VIETNAM).date(), dates.today())
    if finding.pinned_document_id is not None and finding.pinned_anchor:
        return finding.pinned_document_id, finding.pinned_anchor, finding.pinned_on or day
    query = select(Link.document_id, Link.anchor).where(Link.finding_id == finding.id, Link.ended_at.is_(None), Link.anchor.is_not(None))
    found = session.execute(query.order_by(Link.role != "checked_against", Link.id).limit(1)).one_or_none()
    return (found[0], found[1], day) if found is not None and found[1] else None


def _pinned(session: Session, actor: Actor, document: Document, anchor: str, on: dt.date) -> Pinned:
    end = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), VIETNAM)
    own = select(Version).where(Version.document_id == document.id, Version.outcome.is_not(None), versions.seen_by(actor))
    then = session.scalar(own.where(Version.created_at < end).order_by(Version.no.desc()).limit(1))
    early = then is None
    then = then or session.scalar(own.order_by(Version.no).limit(1))
    now = versions.of_words(session, document)
    places = references.provisions(session, [(one.id, anchor) for one in (then, now) if one is not None])
    named = next(iter(places.values()), None)
    changing = select(Relation.source_id).where(Relation.target_id == document.id, Relation.type.in_(CHANGING), Relation.ended_at.is_(None))
    later = select(Document.id).where(Document.id.in_(changing), Document.issued_on > on, rule.visible(actor)).order_by(Document.issued_on).limit(MOST_CHANGES)
    ids = session.scalars(later).all()
    refs = references.documents(session, actor, ids)
    return Pinned(
        references.reference(document), anchor, named.label if named else anchor, on, _text(session, then, anchor), _text(session, now, anchor), early,
        tuple(refs[number] for number in ids if number in refs),
    )  # fmt: skip


def _text(session: Session, version: Version | None, anchor: str) -> StoredText | None:
    """The words of the provision with those of the provisions inside it."""
    if version is None:
        return None
    own = Provision.version_id == version.id
    inside = func.substr(Provision.anchor, 1, len(anchor) + 1) == f"{anchor}."
    rows = session.scalars(select(Provision).where(own, (Provision.anchor == anchor) | inside).order_by(Provision.position)).all()
    words = "\n".join(part for row in rows for part in (row.title, row.text) if part)
    return StoredText(version.no, words[:LONGEST] if rows else None)


def earlier(actor: Actor, finding_id: int, limit: int = 20) -> list[tuple[int, str, str]]:
    """Find earlier findings of the same unit about the same provision or the same line of a checklist, the newest first, as (id, text,
    name of its inspection). Raises Denied when the actor's roles may not read inspections, and NotFound when there is no such finding."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        finding = forms.loaded(session, Finding, finding_id)
        of = session.get_one(Inspection, finding.inspection_id)
        line = select(InspectionCheck.line_id).where(InspectionCheck.id == finding.check_id).scalar_subquery()
        check, before = aliased(InspectionCheck), aliased(Finding)
        same = check.line_id == line
        # Two findings that pin nothing are not about the same.
        if finding.pinned_document_id is not None:
            same |= (before.pinned_document_id == finding.pinned_document_id) & (before.pinned_anchor == finding.pinned_anchor)
        query = (
            select(before.id, before.text, Inspection.title)
            .join(Inspection, Inspection.id == before.inspection_id)
            .outerjoin(check, check.id == before.check_id)
            .where(Inspection.inspected_unit_id == of.inspected_unit_id, Inspection.kind == "inspection", Inspection.id < of.id, same)
        )
        return [(number, text, title) for number, text, title in session.execute(query.order_by(before.id.desc()).limit(limit))]
