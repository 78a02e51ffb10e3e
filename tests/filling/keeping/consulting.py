"""Consultations for tests: a draft on which people are asked, the rule of the day, and days that pass."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import Any

import pytest
from sqlalchemy import delete

from docmgr import db
from docmgr.models import Consultation, ConsultationRule, Opinion
from docmgr.policy import Actor
from docmgr.services.consulting import answering, opening, rules
from docmgr.services.consulting.answering import OpinionInput
from docmgr.services.consulting.opening import ConsultationInput
from docmgr.services.consulting.rules import ConsultationRuleInput
from legaltext import dates

# The law that the delivered rule names.
BASIS: str = importlib.import_module("docmgr.migrations.versions.0055_consultations").RULE["basis"]
RULE_DAY = dt.date(2024, 1, 1)


def ahead(days: int) -> dt.date:
    """The day that many days after today."""
    return dates.today() + dt.timedelta(days=days)


def keys(*people: Actor) -> tuple[str, ...]:
    """The access keys of persons."""
    return tuple(f"user:{one.user_id}" for one in people)


def given(*people: Actor, **more: Any) -> ConsultationInput:
    """What a form says: from today on, for ten days, by name."""
    return ConsultationInput(**{"question": "Góp ý dự thảo quy chế", "from_on": dates.today(), "to_on": ahead(9), "keys": keys(*people), **more})


def opened(clerk: Actor, document_id: int, *people: Actor, **more: Any) -> int:
    """Open a consultation and return its id."""
    return opening.create(clerk, document_id, given(*people, **more))


def allow(administrator: Actor, *, least_days: int = 5, anonymous: bool = True) -> None:
    """Set the rule of the site."""
    rules.save(administrator, ConsultationRuleInput(RULE_DAY, least_days, anonymous, "Quy chế của cơ quan"))


def no_rules() -> None:
    """Delete all rules."""
    with db.write() as session:
        session.execute(delete(ConsultationRule))


def says(actor: Actor, consultation_id: int, stance: str = "agree", text: str = "", anchor: str = "", **more: Any) -> int:
    """Give an opinion and return its id."""
    return answering.save(actor, consultation_id, OpinionInput(anchor, stance, text), **more)


def row(consultation_id: int) -> Consultation:
    """The consultation as it is in the database now."""
    db.release()
    with db.read() as session:
        return session.get_one(Consultation, consultation_id)


def opinion(opinion_id: int) -> Opinion:
    """The opinion as it is in the database now."""
    db.release()
    with db.read() as session:
        return session.get_one(Opinion, opinion_id)


def pass_days(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let that many days pass."""
    later = ahead(days)
    monkeypatch.setattr(dates, "today", lambda: later)
    db.release()


def asked(clerk: Actor, document_id: int) -> dict[str, int]:
    """A consultation that is over, on which the clerk has an opinion; returns the names in addresses with their numbers."""
    number = opened(clerk, document_id, clerk)
    one = says(clerk, number, "disagree", "Alpha")
    opening.close(clerk, number)
    return {"consultation_id": number, "opinion_id": one}


def consulted(clerk: Actor, document_id: int) -> list[str]:
    """The addresses of an open consultation and of one that is over, with words in ASCII."""
    number = opened(clerk, document_id, clerk, question="Zeta")
    says(clerk, number, "disagree", "Alpha")
    over = opened(clerk, document_id, clerk, question="Eta")
    one = says(clerk, over, "changes", "Beta")
    opening.close(clerk, over)
    shown = [f"/consultations/{number}", f"/consultations/{number}/answer", f"/consultations/{number}/edit", f"/consultations/{number}/invite", f"/consultations/{over}"]
    return [*shown, f"/consultations/{over}/opinions/{one}"]
