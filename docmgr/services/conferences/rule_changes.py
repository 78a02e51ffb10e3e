"""Change the rules of conferences. What is recorded of a conference is judged by the rules of its day, so its state follows them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Conference, ParticipationRule
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.conferences import records, rules
from docmgr.services.conferences.rules import RULES, ParticipationRuleInput
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log

MOST, BASIS = 365, 300
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


def save(actor: Actor, given: ParticipationRuleInput) -> None:
    """Store the rule that is in force from a day on; one of the same name and day is replaced. The states of
    conferences follow. Raises Denied when the actor may not manage the agency, and Invalid with the field that is wrong."""
    policy.require(actor, "agency:manage")
    name = forms.one_of(given.name, RULES, "name")
    if given.from_on is None or not FIRST_DAY <= given.from_on <= LAST_DAY:
        raise Invalid(Message("Hãy ghi ngày bắt đầu áp dụng, từ 1990 đến 2100."), "from_on")
    if given.amount is None or not 1 <= given.amount <= MOST:
        raise Invalid(Message("Hãy ghi một số từ 1 đến %(most)s.", most=MOST), "amount")
    parts = _parts(name, given)
    basis = forms.required(given.basis, Message("Hãy ghi căn cứ: điều, khoản và số của luật."), "basis", BASIS)
    with db.write() as session:
        forms.one_at_a_time(session, ParticipationRule)
        forms.one_at_a_time(session, Conference)
        same = select(ParticipationRule).where(ParticipationRule.name == name, ParticipationRule.from_on == given.from_on)
        row = session.scalar(same)
        before = _shown(row) if row is not None else {}
        if row is None:
            row = ParticipationRule(name=name, from_on=given.from_on)
            session.add(row)
        row.amount, row.parts, row.basis = given.amount, parts, basis
        session.flush()
        details = forms.differences(before, _shown(row))
        log.record(session, actor, "conference:rule", "conference_rule", row.id, RULES[name], details=details)
        if name == "quorum":
            _follow(session, given.from_on)


def _follow(session: Session, since: dt.date) -> None:
    """Judge the conferences from a day on again; one whose state is another one now counts as changed."""
    for number in session.scalars(select(Conference.id).where(Conference.held_on >= since).order_by(Conference.id)).all():
        row = forms.locked(session, Conference, number)
        before = row.state
        records.follow(session, row)
        if row.state != before:
            forms.bump(row)


def _parts(name: str, given: ParticipationRuleInput) -> int | None:
    if name not in rules.FRACTIONS:
        return None
    if given.parts is None or not (given.amount or 0) <= given.parts <= MOST:
        raise Invalid(Message("Hãy ghi mẫu số của phân số, không nhỏ hơn tử số."), "parts")
    return given.parts


def _shown(rule: ParticipationRule) -> forms.Shown:
    return {"Quy tắc": Message(RULES[rule.name]), "Áp dụng từ": forms.day(rule.from_on), "Mức": rules.said(rule), "Căn cứ": rule.basis}
