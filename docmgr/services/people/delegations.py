"""Delegation while absent (ủy quyền xử lý): a person names who does, from one day to another, what is assigned to them. Who
stands in sees what is assigned to the absent person, and nothing else of theirs (policy.list_keys)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from docmgr import db, policy
from docmgr.models import Delegation, User
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.trail import log
from legaltext import dates

LONGEST_DAYS = 366

FAULTS = {
    "self": "Không ai tự thay mình; hãy chọn người khác.",
    "person": "Hãy chọn người thay.",
    "days": "Hãy nhập ngày bắt đầu và ngày kết thúc.",
    "order": "Ngày kết thúc phải từ ngày bắt đầu trở đi, và chưa qua.",
    "long": "Mỗi lần ủy quyền dài nhất %(days)s ngày.",
    "role": "Người này không có vai trò xử lý văn bản.",
    "overlap": "Những ngày này đã có người thay; hãy kết thúc lần ủy quyền trước.",
}


@dataclass(frozen=True)
class DelegationRow:
    """A delegation in a list. `person` is absent, and `delegate` stands in. `state` is present, coming or over."""

    id: int
    person: str
    delegate: str
    from_on: dt.date
    to_on: dt.date
    state: str
    mine: bool


def listing(actor: Actor) -> list[DelegationRow]:
    """List the delegations of the actor and to the actor, the latest first. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    person, delegate, day = aliased(User), aliased(User), dates.today()
    query = select(Delegation, person.full_name, delegate.full_name).join(person, person.id == Delegation.user_id)
    query = query.join(delegate, delegate.id == Delegation.delegate_id)
    query = query.where((Delegation.user_id == actor.user_id) | (Delegation.delegate_id == actor.user_id))
    with db.read() as session:
        return [
            DelegationRow(row.id, absent, standing, row.from_on, row.to_on, _state(row, day), row.user_id == actor.user_id)
            for row, absent, standing in session.execute(query.order_by(Delegation.to_on.desc(), Delegation.id.desc()).limit(100))
        ]


def _state(row: Delegation, day: dt.date) -> str:
    if row.ended_at is not None or row.to_on < day:
        return "over"
    return "coming" if row.from_on > day else "present"


def create(actor: Actor, delegate_id: int | None, from_on: dt.date | None, to_on: dt.date | None) -> int:
    """Let another person stand in for the actor from the day `from_on` to the day `to_on`; return the id of the delegation.
    Raises Denied when the actor is not signed in, and Invalid with the field that is wrong."""
    policy.require(actor, "account:own")
    if actor.user_id is None:
        raise Denied("account:own")
    if delegate_id is None:
        raise _fault("person", "delegate_id")
    if from_on is None or to_on is None:
        raise _fault("days", "from_on" if from_on is None else "to_on")
    if to_on < from_on or to_on < dates.today():
        raise _fault("order", "to_on")
    if (to_on - from_on).days >= LONGEST_DAYS:
        raise _fault("long", "to_on", days=LONGEST_DAYS)
    with db.write() as session:
        # The own row is locked, so that two forms do not name two people for one day.
        forms.locked(session, User, actor.user_id)
        delegate = _delegate(session, actor, delegate_id)
        own = Delegation.user_id == actor.user_id, Delegation.ended_at.is_(None)
        if session.scalar(select(Delegation.id).where(*own, Delegation.from_on <= to_on, Delegation.to_on >= from_on).limit(1)):
            raise _fault("overlap", "from_on")
        row = Delegation(user_id=actor.user_id, delegate_id=delegate.id, from_on=from_on, to_on=to_on)
        session.add(row)
        session.flush()
        details = {"delegate": people.label(delegate), "from_on": forms.day(from_on), "to_on": forms.day(to_on)}
        log.record(session, actor, "delegation:create", "person", actor.user_id, actor.label, details=details)
        return row.id


def _delegate(session: Session, actor: Actor, delegate_id: int) -> User:
    if delegate_id == actor.user_id:
        raise _fault("self", "delegate_id")
    user = session.get(User, delegate_id)
    if user is None or user.disabled_at is not None:
        raise Invalid(Message("Người đã chọn không còn; hãy chọn lại."), "delegate_id")
    if not policy.may(people.actor_for(user), "workflow:move"):
        raise _fault("role", "delegate_id")
    return user


def end(actor: Actor, delegation_id: int) -> None:
    """End a delegation of the actor from now on. Raises Denied when the actor is not signed in, NotFound when it is not the
    actor's own, and Invalid when it is over."""
    policy.require(actor, "account:own")
    with db.write() as session:
        row = forms.locked(session, Delegation, delegation_id)
        if row.user_id != actor.user_id:
            raise NotFound
        if _state(row, dates.today()) == "over":
            raise Invalid(Message("Lần ủy quyền này đã kết thúc."))
        row.ended_at = db.now()
        delegate = session.get_one(User, row.delegate_id)
        details = {"delegate": people.label(delegate), "from_on": forms.day(row.from_on), "to_on": forms.day(row.to_on)}
        log.record(session, actor, "delegation:end", "person", row.user_id, actor.label, details=details)


def _fault(fault: str, field: str, **values: int) -> Invalid:
    return Invalid(Message(FAULTS[fault], **values), field)
