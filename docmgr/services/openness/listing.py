"""Lists of publications: those of a document, and the record of compliance of the site. A publication is listed to whoever may read its
document."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, extract, func, select
from sqlalchemy.orm import Session

from docmgr import db, paging, policy
from docmgr.models import (
    Document,
    Publication,
    PublicationForm,
    PublicationOpening,
    PublicationRule,
    Unit,
)
from docmgr.policy import Actor
from docmgr.services.access import guard, rule
from docmgr.services.errors import NotFound
from docmgr.services.openness import missing, showing, states, words
from docmgr.services.planning import due, known_days

PAGE_SIZE = 50


@dataclass(frozen=True)
class PublicationFilter:
    """Which publications to list. `state` is a key of words.FILTERS, "" for all."""

    state: str = ""
    year: int | None = None
    unit_id: int | None = None
    rule_id: int | None = None


@dataclass(frozen=True)
class PublicationRow:
    """A publication in a list. `due_on` is the last day on which it had to begin, None where there is none, and `late` says by how many
    days it begins later (0: in time). `openings` counts how often the public page of the document was opened."""

    publication: Publication
    document: Document
    form: str
    rule: PublicationRule | None
    unit: str | None
    state: str
    due_on: dt.date | None
    late: int
    openings: int


@dataclass(frozen=True)
class PublicationPage:
    """One page of the list, the latest start first. `counts` has how many there are in each state (words.FILTERS), whatever state was asked
    for; `total` counts those on all pages."""

    rows: tuple[PublicationRow, ...]
    total: int
    page: int
    counts: dict[str, int]


@dataclass(frozen=True)
class DocumentPublications:
    """The publications of a document. `proofs` name the documents that prove them, as far as the actor may read them. `may_edit` says
    whether the actor records, and `public` whether the public page shows the document now, were it switched on."""

    document: Document
    rows: tuple[PublicationRow, ...]
    proofs: dict[int, str]
    may_edit: bool
    public: bool


def page(actor: Actor, wanted: PublicationFilter, number: int = 1, per_page: int = PAGE_SIZE) -> PublicationPage:
    """Load one page of the publications of documents that the actor may read. A number beyond the end gives the last page. For the state
    words.MISSING no publications are listed (see missing.page). Raises Denied."""
    policy.require(actor, "document:read")
    with db.read() as session:
        counts = _counts(session, actor, wanted)
        counts[words.MISSING] = missing.count(session, actor, wanted.year, wanted.rule_id) if wanted.unit_id is None else 0
        where = [*_narrowed(actor, wanted), *_in_state(wanted.state)]
        total = counts[wanted.state] if wanted.state else sum(counts[code] for code in words.STATES)
        number, _ = paging.nearest(number, total, per_page)
        if wanted.state == words.MISSING:
            return PublicationPage((), total, number, counts)
        query = _with_names().where(*where).order_by(Publication.starts_on.desc(), Publication.id.desc())
        return PublicationPage(_rows(session, query.limit(per_page).offset((number - 1) * per_page)), total, number, counts)


def _narrowed(actor: Actor, wanted: PublicationFilter) -> list[ColumnElement[bool]]:
    where = [rule.visible(actor)]
    if wanted.year is not None:
        where.append(extract("year", Publication.starts_on) == wanted.year)
    if wanted.unit_id is not None:
        where.append(Publication.unit_id == wanted.unit_id)
    if wanted.rule_id is not None:
        where.append(Publication.rule_id == wanted.rule_id)
    return where


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == words.LATE:
        return [states.late()]
    return [states.code() == state] if state in words.STATES else []


def _counts(session: Session, actor: Actor, wanted: PublicationFilter) -> dict[str, int]:
    code = states.code().label("code")
    # Named once, as PostgreSQL takes two equal expressions with parameters for two.
    inner = select(code, states.late().label("late")).join(Document, Document.id == Publication.document_id).where(*_narrowed(actor, wanted)).subquery()
    found = dict.fromkeys(words.FILTERS, 0)
    for state, is_late, count in session.execute(select(inner.c.code, inner.c.late, func.count()).group_by(inner.c.code, inner.c.late)):
        found[state] += count
        found[words.LATE] += count if is_late else 0
    return found


def years(actor: Actor) -> list[int]:
    """List the years in which publications of documents that the actor may read begin, the latest first. Raises Denied."""
    policy.require(actor, "document:read")
    year = extract("year", Publication.starts_on)
    query = select(year).join(Document, Document.id == Publication.document_id).where(rule.visible(actor)).distinct()
    with db.read() as session:
        return sorted((int(one) for one in session.scalars(query)), reverse=True)


def of_document(actor: Actor, document_id: int) -> DocumentPublications:
    """List the publications of a document, the latest first. Raises Denied, and NotFound when the actor may not read it."""
    document = guard.get(actor, document_id)
    may_edit = guard.may_edit(actor, document_id)
    with db.read() as session:
        rows = _rows(session, _with_names().where(Publication.document_id == document.id).order_by(Publication.starts_on.desc(), Publication.id.desc()))
        proofs = [row.publication.proof_document_id for row in rows if row.publication.proof_document_id is not None]
        named = session.scalars(select(Document).where(Document.id.in_(proofs), rule.visible(actor))) if proofs else ()
        public = session.scalar(select(Document.id).where(Document.id == document.id, rule.visible(showing.VISITOR))) is not None
        return DocumentPublications(document, rows, {one.id: one.label for one in named}, may_edit, public)


def get(actor: Actor, document_id: int, publication_id: int) -> PublicationRow:
    """Load one publication of a document, to edit it. Raises Denied, and NotFound when the actor may not edit the document or it is not
    one of its publications."""
    document = guard.get_editable(actor, document_id)
    with db.read() as session:
        rows = _rows(session, _with_names().where(Publication.document_id == document.id, Publication.id == publication_id))
    if not rows:
        raise NotFound
    return rows[0]


def _with_names() -> Select[Any]:
    opened = select(func.sum(PublicationOpening.openings)).where(PublicationOpening.document_id == Publication.document_id).scalar_subquery()
    query = select(Publication, Document, PublicationForm.name, PublicationRule, Unit.name, opened).join(Document, Document.id == Publication.document_id)
    query = query.join(PublicationForm, PublicationForm.id == Publication.form_id)
    return query.outerjoin(PublicationRule, PublicationRule.id == Publication.rule_id).outerjoin(Unit, and_(Unit.id == Publication.unit_id))


def _rows(session: Session, query: Select[Any]) -> tuple[PublicationRow, ...]:
    found = session.execute(query).all()
    issued = [document.issued_on.year for _, document, *_ in found if document.issued_on is not None]
    calendar = known_days.load(session, {year + more for year in issued for more in (0, 1, 2)})
    rows = []
    for one, document, form, of_rule, unit, opened in found:
        due_on, late = None, 0
        if of_rule is not None and of_rule.start_days is not None and document.issued_on is not None:
            due_on = due.last_day(document.issued_on, of_rule.start_days, "working", calendar).last
        if states.is_late(one, document):
            # The rule may have been changed since.
            late = max((one.starts_on - due_on).days, 1) if due_on is not None else 1
        rows.append(PublicationRow(one, document, form, of_rule, unit, states.of(one), due_on, late, int(opened or 0)))
    return tuple(rows)
