"""The team of an inspection: who is in it, and who may record what it finds.

Nobody inspects their own unit. Where a team was chosen, its members record, and clerks and leaders of other units. A unit that
checks itself (kind "self") records for itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from docmgr import collation, db, policy
from docmgr.models import Inspection, InspectionMember, User, UserRole
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.links import tied
from docmgr.services.message import Message
from docmgr.services.trail import log

MOST = 50
FOUND = 20
SENT = Message("Kết quả tự kiểm tra đã gửi, nên không sửa được nữa.")
OWN_UNIT = Message("Không ai kiểm tra chính đơn vị mình; hãy chọn người của đơn vị khác.")


@dataclass(frozen=True)
class Member:
    """A member of a team. `head` leads it."""

    user_id: int
    name: str
    unit: str | None
    head: bool


def may_edit(actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor may edit the inspection with its findings. One that a unit makes of itself is edited by people of the unit, and by
    clerks and leaders."""
    if inspection.kind == "self":
        own = actor.unit_id is not None and actor.unit_id == inspection.inspected_unit_id
        return policy.may(actor, "inspection:edit") and (own or forms.edits_all(actor))
    return tied.may_inspect(actor, inspection.inspected_unit_id)


def may_write(session: Session, actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor may edit the inspection with its findings and its team: where a team was chosen, its members, and clerks and leaders."""
    return may_edit(actor, inspection) if inspection.kind == "self" else may_record(session, actor, inspection)


def may_record(session: Session, actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor may record results of the lines of the inspection."""
    if not may_edit(actor, inspection):
        return False
    if actor.everything:
        return True
    if inspection.kind == "self":
        return actor.unit_id == inspection.inspected_unit_id and inspection.sent_at is None
    chosen = set(session.scalars(select(InspectionMember.user_id).where(InspectionMember.inspection_id == inspection.id)))
    return not chosen or actor.user_id in chosen or forms.edits_all(actor)


def members(session: Session, inspection_id: int) -> tuple[Member, ...]:
    """Load the members of the team of an inspection, who leads it first."""
    rows = session.scalars(select(InspectionMember).where(InspectionMember.inspection_id == inspection_id)).all()
    found = [Member(row.user_id, row.user.full_name, row.user.unit.name if row.user.unit else None, row.head) for row in rows]
    return tuple(sorted(found, key=lambda one: (not one.head, collation.key(one.name))))


def candidates(actor: Actor, inspection_id: int, q: str) -> list[tuple[int, str]]:
    """Find people who may join the team and whose name contains all words of `q`, as (id, name with unit). Raises Denied when the actor
    may not edit the inspection, and NotFound when there is none."""
    policy.require(actor, "inspection:edit")
    with db.read() as session:
        inspection = forms.loaded(session, Inspection, inspection_id)
        if not may_write(session, actor, inspection):
            raise Denied("inspection:edit")
        query = _eligible().where(collation.holds(q[:200].split(), User.full_name))
        if inspection.inspected_unit_id is not None:
            query = query.where(User.unit_id.is_distinct_from(inspection.inspected_unit_id))
        chosen = select(InspectionMember.user_id).where(InspectionMember.inspection_id == inspection_id)
        people = session.scalars(query.where(User.id.not_in(chosen)).order_by(collation.order(User.full_name), User.id).limit(FOUND))
        return [(one.id, _name(one)) for one in people]


def add(actor: Actor, inspection_id: int, user_id: int, *, head: bool = False) -> None:
    """Take a person into the team; with `head`, as who leads it instead of who did. Raises Denied, NotFound, and Invalid when the person
    belongs to the inspected unit, may not inspect, or the team is full."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        inspection = _locked(session, actor, inspection_id)
        if inspection.kind == "self":
            raise Invalid(Message("Tự kiểm tra không có đoàn kiểm tra."), "user_id")
        user = session.scalar(_eligible().where(User.id == user_id))
        if user is None:
            raise Invalid(Message("Người này không kiểm tra được; hãy chọn lại."), "user_id")
        check(user.unit_id, inspection.inspected_unit_id, "user_id")
        rows = {row.user_id: row for row in session.scalars(select(InspectionMember).where(InspectionMember.inspection_id == inspection_id))}
        if len(rows) >= MOST and user_id not in rows:
            raise Invalid(Message("Đoàn kiểm tra có nhiều nhất %(most)s người.", most=MOST), "user_id")
        for row in rows.values():
            row.head = row.head and not head
        if user_id not in rows:
            enrol(session, actor, inspection, user, head=head)
        elif head:
            rows[user_id].head = True
            _record(session, actor, inspection, {"Trưởng đoàn": _name(user)})
        forms.bump(inspection)


def enrol(session: Session, actor: Actor, inspection: Inspection, user: User, *, head: bool) -> None:
    """Take a person whom the caller has checked into the team; the person is told."""
    session.add(InspectionMember(inspection_id=inspection.id, user_id=user.id, head=head))
    _record(session, actor, inspection, {("Trưởng đoàn" if head else "Thành viên đoàn"): _name(user), "keys": [f"user:{user.id}"]})


def hearers(session: Session, inspection: Inspection) -> list[str]:
    """The access keys of those who are told of an answer: the members of the team, else who made the inspection; nobody where a unit checks
    itself."""
    if inspection.kind == "self":
        return []
    team = select(InspectionMember.user_id).where(InspectionMember.inspection_id == inspection.id).order_by(InspectionMember.user_id)
    chosen: list[int | None] = [*session.scalars(team)] or [inspection.created_by]
    return [f"user:{number}" for number in chosen if number is not None]


def remove(actor: Actor, inspection_id: int, user_id: int) -> None:
    """Take a person out of the team. Raises Denied, and NotFound when there is no such inspection or member."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        inspection = _locked(session, actor, inspection_id)
        row = session.get(InspectionMember, (inspection_id, user_id))
        if row is None:
            raise NotFound
        name = _name(row.user)
        session.delete(row)
        forms.bump(inspection)
        _record(session, actor, inspection, {"Ra khỏi đoàn": name})


def check(unit_id: int | None, inspected_unit_id: int | None, field: str) -> None:
    """Raise Invalid with `field` when a person of the unit `unit_id` would inspect their own unit."""
    if unit_id is not None and unit_id == inspected_unit_id:
        raise Invalid(OWN_UNIT, field)


def check_members(session: Session, inspection_id: int | None, inspected_unit_id: int | None) -> None:
    """Raise Invalid when a member of the team belongs to the unit that is now to be inspected."""
    query = select(User.full_name).join(InspectionMember, InspectionMember.user_id == User.id)
    name = session.scalar(query.where(InspectionMember.inspection_id == inspection_id, User.unit_id == inspected_unit_id).limit(1))
    if inspection_id is not None and inspected_unit_id is not None and name is not None:
        raise Invalid(Message("%(name)s trong đoàn thuộc chính đơn vị này; hãy đưa người đó ra khỏi đoàn trước.", name=name), "inspected_unit_id")


def eligible(session: Session) -> list[tuple[int, str]]:
    """All people whose roles may inspect, as (id, name with unit), sorted by name."""
    return [(one.id, _name(one)) for one in session.scalars(_eligible().order_by(collation.order(User.full_name), User.id))]


def _eligible() -> Select[User]:
    roles = select(UserRole.user_id).where(UserRole.role.in_(policy.ACTIONS["inspection:edit"]))
    return select(User).where(User.disabled_at.is_(None), User.id.in_(roles))


def _locked(session: Session, actor: Actor, inspection_id: int) -> Inspection:
    def allowed(inspection: Inspection) -> None:
        if not may_write(session, actor, inspection):
            raise Denied("inspection:edit")

    return forms.for_change(session, Inspection, inspection_id, None, allowed)


def _name(user: User) -> str:
    return f"{user.full_name} · {user.unit.name}" if user.unit else user.full_name


def _record(session: Session, actor: Actor, inspection: Inspection, details: dict[str, object]) -> None:
    log.record(session, actor, "inspection:team", "inspection", inspection.id, inspection.title, details=details)
