"""One consultation as its page shows it. Opinions are shown to who may edit the document, and after the end to all who were asked; those of
an anonymous consultation to nobody before the end, so that nobody can tell from the numbers whose one is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, keys, paging, policy
from docmgr.models import Consultation, ConsultationPerson, Document, Opinion, Provision, Unit, User
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.consulting import answering, listing, sealing, words
from docmgr.services.documents import references
from docmgr.services.errors import Conflict, NotFound

PAGE_SIZE = 50
# So many people, and provisions to choose from, are named.
PEOPLE_SHOWN, CHOICES = 200, 1_000


@dataclass(frozen=True)
class ShownOpinion:
    """An opinion. `place` names the provision, "" for the whole; None: the version is gone. `who` and `unit` are "" when anonymous."""

    id: int
    revision: int
    anchor: str
    place: str | None
    who: str
    unit: str
    at: dt.datetime | None
    stance: str
    text: str | None
    reception: str | None
    reception_text: str | None
    received_by: str | None
    received_at: dt.datetime | None


@dataclass(frozen=True)
class AskedPerson:
    """A person who is asked. `answered` is None when the consultation is anonymous."""

    name: str
    unit: str
    answered: bool | None


@dataclass(frozen=True)
class ConsultationView:
    """A consultation. `opinions` are those of one page, `total` counts all, `stances` those of each stance
    (words.STANCES), and `unsettled` those without a decision; empty and 0 when `opinions_shown` is false. `own` are the actor's opinions, while that can be told. `sealed`: it is over,
    and so few answered that nobody sees their opinions; `may_lengthen`: the actor may make it open again."""

    consultation: Consultation
    document: Document
    state: str
    may_edit: bool
    is_asked: bool
    may_answer: bool
    asked: int
    answered: int
    people: tuple[AskedPerson, ...]
    opinions_shown: bool
    opinions: tuple[ShownOpinion, ...]
    total: int
    stances: dict[str, int]
    unsettled: int
    number: int
    own: tuple[ShownOpinion, ...]
    sealed: bool
    may_lengthen: bool


def get(actor: Actor, consultation_id: int, number: int = 1, per_page: int = PAGE_SIZE) -> ConsultationView:
    """Load a consultation with one page of its opinions, in the order of the text. Raises Denied when the actor's roles may not read
    documents, and NotFound when the actor may not read the document, or is neither asked nor may edit it."""
    policy.require(actor, "document:read")
    with db.read() as session:
        row, document = found(session, actor, consultation_id)
        state, may_edit = words.state_of(row), guard.may_edit(actor, document.id)
        asked = (
            session.scalar(select(Consultation.id).where(Consultation.id == row.id, listing.is_asked(actor)))
            is not None
        )
        everybody, answered = _people(session, row)
        sealed = state == "over" and sealing.few(row, answered)
        shown = (state == "over" and not sealed) or (may_edit and not row.anonymous)
        stances, settled = _counts(session, row) if shown else (dict.fromkeys(words.STANCES, 0), 0)
        total = sum(stances.values())
        number, _pages = paging.nearest(number, total, per_page)
        query = _query(row).limit(per_page).offset((number - 1) * per_page)
        pen = answering.pen_of(row, actor) if asked else ""
        mine = _shown(session, row, session.execute(_query(row).where(Opinion.pen == pen))) if pen else ()
        return ConsultationView(
            row, document, state, may_edit, asked, asked and state == "open" and row.version_id is not None and document.state != "withheld",
            everybody, answered, _named(session, row), shown, _shown(session, row, session.execute(query)) if shown else (), total, stances, total - settled, number, mine,
            sealed, sealed and may_edit and sealing.may_lengthen(row),
        )  # fmt: skip


def found(session: Session, actor: Actor, consultation_id: int) -> tuple[Consultation, Document]:
    """Load a consultation and its document, if the actor sees it. Raises NotFound."""
    if abs(consultation_id) > keys.LARGEST:
        raise NotFound
    query = select(Consultation, Document).join(Document, Document.id == Consultation.document_id)
    row = session.execute(query.where(Consultation.id == consultation_id, listing.sees(actor))).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _counts(session: Session, row: Consultation) -> tuple[dict[str, int], int]:
    counted = select(Opinion.stance, func.count(Opinion.id), func.count(Opinion.reception)).where(
        Opinion.consultation_id == row.id
    )
    stances, settled = dict.fromkeys(words.STANCES, 0), 0
    for stance, count, received in session.execute(counted.group_by(Opinion.stance)):
        stances[stance] = count
        settled += received
    return stances, settled


def _people(session: Session, row: Consultation) -> tuple[int, int]:
    own = (
        select(func.count())
        .select_from(ConsultationPerson)
        .where(ConsultationPerson.consultation_id == row.id)
    )
    return session.scalar(own) or 0, session.scalar(own.where(ConsultationPerson.answered.is_(True))) or 0


def _named(session: Session, row: Consultation) -> tuple[AskedPerson, ...]:
    query = select(User.full_name, Unit.name, ConsultationPerson.answered).join(
        User, User.id == ConsultationPerson.user_id
    )
    query = query.outerjoin(Unit, Unit.id == User.unit_id).where(ConsultationPerson.consultation_id == row.id)
    rows = session.execute(query.order_by(User.full_name, User.id).limit(PEOPLE_SHOWN))
    return tuple(
        AskedPerson(name, unit or "", None if row.anonymous else answered) for name, unit, answered in rows
    )


def _query(row: Consultation) -> Any:
    """Select the opinions with the names of who gave them, in the order of the text; those on the whole first. Anonymous ones come in no
    order of time."""
    query = (
        select(Opinion, User.full_name, Unit.name)
        .outerjoin(User, User.id == Opinion.user_id)
        .outerjoin(Unit, Unit.id == User.unit_id)
    )
    query = query.outerjoin(
        Provision, (Provision.version_id == row.version_id) & (Provision.anchor == Opinion.anchor)
    ).where(Opinion.consultation_id == row.id)
    return query.order_by(
        Opinion.anchor != answering.WHOLE,
        Provision.position,
        Opinion.pen if row.anonymous else Opinion.id,
        Opinion.id,
    )


def _shown(session: Session, row: Consultation, rows: Iterable[Any]) -> tuple[ShownOpinion, ...]:
    loaded = list(rows)
    places = references.provisions(session, [(row.version_id, one.anchor) for one, _, _ in loaded])
    return tuple(
        ShownOpinion(
            one.id, one.revision, one.anchor, _place(row, one.anchor, places), who or "", unit or "", one.given_at, one.stance, one.text,
            one.reception, one.reception_text, one.received_by_label, one.received_at,
        )
        for one, who, unit in loaded
    )  # fmt: skip


def _place(
    row: Consultation, anchor: str, places: dict[tuple[int, str], references.ProvisionRef]
) -> str | None:
    if anchor == answering.WHOLE:
        return ""
    place = places.get((row.version_id or 0, anchor))
    return place.label if place is not None else None


def choices(actor: Actor, consultation_id: int) -> list[tuple[str, str]]:
    """List the provisions of the version on which opinions may be given, as pairs (anchor, name), CHOICES at most. Raises Denied, NotFound."""
    policy.require(actor, "document:read")
    with db.read() as session:
        row, _document = found(session, actor, consultation_id)
        query = (
            select(Provision.anchor)
            .where(Provision.version_id == row.version_id)
            .order_by(Provision.position)
            .limit(CHOICES)
        )
        anchors = list(session.scalars(query))
        places = references.provisions(session, [(row.version_id, anchor) for anchor in anchors])
        return [(anchor, places[row.version_id or 0, anchor].label) for anchor in anchors]


def opinion(actor: Actor, consultation_id: int, opinion_id: int) -> ShownOpinion:
    """Load one opinion of a consultation that the actor may settle. Raises Denied, NotFound, and Conflict while the consultation is open or its opinions are
    sealed."""
    with db.read() as session:
        row, document = found(session, actor, consultation_id)
        guard.editable(session, actor, document.id)
        if words.state_of(row) != "over":
            raise Conflict(words.NOT_OVER)
        if sealing.sealed(session, row):
            raise Conflict(sealing.SEALED)
        shown = (
            _shown(session, row, session.execute(_query(row).where(Opinion.id == opinion_id)))
            if abs(opinion_id) <= keys.LARGEST
            else ()
        )
        if not shown:
            raise NotFound
        return shown[0]
