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

RULES = {
    "quorum": "Số người dự ít nhất, trên số người được triệu tập",
    "passing": "Số người tán thành phải quá, trên số người dự",
    "deadline": "Tổ chức chậm nhất vào tháng của năm sau",
    "checking": "Kiểm tra việc thực hiện nghị quyết, mỗi số tháng",
}
# The rules whose amount is a part of something.
FRACTIONS = frozenset({"quorum", "passing"})


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


def said(rule: ParticipationRule) -> str:
    """The amount of a rule as it is printed: "2/3" or "3"."""
    return f"{rule.amount}/{rule.parts}" if rule.parts else str(rule.amount)
