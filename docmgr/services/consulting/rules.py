"""The rules of consultations by day: how long they last at least, and whether they may be anonymous. Administrators add the next one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import ConsultationRule
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.consulting import words
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext import dates

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
MOST_ROWS = 200


@dataclass(frozen=True)
class ConsultationRuleInput:
    """The fields of the form for a rule."""

    from_on: dt.date | None
    least_days: int | None
    anonymous: bool
    basis: str


def listing(actor: Actor) -> list[ConsultationRule]:
    """List the rules, the newest first. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        return list(
            session.scalars(
                select(ConsultationRule).order_by(ConsultationRule.from_on.desc()).limit(MOST_ROWS)
            )
        )


def in_force(session: Session, day: dt.date) -> ConsultationRule | None:
    """Find the rule for consultations that begin on a day; None when there is none."""
    query = (
        select(ConsultationRule)
        .where(ConsultationRule.from_on <= day)
        .order_by(ConsultationRule.from_on.desc())
    )
    return session.scalar(query.limit(1))


def of_today(actor: Actor) -> ConsultationRule | None:
    """The rule for a consultation that begins today. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        return in_force(session, dates.today())


def save(actor: Actor, given: ConsultationRuleInput) -> None:
    """Store the rule that is in force from a day on; one of the same day is replaced. Raises Denied when the actor may not manage the
    agency, and Invalid with the field that is wrong."""
    policy.require(actor, "agency:manage")
    if given.from_on is None or not FIRST_DAY <= given.from_on <= LAST_DAY:
        raise Invalid(Message("Hãy ghi ngày bắt đầu áp dụng, từ 1990 đến 2100."), "from_on")
    if given.least_days is None or not 1 <= given.least_days <= words.MOST_DAYS:
        raise Invalid(Message("Hãy ghi một số từ 1 đến %(most)s.", most=words.MOST_DAYS), "least_days")
    basis = forms.required(
        given.basis, Message("Hãy ghi căn cứ: điều, khoản và số của luật."), "basis", words.BASIS
    )
    with db.write() as session:
        forms.one_at_a_time(session, ConsultationRule)
        row = session.scalar(select(ConsultationRule).where(ConsultationRule.from_on == given.from_on))
        before = _shown(row) if row is not None else {}
        if row is None:
            row = ConsultationRule(from_on=given.from_on)
            session.add(row)
        row.least_days, row.anonymous, row.basis = given.least_days, given.anonymous, basis
        session.flush()
        label = forms.day(row.from_on) or ""
        log.record(
            session,
            actor,
            "consultation:rule",
            "consultation_rule",
            row.id,
            label,
            details=forms.differences(before, _shown(row)),
        )


def _shown(row: ConsultationRule) -> forms.Shown:
    anonymous = Message("Có") if row.anonymous else Message("Không")
    return {
        "Áp dụng từ": forms.day(row.from_on),
        "Ít nhất (ngày)": str(row.least_days),
        "Được lấy ý kiến không nêu tên": anonymous,
        "Căn cứ": row.basis,
    }
