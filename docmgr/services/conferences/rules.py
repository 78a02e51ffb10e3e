"""What laws ask of conferences, by day: the rows of ParticipationRule. Administrators add the rule of a new law; the former one stays
for what was before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import ParticipationRule
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log

RULES = {
    "quorum": "Số người dự ít nhất, trên số người được triệu tập",
    "passing": "Số người tán thành phải quá, trên số người dự",
    "deadline": "Tổ chức chậm nhất vào tháng của năm sau",
    "checking": "Kiểm tra việc thực hiện nghị quyết, mỗi số tháng",
}
# The rules whose amount is a part of something.
FRACTIONS = frozenset({"quorum", "passing"})
MOST, BASIS = 365, 300
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


@dataclass(frozen=True)
class ParticipationRuleInput:
    """The fields of the form for a rule. `name` is a key of RULES."""

    name: str
    from_on: dt.date | None
    amount: int | None
    parts: int | None
    basis: str


def listing(actor: Actor) -> list[ParticipationRule]:
    """List all rules, those of one name together, the newest first. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        return list(session.scalars(select(ParticipationRule).order_by(ParticipationRule.name, ParticipationRule.from_on.desc())))


def in_force(session: Session, day: dt.date | None) -> dict[str, ParticipationRule]:
    """Find the rule of each name that is in force on a day, by name; None means no day, which has no rules."""
    if day is None:
        return {}
    query = select(ParticipationRule).where(ParticipationRule.from_on <= day).order_by(ParticipationRule.from_on)
    return {rule.name: rule for rule in session.scalars(query)}


def reaches(rule: ParticipationRule | None, count: int, of: int) -> bool:
    """Whether `count` is at least the rule's part of `of`. Without a rule nothing is asked."""
    return rule is None or count * (rule.parts or 1) >= of * rule.amount


def exceeds(rule: ParticipationRule | None, count: int, of: int) -> bool:
    """Whether `count` is more than the rule's part of `of`. Without a rule one more than half is needed."""
    amount, parts = (rule.amount, rule.parts or 1) if rule is not None else (1, 2)
    return count * parts > of * amount


def save(actor: Actor, given: ParticipationRuleInput) -> None:
    """Store the rule that is in force from a day on; one of the same name and day is replaced. Raises Denied when the actor may not manage
    the agency, and Invalid with the field that is wrong."""
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


def _parts(name: str, given: ParticipationRuleInput) -> int | None:
    if name not in FRACTIONS:
        return None
    if given.parts is None or not (given.amount or 0) <= given.parts <= MOST:
        raise Invalid(Message("Hãy ghi mẫu số của phân số, không nhỏ hơn tử số."), "parts")
    return given.parts


def _shown(rule: ParticipationRule) -> forms.Shown:
    return {"Quy tắc": Message(RULES[rule.name]), "Áp dụng từ": forms.day(rule.from_on), "Mức": said(rule), "Căn cứ": rule.basis}


def said(rule: ParticipationRule) -> str:
    """The amount of a rule as it is printed: "2/3" or "3"."""
    return f"{rule.amount}/{rule.parts}" if rule.parts else str(rule.amount)
