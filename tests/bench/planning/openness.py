"""Conferences of each unit with votes and papers, publications, consultations, and the trail of a site (see `filling`)."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import (
    Conference,
    ConferenceDocument,
    ConferenceVote,
    Consultation,
    ConsultationPerson,
    Notice,
    Opinion,
    Publication,
    PublicationForm,
    PublicationRule,
    PublicationRuleType,
    User,
    Version,
)
from docmgr.policy import Actor
from docmgr.services.people import agency
from docmgr.services.trail import append
from legaltext import dates
from tests.bench.planning.filling import ARTICLES, TYPES, Agency, add_rows, anchor, insert_rows, phrase
from tests.bench.planning.work import LABEL

YEARS, ASKED, EVENTS, NOTICES = 3, 20, 30, 20


@dataclass(frozen=True)
class Opened:
    """The ids of a conference of this year, a document that is published, and a consultation that runs."""

    conference: int
    published: int
    consultation: int


def fill(made: Agency, chance: random.Random) -> Opened:
    """Add them."""
    with db.write() as session:
        conferences = _conferences(session, made)
        agency.for_change(session).public_page = True
        _publications(session, made, chance)
        consultations = _consultations(session, made, chance)
        _notices(session, made)
        _trail(session, made, chance)
    return Opened(conferences[-1], made.proofs[0], consultations[-1])


def _conferences(session: Session, made: Agency) -> list[int]:
    this, rows = dates.today().year, []
    for year in range(this - YEARS + 1, this + 1):
        for n, unit in enumerate(made.units):
            if n % 10:
                state = ("announced", "resolved", "held", "preparing")[n % 4]
                rows.append({
                    "year": year, "unit_id": unit, "kind": "annual", "held_on": dt.date(year, 10, 1 + n % 28), "state": state, "invited": 60,
                    "present": None if state == "preparing" else 52,
                })  # fmt: skip
    ids = insert_rows(session, Conference, rows)
    votes = [{"conference_id": one, "question": f"Thông qua nội dung {n}", "agree": 48, "disagree": 3, "other": 1} for one in ids for n in range(3)]
    add_rows(session, ConferenceVote, votes)
    papers = [
        {"conference_id": one, "document_id": made.proofs[(one * 2 + n) % len(made.proofs)], "role": role}
        for one in ids for n, role in enumerate(("resolution", "minutes"))
    ]  # fmt: skip
    add_rows(session, ConferenceDocument, papers)
    return ids


def _publications(session: Session, made: Agency, chance: random.Random) -> None:
    """Six of ten papers of units are or were published; all of two types must be."""
    today = dates.today()
    form = session.scalars(select(PublicationForm.id).order_by(PublicationForm.id)).first()
    law = session.scalars(select(PublicationRule.id).order_by(PublicationRule.id)).first()
    known = set(session.scalars(select(PublicationRuleType.type).where(PublicationRuleType.rule_id == law)))
    add_rows(session, PublicationRuleType, [{"rule_id": law, "type": one} for one in TYPES[:2] if one not in known] if set(TYPES[:2]) - known else [])
    rows = []
    for n, document in enumerate(made.proofs):
        if n % 10 < 6:
            day = today - dt.timedelta(days=chance.randrange(-5, 300))
            rows.append({
                "document_id": document, "audience": ("agency", "public")[n % 2], "form_id": form, "rule_id": law, "unit_id": made.units[n % len(made.units)],
                "starts_on": day, "days": 30, "ends_on": day + dt.timedelta(days=30), "timely_since": day - dt.timedelta(days=n % 60), "created_by_label": LABEL,
            })  # fmt: skip
    add_rows(session, Publication, rows)


def _consultations(session: Session, made: Agency, chance: random.Random) -> list[int]:
    """One on each plan's document, and on the papers of a fifth of the units."""
    today, documents = dates.today(), [one for one, _ in made.plan_documents] + made.proofs[: max(1, made.scale.units // 5)]
    held = {one: number for one, number in session.execute(select(Version.document_id, Version.id))}
    rows = [
        {
            "document_id": one, "version_id": held.get(one), "version_no": 1, "question": phrase(chance, 10), "from_on": today - dt.timedelta(days=n % 90),
            "to_on": today + dt.timedelta(days=20 - n % 60), "anonymous": False, "created_by": made.clerk, "created_by_label": LABEL,
        }
        for n, one in enumerate(reversed(documents))
    ]  # fmt: skip
    ids = insert_rows(session, Consultation, rows)
    asked = {one: chance.sample(made.people, min(ASKED, len(made.people))) for one in ids}
    for people in asked.values():
        people[:2] = [one for one in (made.head, made.inspector) if one not in people[2:]] or people[:2]
    add_rows(session, ConsultationPerson, [{"consultation_id": one, "user_id": user, "answered": n % 2 == 0} for one, people in asked.items() for n, user in enumerate(people)])
    opinions = [
        {
            "consultation_id": one, "anchor": anchor("KH", n % ARTICLES) if n % 3 else "", "pen": f"{user:064}", "user_id": user, "stance": ("agree", "changes", "disagree")[n % 3],
            "text": phrase(chance, 20), "given_at": db.now(), "reception": "accepted" if n % 4 == 0 else None,
        }
        for one, people in asked.items() for n, user in enumerate(people) if n % 2 == 0
    ]  # fmt: skip
    add_rows(session, Opinion, opinions)
    return ids


def _notices(session: Session, made: Agency) -> None:
    rows = []
    for n in range(NOTICES * len(made.people)):
        about = made.proofs[n % len(made.proofs)]
        rows.append({
            "user_id": made.people[n % len(made.people)], "cause": f"size{made.mark}:{n}", "reason": "facts", "kind": "document", "subject_id": about,
            "document_id": about, "seq": 1, "read_at": None if n % 3 else db.now(),
        })  # fmt: skip
    add_rows(session, Notice, rows)


def _trail(session: Session, made: Agency, chance: random.Random) -> None:
    """For each person, one event on a document or a task."""
    people = list(session.execute(select(User.id, User.full_name, User.unit_id).where(User.id.in_(made.people))))
    tasks = [*made.once, *made.spread]
    for n in range(EVENTS):
        rows = []
        for user, name, unit in people:
            who = Actor(user_id=user, label=name, unit_id=unit, unit_label="Trường mẫu")
            document, task = chance.choice(made.proofs), chance.choice(tasks)
            about = append.EventSubject("document", document, f"Văn bản {document}", document) if n % 3 else append.EventSubject("task", task, f"Nhiệm vụ {task}")
            rows.append(append.row(who, "document:view" if n % 3 else "task:edit", about))
        append.append(session.connection(), rows)
