"""The list of consultations that a person sees: those of documents they may read, on which they are asked or which they may edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from docmgr import db, paging, policy
from docmgr.models import Consultation, ConsultationPerson, Document, Opinion
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.consulting import sealing, words

PAGE_SIZE = 50


@dataclass(frozen=True)
class ConsultationRow:
    """A consultation in the list: how many are `asked`, have `answered`, how many `opinions` there are, and how many are `unsettled`."""

    consultation: Consultation
    document: Document
    state: str
    asked: int
    answered: int
    opinions: int
    unsettled: int

    @property
    def sealed(self) -> bool:
        """Whether it is over and its opinions stay sealed."""
        return self.state == "over" and sealing.few(self.consultation, self.answered)


@dataclass(frozen=True)
class ConsultationList:
    """One page of the list. `counts` has how many there are in each view (words.VIEWS); `total` counts those of the chosen view, of all
    with ""."""

    rows: tuple[ConsultationRow, ...]
    total: int
    page: int
    counts: dict[str, int]


def page(actor: Actor, view: str = "", number: int = 1, document_id: int | None = None) -> ConsultationList:
    """Load one page of a view, a key of words.VIEWS, the last day latest first; with `document_id` those on one document. A number beyond
    the end gives the last page. Raises Denied when the actor's roles may not read documents."""
    policy.require(actor, "document:read")
    seen = [sees(actor)] + ([Consultation.document_id == document_id] if document_id is not None else [])
    views = {"mine": is_asked(actor), "open": words.is_open(), "over": words.is_over()}
    with db.read() as session:
        sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in views.values()]
        counted = (
            select(func.count(Consultation.id), *sums)
            .join(Document, Document.id == Consultation.document_id)
            .where(*seen)
        )
        every, *rest = session.execute(counted).one()
        counts = dict(zip(views, (int(one) for one in rest), strict=True))
        total = counts.get(view, every)
        number, _pages = paging.nearest(number, total, PAGE_SIZE)
        query = _query().where(*seen, *([views[view]] if view in views else []))
        query = (
            query.order_by(Consultation.to_on.desc(), Consultation.id.desc())
            .limit(PAGE_SIZE)
            .offset((number - 1) * PAGE_SIZE)
        )
        rows = tuple(
            ConsultationRow(row, document, words.state_of(row), *sums_)
            for row, document, *sums_ in session.execute(query)
        )
    return ConsultationList(rows, total, number, counts)


def _query() -> Any:
    people = select(func.count()).where(ConsultationPerson.consultation_id == Consultation.id)
    opinions = select(func.count(Opinion.id)).where(Opinion.consultation_id == Consultation.id)
    numbers = (
        people,
        people.where(ConsultationPerson.answered.is_(True)),
        opinions,
        opinions.where(Opinion.reception.is_(None)),
    )
    return select(
        Consultation, Document, *(one.correlate(Consultation).scalar_subquery() for one in numbers)
    ).join(Document, Document.id == Consultation.document_id)


def is_asked(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Consultation: the actor is asked."""
    return Consultation.id.in_(
        select(ConsultationPerson.consultation_id).where(ConsultationPerson.user_id == actor.user_id)
    )


def sees(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Consultation and Document: the actor may read the document, and is asked or may edit it."""
    who = is_asked(actor)
    return rule.visible(actor) & (who | rule.editable(actor) if policy.may(actor, "document:edit") else who)
