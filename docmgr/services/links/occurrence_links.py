"""What the occurrence of a link changes: who may end it, and that what was confirmed keeps its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from docmgr import policy
from docmgr.models import Inspection, Link, Occurrence, Recommendation, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.planning.evidence import EVIDENCE_ROLES
from docmgr.services.planning.occurrences import rights, steps
from docmgr.services.planning.occurrences.rollup import is_spread

SETTLED = ("accepted", "closed")
CONFIRMED = Message("Kỳ này đã được xác nhận, nên minh chứng của nó không gỡ được; người có quyền cần trả lại kỳ này trước. Chưa có gì được sửa.")
SENT = Message("Kết quả tự kiểm tra đã gửi, nên văn bản của nó không gỡ được. Chưa có gì được sửa.")
ACCEPTED = Message("Trả lời này đã được chấp nhận, nên văn bản của nó không gỡ được; đoàn kiểm tra cần trả lại trước. Chưa có gì được sửa.")


@dataclass(frozen=True)
class OccurrenceRef:
    """The occurrence that a link proves. `number` is None when its task does not recur. `closed`: it is confirmed or does not apply."""

    id: int
    unit: str
    unit_id: int
    number: int | None
    closed: bool


def held(session: Session, link: Link) -> OccurrenceRef | None:
    """Lock the task and the occurrence of a locked link; None when it has no occurrence. Raises Invalid when its document belongs to an
    answer that the inspectors accepted, or to a self-inspection that was handed in."""
    if link.recommendation_id is not None and forms.locked(session, Recommendation, link.recommendation_id).verdict in SETTLED:
        raise Invalid(ACCEPTED)
    if link.inspection_id is not None and link.recommendation_id is None and forms.locked(session, Inspection, link.inspection_id).sent_at is not None:
        raise Invalid(SENT)
    if link.occurrence_id is None or link.task_id is None:
        return None
    forms.locked(session, Task, link.task_id)
    forms.locked(session, Occurrence, link.occurrence_id)
    return named(session, [link])[link.occurrence_id]


def fixed(session: Session, links: Iterable[Link]) -> set[int]:
    """The ids of those of these links that `held` refuses to end."""
    found = list(links)
    answers, inspections = {link.recommendation_id for link in found} - {None}, {link.inspection_id for link in found} - {None}
    settled = select(Recommendation.id).where(Recommendation.verdict.in_(SETTLED))
    handed_in = select(Inspection.id).where(Inspection.sent_at.is_not(None))
    accepted = {number for some in chunks(answers) for number in session.scalars(settled.where(Recommendation.id.in_(some)))}
    sent = {number for some in chunks(inspections) for number in session.scalars(handed_in.where(Inspection.id.in_(some)))}
    return {link.id for link in found if link.recommendation_id in accepted or (link.recommendation_id is None and link.inspection_id in sent)}


def named(session: Session, links: Iterable[Link]) -> dict[int, OccurrenceRef]:
    """Load the occurrences of these links, by id, some hundreds per SQL query."""
    ids = {link.occurrence_id for link in links if link.occurrence_id is not None}
    query = select(Occurrence, Task.recurs_every).join(Task, Task.id == Occurrence.task_id).options(joinedload(Occurrence.unit))
    rows = (row for some in chunks(ids) for row in session.execute(query.where(Occurrence.id.in_(some))))
    return {
        row.id: OccurrenceRef(row.id, row.unit.name, row.unit_id, row.number if every else None, row.state in ("done", "not_applicable"))
        for row, every in rows
    }  # fmt: skip


def may_change(actor: Actor, task: Task, ref: OccurrenceRef) -> bool:
    """Whether the actor may end the links of the occurrence and undo that: who works on it or decides about it. Who made a link may as well."""
    return policy.may(actor, "link:edit") and any(may(actor, task, ref.unit_id) for may in (rights.may_work, rights.may_decide))


def check_place(subject: object, role: str) -> None:
    """Raise Invalid for evidence of a whole task that is carried out in occurrences, where it would count for none of them."""
    if isinstance(subject, Task) and is_spread(subject) and role in EVIDENCE_ROLES:
        raise Invalid(Message("Nhiệm vụ này thực hiện theo từng kỳ; hãy gắn minh chứng ở trang của kỳ, trong bảng “Các kỳ thực hiện” của nhiệm vụ."), "role")


def check_open(ref: OccurrenceRef | None) -> None:
    """Raise Invalid when the occurrence is confirmed or does not apply."""
    if ref is not None and ref.closed:
        raise Invalid(CONFIRMED)


def changed(session: Session, ref: OccurrenceRef | None) -> None:
    """Count a change of the locked occurrence, so that nobody confirms it who has not seen which evidence it has now."""
    if ref is not None:
        forms.bump(session.get_one(Occurrence, ref.id))


def shown(session: Session, link: Link) -> dict[str, Words | None]:
    """The occurrence of a link for the trail."""
    if link.occurrence_id is None or link.task_id is None:
        return {}
    return steps.named(session, session.get_one(Task, link.task_id), session.get_one(Occurrence, link.occurrence_id))
